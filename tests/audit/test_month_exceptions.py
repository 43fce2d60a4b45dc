"""What the access register adds to a month's exceptions."""

from __future__ import annotations

from datetime import UTC, datetime

from audit.month_exceptions import denied, outside, papers_missing
from audit.paper_records import DutiesLacking

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
