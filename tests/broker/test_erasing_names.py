"""What keeps the name of somebody who has left, each thing alone, and that nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from broker.domain.erasing import Erased, Hold, Kept, Name, Printed, Text, printed_people
from broker.domain.erasing_names import Stay, due_with_names, stays

THEN = datetime(2026, 11, 10, 9, tzinfo=UTC)
NOW = datetime(2038, 1, 1, tzinfo=UTC)
NAME = Name(7, "p-1", (("log", THEN), ("access", THEN)))
KEPT = Kept((), (), (), {}, "Europe/Rome", (NAME,))
REPORT = Printed(20, "VB-1-2026-11", "2026-11", NOW, frozenset(), frozenset({"p-1"}))
FIGURES = Text(19, "report", NOW, period="2026-11")
TEXT = Text(9, "authorisation", NOW, request="r-1", technician="p-1")
LATER = datetime(2048, 1, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (KEPT, None),
        (replace(KEPT, names=(replace(NAME, since=(("access", NOW),)),)), "access"),
        (replace(KEPT, names=(replace(NAME, since=(*NAME.since, ("authorisation", THEN))),)), None),
        (replace(KEPT, names=(replace(NAME, since=(*NAME.since, ("authorisation", NOW))),)), "authorisation"),
        (replace(KEPT, chosen={"access": 150}), "access"),
        (replace(KEPT, holds=(Hold("o-1", "r-9", "owner", "claim", date(2038, 2, 1)),)), "hold"),
        (replace(KEPT, texts=(TEXT,)), "request"),
        (replace(KEPT, texts=(replace(TEXT, technician="p-2"),)), None),
        (replace(KEPT, reports=(REPORT,)), "report"),
        (replace(KEPT, reports=(replace(REPORT, people=frozenset()),), texts=(FIGURES,)), None),
        (replace(KEPT, texts=(FIGURES,)), "report"),  # its own report is gone: it may name anybody
    ],
)
def test_a_name_stays_while_anything_needs_or_prints_it(kept: Kept, why: str | None) -> None:
    found = stays(kept, kept.names[0], NOW, Erased())
    assert (None if found is None else found.what) == why
    assert (7 in due_with_names(kept, NOW).texts) is (why is None)


def test_it_goes_in_the_same_run_as_the_last_that_prints_it() -> None:
    kept = replace(KEPT, texts=(TEXT, FIGURES), reports=(REPORT,))
    assert due_with_names(kept, NOW) == Erased()
    assert due_with_names(kept, LATER) == Erased((9, 19, 7), (20,))


def test_it_says_until_when() -> None:
    kept = replace(KEPT, reports=(REPORT,))
    assert stays(kept, NAME, NOW, Erased()) == Stay("report", datetime(2048, 1, 1, 23, tzinfo=UTC))
    assert stays(KEPT, NAME, THEN, Erased()) == Stay("log", datetime(2028, 11, 10, 23, tzinfo=UTC))


def test_whom_a_report_names() -> None:
    assert printed_people(b'{"people":[{"id":"p-1","name":"A"},{"id":"p-2"}]}') == {"p-1"}
