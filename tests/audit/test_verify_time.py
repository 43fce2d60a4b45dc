"""Step 13: a month whose heads an authority outside has stamped, and each thing that can be wrong with that."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from audit import bundle, merkle
from audit.checkpoint import Checkpoint
from audit.findings import Verdict
from audit.log_records import LogHeartbeat
from audit.verify_log import read_entry
from tests.audit.tokens import tsa
from tests.audit.verdicts import alone, honest, judge, said, sound
from tests.audit.world import ORIGIN, Twist, World, busy_month

Bend = Callable[[World], Any]


def month(bend: Bend, **twist: Any) -> World:
    """The busy month, one more head stamped in it as `bend` does, and closed."""
    world = busy_month(Twist(tsa=True, **twist), closed=False)
    bend(world)
    world.close()
    return world


@cache
def stamped() -> World:
    """Once in the month and at its end."""
    world = month(World.stamp)
    closed = next(n for n, leaf in enumerate(world.leaves) if b"period.closed" in leaf)
    head = Checkpoint(ORIGIN, closed + 1, merkle.root(closed + 1, world.tree.read))
    world.stamp(size=closed + 1, token=tsa().token(head, world.now))
    return world


def step(verdict: Verdict) -> tuple[str, str]:
    return verdict.steps[12].state, verdict.steps[12].why_en


def test_stamped_heads_are_fine() -> None:
    verdict = judge(stamped())
    sound(verdict)
    assert step(verdict)[0] == "ok"
    assert not verdict.unknown
    assert verdict.counts["timestamps"] == 2
    assert said(verdict, "unstamped") == []


def test_a_month_whose_end_nobody_stamped_is_named() -> None:
    verdict = judge(month(World.stamp))
    sound(verdict)
    assert said(verdict, "unstamped") == ["Months closed without a timestamp over their head: 2026-11."]


def test_none_and_none_expected_does_not_apply_and_none_though_pinned_is_unknown() -> None:
    assert step(judge(honest())) == ("not_applicable", "no timestamps")
    verdict = judge(busy_month(Twist(tsa=True)))
    assert step(verdict)[0] == "unknown"
    sound(verdict)


def test_without_pins_the_heads_are_judged_and_the_authority_is_not() -> None:
    for trust in (None, replace(stamped().trust(), tsa_ca=None)):
        verdict = judge(stamped(), trust=trust)
        sound(verdict)
        assert step(verdict)[0] == "unknown"


def test_without_its_package_the_step_is_unknown_and_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = stamped()
    for name in [n for n in sys.modules if n.split(".")[0] == "rfc3161_client"]:
        monkeypatch.setitem(sys.modules, name, None)
    verdict = judge(world)
    sound(verdict)
    assert step(verdict) == ("unknown", "to judge the timestamps install rfc3161-client")


def _wrong_head(w: World) -> None:
    w.stamp(token=tsa().token(Checkpoint(ORIGIN, w.tree.size, bytes(31) + b"\x01"), w.now))


def _stranger(w: World) -> None:
    w.stamp(token=tsa("Altre marche").token(Checkpoint(ORIGIN, w.tree.size, w.tree.root()), w.now))


def _beyond(w: World) -> None:
    w.stamp(size=w.tree.size + 1)


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (_wrong_head, "token_head"),
        (_stranger, "token_issuer"),
        (_beyond, "token_head"),
        (lambda w: w.stamp(size=0), "token_head"),
        (lambda w: w.stamp(token=b"no token"), "token_unread"),
        (lambda w: w.stamp(w.now - timedelta(minutes=6)), "token_time"),
        (lambda w: w.stamp(w.now + timedelta(minutes=6)), "token_time"),
    ],
)
def test_a_token_that_proves_nothing(bend: Bend, code: str) -> None:
    alone(judge(month(bend)), "TIME", code)


def test_a_head_may_be_stamped_long_after_its_last_record() -> None:
    """The authority was out of reach for days."""

    world = busy_month(Twist(tsa=True))
    head = Checkpoint(ORIGIN, world.tree.size, world.tree.root())
    world.wait(days=1)
    world.append(LogHeartbeat("2026-12-02"))
    world.stamp(size=head.size, token=tsa().token(head, world.now))
    verdict = judge(world)
    sound(verdict)
    assert step(verdict)[0] == "ok"


def test_files_that_are_gone_changed_or_too_many() -> None:
    entries = stamped().entries()
    name = next(n for n in entries if n.endswith(".tsr"))
    alone(judge(stamped(), {n: d for n, d in entries.items() if n != name}), "TIME", "token_missing")
    alone(judge(stamped(), entries | {name: entries[name] + b"\0"}), "TIME", "token_differs")
    more = entries | {"heads/3.tsr": entries[name]}
    alone(judge(stamped(), more), "DAMAGED", "file_extra")


def test_where_the_tree_is_not_the_signed_one_no_token_is_judged() -> None:
    entries = stamped().entries()
    tile = next(n for n in entries if n.startswith("tile/entries/"))
    entries[tile] = entries[tile].replace(b'"day":"2026-11-20"', b'"day":"2026-11-21"')
    verdict = judge(stamped(), entries)
    assert {f.cls for f in verdict.findings} == {"TAMPERED"}
    assert step(verdict)[0] == "unknown"


def test_an_entry_is_read_from_its_tile() -> None:
    world = stamped()
    files = bundle.unpack(bundle.pack(world.entries()))
    size = len(world.leaves)
    assert [read_entry(files, size, n) for n in (0, 3, size - 1)] == [
        world.leaves[n] for n in (0, 3, size - 1)
    ]
    assert read_entry(bundle.unpack(bundle.pack({"a": b""})), size, 0) is None
