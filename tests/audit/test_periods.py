"""Months of a log: their bounds in its zone, their order, and machines that know no zones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from audit import instant, periods
from audit.errors import Malformed
from audit.log_records import PeriodClosed, PeriodSnapshot
from audit.periods import (
    NoZones,
    Periods,
    bounds,
    earlier,
    exists,
    family,
    following,
    intervention,
    month_bounds,
    preceding,
    session_of,
    zone_of,
)
from audit.person_records import TenantOpened
from audit.report_records import PeriodTold

ZONE = "Europe/Rome"
OPENED = datetime(2026, 11, 17, 9, tzinfo=UTC)


def begun(zone: str = ZONE) -> Periods:
    found = Periods()
    assert codes(found.opened(TenantOpened("t-0", demo=False, zone=zone), OPENED)) == []
    return found


def codes(wrong: Iterable[tuple[str, Any]]) -> list[str]:
    return [code for code, _ in wrong]


def closed(period: str, zone: str = ZONE, **changes: str) -> PeriodClosed:
    first, until = map(instant.to_text, month_bounds(period, zone))
    return PeriodClosed(period, **({"first": first, "until": until} | changes))


def after(period: str) -> datetime:
    return month_bounds(period, ZONE)[1] + timedelta(hours=6)


def test_months_are_closed_one_after_the_other_from_the_first() -> None:
    log = begun()
    for period in ("2026-11", "2026-12", "2027-01"):
        assert codes(log.closed(closed(period), after(period))) == []


@pytest.mark.parametrize("period", ["2026-10", "2026-12", "2027-11"])
def test_no_month_is_left_out_at_the_beginning(period: str) -> None:
    assert codes(begun().closed(closed(period), after(period))) == ["period_order"]


def test_no_month_is_closed_twice_or_left_out_later() -> None:
    log = begun()
    assert codes(log.closed(closed("2026-11"), after("2026-11"))) == []
    assert codes(log.closed(closed("2026-11"), after("2026-11"))) == ["period_order"]
    assert codes(log.closed(closed("2027-01"), after("2027-01"))) == ["period_order"]
    assert codes(log.closed(closed("2027-02"), after("2027-02"))) == []


@pytest.mark.parametrize(
    "told",
    [
        closed("2026-11", "Pacific/Kiritimati"),
        closed("2026-11", "Etc/GMT+12"),
        closed("2026-11", first="2026-11-17T09:00:00.000Z"),
        closed("2026-11", until="2026-11-29T23:00:00.000Z"),
    ],
)
def test_a_month_is_that_of_the_logs_zone(told: PeriodClosed) -> None:
    assert "period_bounds" in codes(begun().closed(told, after("2026-11")))


def test_a_month_is_closed_when_it_is_over() -> None:
    log = begun()
    _, end = month_bounds("2026-11", ZONE)
    assert codes(log.closed(closed("2026-11"), end - timedelta(milliseconds=1))) == ["period_early"]
    assert codes(begun().closed(closed("2026-11"), end)) == []


def test_a_month_so_far_lies_within_the_month_and_the_past() -> None:
    log, (start, end) = begun(), month_bounds("2026-11", ZONE)
    at = datetime(2026, 11, 20, tzinfo=UTC)

    def told(first: datetime, until: datetime) -> list[str]:
        snapshot = PeriodSnapshot("2026-11", instant.to_text(first), instant.to_text(until))
        return codes(log.snapshot(snapshot, at))

    assert told(start, at) == []
    assert told(start, start) == []
    assert told(start, at + timedelta(seconds=1)) == ["period_early"]
    assert told(start + timedelta(days=1), at) == ["period_bounds"]
    assert told(start, start - timedelta(seconds=1)) == ["period_bounds"]
    assert told(start, end) == ["period_early", "period_bounds"]


def test_a_zone_that_nobody_knows_is_said_once() -> None:
    log = Periods()
    record = TenantOpened("t-0", demo=False, zone="Europe/Atlantis")
    assert codes(log.opened(record, OPENED)) == ["zone"]
    assert codes(log.closed(closed("2026-11"), after("2026-11"))) == []
    for name in ("Europe/Atlantis", "Europe", "..", "a\0b"):
        with pytest.raises(Malformed):
            zone_of(name)


def test_a_machine_without_zones_judges_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    told = closed("2026-12")

    def none(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(periods, "ZoneInfo", none)
    with pytest.raises(NoZones):
        zone_of(ZONE)
    log = Periods()
    assert codes(log.opened(TenantOpened("t-0", demo=False, zone=ZONE), OPENED)) == []
    assert log.unjudged
    assert codes(log.closed(told, datetime(2027, 1, 2, tzinfo=UTC))) == []
    assert codes(log.closed(told, datetime(2027, 1, 2, tzinfo=UTC))) == ["period_order"]
    at = datetime(2027, 1, 2, tzinfo=UTC)
    assert codes(log.snapshot(PeriodSnapshot("2027-01", told.until, instant.to_text(at)), at)) == []


@pytest.mark.parametrize(
    ("period", "hours"), [("2026-03", 31 * 24 - 1), ("2026-10", 31 * 24 + 1), ("2026-12", 31 * 24)]
)
def test_months_of_the_clock_change(period: str, hours: int) -> None:
    first, end = month_bounds(period, ZONE)
    assert (end - first) / timedelta(hours=1) == hours


def test_preceding() -> None:
    assert [preceding(p) for p in ("2026-12", "2027-01", "2027-10")] == ["2026-11", "2026-12", "2027-09"]


def test_following() -> None:
    assert [following(p) for p in ("2026-11", "2026-12", "2899-12")] == ["2026-12", "2027-01", "2900-01"]


@pytest.mark.parametrize(
    ("period", "start", "after"),
    [
        ("2026-W01", "2025-12-28T23:00:00.000Z", "2026-01-04T23:00:00.000Z"),
        ("2026-W13", "2026-03-22T23:00:00.000Z", "2026-03-29T22:00:00.000Z"),  # 167 hours: summer time begins
        ("2026-W43", "2026-10-18T22:00:00.000Z", "2026-10-25T23:00:00.000Z"),  # 169: it ends
        ("2026-W53", "2026-12-27T23:00:00.000Z", "2027-01-03T23:00:00.000Z"),
        ("2026-Q1", "2025-12-31T23:00:00.000Z", "2026-03-31T22:00:00.000Z"),
        ("2026-Q4", "2026-09-30T22:00:00.000Z", "2026-12-31T23:00:00.000Z"),
        ("2026-11", "2026-10-31T23:00:00.000Z", "2026-11-30T23:00:00.000Z"),
    ],
)
def test_s27_weeks_and_quarters_are_the_zones_own(period: str, start: str, after: str) -> None:
    assert tuple(map(instant.to_text, bounds(period, ZONE))) == (start, after)
    assert exists(period)


def test_only_a_long_year_has_a_53rd_week() -> None:
    assert [year for year in range(2020, 2033) if exists(f"{year}-W53")] == [2020, 2026, 2032]


def test_families_and_their_order() -> None:
    assert [family(one) for one in ("2026-11", "2026-W48", "2026-Q4", "INT-s-1")] == [
        "month", "week", "quarter", "intervention",
    ]  # fmt: skip
    assert (intervention("s-1"), session_of("INT-s-1"), session_of("2026-Q4")) == ("INT-s-1", "s-1", None)
    assert earlier("2026-W09", "2026-W10")
    assert not earlier("2026-W10", "2026-W10")
    assert not earlier("2026-10", "2026-W10")
    assert not earlier("INT-s-1", "INT-s-2")
    assert bounds("INT-s-1", ZONE)[0] < datetime(2026, 1, 1, tzinfo=UTC) < bounds("INT-s-1", ZONE)[1]


def test_without_zones_a_week_is_not_measured() -> None:
    unknown = Periods()
    assert (
        codes(
            unknown.told(
                PeriodTold("2026-W01", "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"), OPENED
            )
        )
        == []
    )


def told(period: str, **changes: str) -> PeriodTold:
    first, until = map(instant.to_text, bounds(period, ZONE))
    return PeriodTold(period, **({"first": first, "until": until} | changes))


def test_s27_a_week_is_told_once_in_its_bounds_after_its_end_and_in_order() -> None:
    log, after_it = begun(), datetime(2027, 1, 4, tzinfo=UTC)
    assert codes(log.told(told("2026-W48"), datetime(2026, 11, 29, 22, 59, tzinfo=UTC))) == ["period_early"]
    assert codes(log.told(told("2026-W48"), after_it)) == ["period_order"]
    assert codes(log.told(told("2026-W47"), after_it)) == ["period_order"]
    assert codes(log.told(told("2026-Q4"), after_it)) == []
    assert codes(log.told(told("2026-W49", first="2026-11-30T00:00:00.000Z"), after_it)) == ["period_bounds"]
    assert codes(log.told(told("2027-W53"), datetime(2028, 2, 1, tzinfo=UTC))) == ["period_bounds"]
    assert codes(log.told(told("2026-11"), after_it)) == ["period_bounds"]


def test_an_intervention_is_told_once_and_ends_after_it_began() -> None:
    log, at = begun(), "2026-11-20T09:00:00.000Z"
    assert codes(log.told(PeriodTold("INT-s-1", at, at), OPENED + timedelta(days=9))) == []
    assert codes(log.told(PeriodTold("INT-s-1", at, at), OPENED + timedelta(days=9))) == ["period_order"]
    late = PeriodTold("INT-s-2", "2026-11-20T09:00:00.001Z", at)
    assert codes(log.told(late, OPENED + timedelta(days=9))) == ["period_bounds"]
