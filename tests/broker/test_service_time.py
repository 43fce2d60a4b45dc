from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from broker.domain.plans import OFFICE, PLANS, WORKING_WEEK
from broker.domain.service_time import Calendar, Hours, NeverOpen, Window

BASIC = PLANS["basic"].calendar()
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_window_closes_after_it_opens_and_stays_out_of_the_night():
    for begin, end in ((time(13), time(9)), (time(9), time(9)), (time(2), time(10))):
        with pytest.raises(ValueError, match="03:00"):
            Window(begin, end)


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ((Window(time(14), time(18)), Window(time(9), time(13))), "order"),
        ((Window(time(9), time(14)), Window(time(13), time(16))), "order"),
        ((Window(time(9), time(13)), Window(time(14), time(17))), "eight hours"),
    ],
)
def test_a_day_has_eight_hours_in_their_order(windows, said):
    with pytest.raises(ValueError, match=said):
        Hours(windows)


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({7})])
def test_a_week_has_days_of_the_week(weekdays):
    with pytest.raises(ValueError, match="day of the week"):
        Hours(OFFICE, weekdays)


def test_a_closing_edge_is_closed_and_an_opening_one_open():
    assert BASIC.is_open(at("2026-03-20T09:00+01:00"))
    assert not BASIC.is_open(at("2026-03-20T13:00+01:00"))
    assert not BASIC.is_open(at("2026-03-20T08:59:59+01:00"))


def test_nothing_promised_is_due_when_the_clock_first_runs():
    assert BASIC.after(at("2026-03-21T10:00+01:00"), timedelta()) == at("2026-03-23T09:00+01:00")
    assert BASIC.after(at("2026-03-20T10:00+01:00"), timedelta()) == at("2026-03-20T10:00+01:00")


def test_service_time_between_two_instants():
    assert BASIC.between(at("2026-03-20T12:00+01:00"), at("2026-03-20T15:00+01:00")) == 2 * HOUR
    assert BASIC.between(at("2026-03-20T17:00+01:00"), at("2026-03-23T10:00+01:00")) == 2 * HOUR
    assert BASIC.between(at("2026-03-21T00:00+01:00"), at("2026-03-22T00:00+01:00")) == timedelta()
    assert BASIC.between(at("2026-03-20T15:00+01:00"), at("2026-03-20T12:00+01:00")) == timedelta()


def test_a_day_closed_by_contract_is_closed_for_every_plan_with_windows():
    eve = frozenset({date(2026, 12, 24)})
    for name, served in (("basic", False), ("professional", False)):
        assert PLANS[name].calendar(closures=eve).is_open(at("2026-12-24T10:00+01:00")) is served
    assert PLANS["enterprise"].calendar(closures=eve).is_open(at("2026-12-24T10:00+01:00"))


def test_half_days_are_whole_windows_after_the_one_the_report_came_in():
    received = at("2026-03-20T10:00+01:00")  # a Friday morning
    assert BASIC.after_half_days(received, 1) == at("2026-03-20T18:00+01:00")
    assert BASIC.after_half_days(received, 2) == at("2026-03-23T13:00+01:00")
    assert BASIC.after_half_days(received, 4) == at("2026-03-24T13:00+01:00")
    assert BASIC.after_half_days(at("2026-03-20T09:00+01:00"), 1) == at("2026-03-20T18:00+01:00")
    assert BASIC.after_half_days(at("2026-03-21T10:00+01:00"), 1) == at("2026-03-23T13:00+01:00")
    assert BASIC.after_half_days(at("2026-03-20T13:30+01:00"), 1) == at("2026-03-20T18:00+01:00")


def test_half_days_need_windows_and_a_count():
    for calendar, count in ((PLANS["enterprise"].calendar(), 1), (BASIC, 0)):
        with pytest.raises(ValueError, match="counted from one"):
            calendar.after_half_days(at("2026-03-20T10:00+01:00"), count)


def test_a_calendar_that_never_opens_says_so():
    every_day = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(1200))
    closed = Calendar(Hours(OFFICE, WORKING_WEEK), closures=every_day)
    for ask in (
        lambda: closed.after(at("2026-03-20T10:00+01:00"), HOUR),
        lambda: closed.after_half_days(at("2026-03-20T10:00+01:00"), 1),
    ):
        with pytest.raises(NeverOpen):
            ask()
    assert closed.between(at("2026-03-20T10:00+01:00"), at("2026-04-20T10:00+02:00")) == timedelta()


def test_another_zone_has_its_own_windows():
    lisbon = Calendar(Hours(OFFICE), "Europe/Lisbon")
    assert lisbon.after(at("2026-03-20T08:00+00:00"), HOUR) == datetime(2026, 3, 20, 10, tzinfo=UTC)
