"""The lawful order of a breach's records, and of corrections, asked of both verifiers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit import protection_records as p
from audit.commitment import Opening
from audit.records import AnyRecord
from tests.audit.test_verify_sessions import granted
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import World

TEXT = Opening(bytes(32), {"text": "Un portatile smarrito."})
OPENED = p.BreachOpened(
    "v-00000001", "2026-03-28T09:00:00.000Z", "2026-03-31T09:00:00.000Z", "2026-03-29T09:00:00.000Z",
    high_risk=False, first="2026-03-27T09:00:00.000Z", until="2026-03-28T09:00:00.000Z", sessions=(),
)  # fmt: skip
TOLD = p.BreachTold(OPENED.breach, high_risk=True)
CLOSED = p.BreachClosed(OPENED.breach, "contained")


def of(*records: AnyRecord) -> World:
    w, _, _ = granted()
    for one in records:
        w.append(one, opening=TEXT if one.SEALED == "must" else None)
    return w


def test_l37_opened_told_again_and_closed() -> None:
    """L-37: what becomes known later is told too; 72 hours are elapsed ones, over the change of clocks too."""
    sound(judge(of(OPENED, TOLD, TOLD, CLOSED)))


@pytest.mark.parametrize("wrong", [(TOLD,), (CLOSED,)])
def test_l37_of_a_breach_that_nobody_opened(wrong: tuple[AnyRecord, ...]) -> None:
    alone(judge(of(*wrong)), "INCOMPLETE", "unknown_breach")


@pytest.mark.parametrize("wrong", [(OPENED, OPENED), (OPENED, CLOSED), (OPENED, TOLD, CLOSED, TOLD)])
def test_l37_no_breach_is_closed_untold_or_told_when_closed(wrong: tuple[AnyRecord, ...]) -> None:
    alone(judge(of(*wrong)), "INCOMPLETE", "order")


def test_l37_a_term_of_wall_clock_days_is_found() -> None:
    """Three days on the wall over the change of clocks are 71 hours."""
    early = replace(OPENED, due="2026-03-31T08:00:00.000Z")
    alone(judge(of(early)), "INCOMPLETE", "breach_due")


def test_l29_a_correction_is_of_an_earlier_record() -> None:
    sound(judge(of(p.RecordRectified(1))))
    for n in (10_000, -1):
        alone(judge(of(p.RecordRectified(n))), "INCOMPLETE", "rectified_unknown")
