"""S-40, D-07: the window of fifteen calendar days in which a customisation is tested."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.acceptance import days_left, last_instant, reminders
from broker.domain.public_holidays import is_public_holiday, parse_patron

ROME = "Europe/Rome"
SECONDS = 2_840_000_000  # until the year 2060
INSTANTS = st.integers(1_580_000_000, SECONDS).map(lambda n: datetime.fromtimestamp(n, UTC))
PATRONS = st.sampled_from([None, parse_patron("11-03"), parse_patron("easter+50"), parse_patron("02-29")])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ROME))


def kept_free(one: datetime, patron) -> bool:
    return one.weekday() == 6 or is_public_holiday(one.date(), patron)


@pytest.mark.parametrize(
    ("received", "extended", "plain"),
    [
        ("2026-03-20T10:00", "2026-04-04T23:59:59+02:00", "2026-04-04T23:59:59+02:00"),
        ("2026-03-21T10:00", "2026-04-07T23:59:59+02:00", "2026-04-05T23:59:59+02:00"),
        ("2026-03-21T23:59", "2026-04-07T23:59:59+02:00", "2026-04-05T23:59:59+02:00"),
        ("2026-12-10T09:00", "2026-12-28T23:59:59+01:00", "2026-12-25T23:59:59+01:00"),
    ],
)
def test_s40_the_vectors_of_fifteen_calendar_days(received: str, extended: str, plain: str) -> None:
    assert last_instant(at(received), ROME, peremptory=False).isoformat() == extended
    assert last_instant(at(received), ROME, peremptory=True).isoformat() == plain


def test_s40_the_first_vector_as_an_instant() -> None:
    found = last_instant(at("2026-03-20T10:00"), ROME, peremptory=False)
    assert found.astimezone(UTC) == datetime(2026, 4, 4, 21, 59, 59, tzinfo=UTC)


def test_s40_the_patron_saint_extends_it_too() -> None:
    received, patron = at("2026-10-19T10:00"), parse_patron("11-03")
    assert last_instant(received, ROME, peremptory=False).day == 3
    assert last_instant(received, ROME, patron, peremptory=False).day == 4
    assert last_instant(received, ROME, patron, peremptory=True).day == 3


def test_s40_reminders_on_days_five_ten_and_fourteen() -> None:
    assert [one.isoformat() for one in reminders(at("2026-03-20T10:00"), ROME)] == [
        "2026-03-25T08:00:00+01:00",
        "2026-03-30T08:00:00+02:00",
        "2026-04-03T08:00:00+02:00",
    ]


@given(INSTANTS, INSTANTS, PATRONS, st.booleans())
def test_s40_a_later_receipt_never_ends_earlier(one, other, patron, peremptory) -> None:
    first, second = sorted((one, other))
    assert last_instant(first, ROME, patron, peremptory=peremptory) <= last_instant(
        second, ROME, patron, peremptory=peremptory
    )


@given(INSTANTS, PATRONS)
def test_s40_never_earlier_than_without_the_extension(received, patron) -> None:
    extended = last_instant(received, ROME, patron, peremptory=False)
    plain = last_instant(received, ROME, patron, peremptory=True)
    assert plain <= extended
    assert (extended > plain) == kept_free(plain, patron)
    assert not kept_free(extended, patron)


@given(INSTANTS, PATRONS, st.booleans())
def test_s40_it_ends_with_a_local_day_after_fifteen_whole_ones(received, patron, peremptory) -> None:
    last = last_instant(received, ROME, patron, peremptory=peremptory)
    assert (last.hour, last.minute, last.second, last.microsecond) == (23, 59, 59, 0)
    day = received.astimezone(ZoneInfo(ROME)).date()
    assert last.date() >= day + timedelta(days=15)
    assert days_left(last, received, ROME) == (last.date() - day).days
    assert days_left(last, last + timedelta(days=3), ROME) == 0
    assert all(received < one < last for one in reminders(received, ROME))
