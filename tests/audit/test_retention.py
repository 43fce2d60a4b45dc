"""When a term ends: whole local days, months of any length, leap years, summer time."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Malformed
from audit.retention import ends

ROME = "Europe/Rome"
MOMENTS = st.integers(0, 13_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))  # to 2381
ZONES = (ROME, "UTC", "America/Santiago", "Pacific/Apia", "Africa/Cairo")


@pytest.mark.parametrize(
    ("at", "months", "free"),
    [
        ("2026-08-31T10:00+02:00", 6, "2027-03-01T00:00+01:00"),  # L-11: not before 28 February has ended
        ("2027-08-31T10:00+02:00", 6, "2028-03-01T00:00+01:00"),  # a leap year: 29 February
        ("2026-08-30T23:59+02:00", 6, "2027-03-01T00:00+01:00"),
        ("2026-08-31T23:59:59+02:00", 6, "2027-03-01T00:00+01:00"),
        ("2026-09-01T00:00+02:00", 6, "2027-03-02T00:00+01:00"),
        ("2028-02-29T12:00+01:00", 12, "2029-03-01T00:00+01:00"),
        ("2026-12-31T12:00+01:00", 12, "2028-01-01T00:00+01:00"),
        ("2026-09-24T12:00+02:00", 6, "2027-03-25T00:00+01:00"),  # begins in summer time, ends in winter's
        ("2026-09-27T12:00+02:00", 6, "2027-03-28T00:00+01:00"),  # the last day ends as the clocks go on
        ("2026-09-28T12:00+02:00", 6, "2027-03-29T00:00+02:00"),
    ],
)
def test_known_terms(at: str, months: int, free: str) -> None:
    """L-11: of 31 August, six months end with the last day of February."""
    assert ends(datetime.fromisoformat(at), months, ROME) == datetime.fromisoformat(free)


@given(
    MOMENTS,
    st.integers(1, 600),
    st.sampled_from(ZONES),
)
def test_a_term_is_never_shorter_than_its_months(at: datetime, months: int, zone: str) -> None:
    """The day of the month at the end is the day's own, or the month's last where it has none; that day
    has ended, and no other began since."""
    here = ZoneInfo(zone)
    free, day = ends(at, months, zone), at.astimezone(here).date()
    last = (free.astimezone(here) - timedelta(hours=2)).date()
    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert last.day == min(day.day, monthrange(last.year, last.month)[1])
    assert free.tzinfo is UTC
    assert free > at + timedelta(days=28 * months)


@given(MOMENTS, st.integers(1, 599))
def test_a_longer_term_ends_later(at: datetime, months: int) -> None:
    assert ends(at, months, ROME) < ends(at, months + 1, ROME)
    assert ends(at, months, ROME) <= ends(at + timedelta(minutes=1), months, ROME)


def test_a_zone_nobody_knows() -> None:
    with pytest.raises(Malformed):
        ends(datetime(2026, 1, 1, tzinfo=UTC), 6, "Europa/Roma")
