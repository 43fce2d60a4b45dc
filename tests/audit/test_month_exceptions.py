"""What the access register adds to a month's exceptions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from audit import instant
from audit.leaf import Leaf
from audit.month import evidence_part
from audit.month_exceptions import denied, outside, papers_missing
from audit.paper_records import DutiesLacking
from audit.periods import bounds
from tests.audit.declared_months import Declared
from tests.audit.world import ORIGIN, TECHNICIAN, ZONE, Twist, busy_month

EVENT = {"leaf": 7, "time": "2026-11-03T09:00:00.000Z", "system": "h-1", "reason": "window_closed"}


def test_a_denied_attempt_names_its_session_where_there_is_one() -> None:
    told = denied(EVENT | {"session": 3})
    assert (told["kind"], told["reason"], told["host"], told["leaf"]) == (
        "denied_attempt",
        "window_closed",
        "h-1",
        7,
    )
    assert told["session"] == 3
    assert "session" not in denied(EVENT)


def test_a_tool_outside_any_grant_is_of_no_session() -> None:
    told = outside(EVENT)
    assert (told["kind"], told["host"], told["state"]) == ("tool_outside", "h-1", "documented")
    assert "session" not in told


def test_papers_that_lacked_are_named_with_the_day_from_which_they_block() -> None:
    told = papers_missing(
        DutiesLacking("r-1", ("dpa_missing", "other"), "2027-02-10"), datetime(2026, 11, 3, 9, tzinfo=UTC)
    )
    assert told["kind"] == "papers_missing"
    assert told["what"].endswith("accordo sul trattamento dei dati, other.")
    assert "10/02/2027" in told["why"]


def test_s43_what_is_declared_is_always_an_exception() -> None:
    """And counted apart; its end, where nobody declared one, is where it was allowed until."""
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    began = instant.whole_ms(w.now)
    w.declare(asked, "began")
    w.wait(hours=2)
    w.presume(began + timedelta(seconds=asked.longest_s))
    part = evidence_part(
        [Leaf.parse(data) for data in w.leaves],
        w.openings.get,
        "2026-11",
        ZONE,
        bounds("2026-11", ZONE)[1],
        origin=ORIGIN,
    )
    (session,) = part["sessions"]
    assert (session["declared"], session["end_kind"], session["minutes"]) == (True, "presumed", 60)
    assert (session["channels"], session["tools"]) == (["tool"], ["teleassistenza"])
    assert [e["kind"] for e in part["exceptions"]] == ["declared", "no_supervision", "presumed_end"]
    assert "dichiarato dal tecnico, non attestato" in part["exceptions"][0]["what"]
    assert "non ha dichiarato la fine" in part["exceptions"][2]["what"]
    assert (part["totals"]["declared"], part["totals"]["declared_minutes"]) == (1, 60)
    (access,) = [e for e in part["access"]["events"] if e["kind"] == "declared.began"]
    assert (access["person"], access["outcome"], access["session"]) == (TECHNICIAN, "ok", 1)


def test_a_month_without_says_nothing_of_it() -> None:
    w = busy_month()
    part = evidence_part(
        [Leaf.parse(data) for data in w.leaves],
        w.openings.get,
        "2026-11",
        ZONE,
        bounds("2026-11", ZONE)[1],
        origin=ORIGIN,
    )
    assert "declared" not in part["totals"]
    assert not any("declared" in session for session in part["sessions"])
