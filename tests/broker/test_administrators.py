"""Administrators of a month: who was in force in it, and what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from audit.approvers import Approver, ApproverRole, Approvers, Origin
from broker.domain.administrators import in_month
from broker.domain.appointments import Appointment

ROME = ZoneInfo("Europe/Rome")
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
SITE = Origin("firma.esempio.invalid", "https://firma.esempio.invalid")


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def line(
    number: int, since: datetime, until: datetime, role: ApproverRole = "ads", key: str = "a"
) -> Approver:
    return Approver(f"p-{number:08x}", role, f"{key}{number}", "key", since, until)


def signed(when: datetime, *lines: Approver) -> tuple[datetime, Approvers]:
    return when, Approvers("t-9c41e07a", 1, None, SITE, lines)


def told(*sets: tuple[datetime, Approvers]) -> list[tuple[str, str, str, str | None]]:
    return [
        (a["appointed"], a["valid_to"], a["change"], a.get("changed")) for a in in_month(sets, NOVEMBER, ROME)
    ]


@pytest.mark.parametrize(
    ("since", "until", "changes"),
    [
        (at(1, 10), at(12, 31), ["none"]),
        (at(1, 10), at(11, 1), ["none"]),  # its last day was the month's first
        (at(1, 10), at(10, 20), []),
        (at(11, 12), at(12, 31), ["added"]),
        (at(12, 1), at(12, 31), []),  # appointed between the month's end and the report
    ],
)
def test_those_in_force_in_the_month(since: datetime, until: datetime, changes: list[str]) -> None:
    assert [change for _, _, change, _ in told(signed(since, line(2, since, until)))] == changes


def test_two_passkeys_are_one_appointment() -> None:
    """The second passkey of November moves neither the day of appointment nor makes another line."""
    first = line(2, at(2, 1), at(12, 20))
    both = signed(
        at(11, 10), first, line(2, at(11, 10), at(12, 20), key="b"), line(1, at(2, 1), at(12, 1), "titolare")
    )
    assert told(signed(at(2, 1), first), both) == [("2026-02-01", "2026-12-20", "none", None)]


def test_who_was_taken_off_is_told_once_and_with_his_day() -> None:
    """Half an hour before midnight UTC is the next day in Rome."""
    other = line(3, at(2, 1), at(12, 31))
    sets = (signed(at(2, 1), line(2, at(2, 1), at(12, 31)), other), signed(at(11, 20, 23), other))
    assert told(*sets) == [
        ("2026-02-01", "2026-11-20", "removed", "2026-11-21"),
        ("2026-02-01", "2026-12-31", "none", None),
    ]
    assert [change for _, _, change, _ in told(*sets, signed(at(12, 2)))] == ["removed", "none"]


def test_a_longer_appointment_is_told_in_its_month() -> None:
    sets = signed(at(2, 1), line(2, at(2, 1), at(11, 30))), signed(at(11, 20), line(2, at(2, 1), at(12, 31)))
    assert told(*sets) == [("2026-02-01", "2026-12-31", "updated", "2026-11-20")]


def test_who_comes_back_has_two_lines() -> None:
    found = told(
        signed(at(2, 1), line(2, at(2, 1), at(12, 31))),
        signed(at(11, 5)),
        signed(at(11, 25), line(2, at(11, 25), at(12, 31))),
    )
    assert [change for _, _, change, _ in found] == ["removed", "added"]


def test_l03_whoever_is_in_the_register_stands_there_by_his_appointment() -> None:
    """L-03: day, last day and number of the appointment; the others by the signed sets, and nobody twice."""
    here = Appointment("A-1", "p-00000002", ("GEST",), (), date(2026, 11, 3), date(2027, 11, 2), 41)
    over = replace(here, id="A-2", person="p-00000003", first=date(2026, 1, 1), n=7, ended=at(11, 20))
    later = replace(here, id="A-3", person="p-00000004", first=date(2026, 12, 1), n=90)
    sets = [signed(at(2, 1), line(1, at(2, 1), at(12, 20)), line(2, at(2, 1), at(12, 20)))]
    found = in_month(sets, NOVEMBER, ROME, [here, over, later])
    assert [
        (one["person"][-1], one["appointed"], one["valid_to"], one["change"], one.get("note"))
        for one in found
    ] == [
        ("2", "2026-11-03", "2027-11-02", "added", "nomina A-1, registrazione 41"),
        ("3", "2026-01-01", "2026-11-20", "removed", "nomina A-2, registrazione 7"),
        ("1", "2026-02-01", "2026-12-20", "none", None),
    ]
