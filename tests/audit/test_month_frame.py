"""The days a report is of, and the offsets around them."""

from __future__ import annotations

from audit.month_frame import period_value
from audit.periods import bounds

ZONE = "Europe/Rome"


def test_a_week_names_itself_and_the_change_of_hour_within_it() -> None:
    found = period_value("2026-W43", ZONE, *bounds("2026-W43", ZONE))
    assert (found["of"], found["from"], found["to"]) == ("2026-W43", "2026-10-19", "2026-10-25")
    assert [(s["name"], s["offset_min"]) for s in found["spans"]] == [("CEST", 120), ("CET", 60)]


def test_a_month_needs_no_name_of_its_own() -> None:
    assert "of" not in period_value("2026-11", ZONE, *bounds("2026-11", ZONE))


def test_what_began_and_ended_at_once_has_its_day() -> None:
    at = bounds("2026-11", ZONE)[0]
    assert period_value("INT-s-1", ZONE, at, at)["to"] == "2026-11-01"
