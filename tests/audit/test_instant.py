"""Instants: one spelling, milliseconds, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import instant
from audit.errors import Malformed


@given(st.datetimes(datetime(1970, 1, 2), datetime(2999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_round_trip_to_the_millisecond(at: datetime) -> None:
    text = instant.to_text(at)
    assert len(text) == 24
    assert instant.parse(text) == instant.whole_ms(at)
    assert instant.to_text(instant.parse(text)) == text


def test_other_zones_are_told_in_utc() -> None:
    rome = timezone(timedelta(hours=1))
    at = datetime(2026, 11, 22, 11, 0, 0, 1999, tzinfo=rome)
    assert instant.to_text(at) == "2026-11-22T10:00:00.001Z"
    assert instant.whole_ms(at) == datetime(2026, 11, 22, 10, 0, 0, 1000, tzinfo=UTC)


def test_no_zone_no_record() -> None:
    with pytest.raises(Malformed):
        instant.to_text(datetime(2026, 11, 22))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00.00Z",
        "2026-11-22T10:00:00.000+00:00",
        "2026-11-22 10:00:00.000Z",
        "2026-11-22t10:00:00.000z",
        "2026-02-30T10:00:00.000Z",
        "2026-11-22T24:00:00.000Z",
        "2026-11-22T10:00:60.000Z",
        "0000-11-22T10:00:00.000Z",
        "2026-11-22T10:00:00.000Z\n",
        "٢026-11-22T10:00:00.000Z",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        instant.parse(text)


def test_an_instant_outside_the_calendar_of_evidence_is_none() -> None:
    for year in (1969, 3000):
        with pytest.raises(Malformed):
            instant.to_text(datetime(year, 1, 2, tzinfo=UTC))


def test_an_instant_without_a_zone_is_none() -> None:
    with pytest.raises(Malformed):
        instant.to_text(datetime(2026, 11, 22))  # noqa: DTZ001 - that is the point
