"""Which weeks, quarters and interventions are due: at six after their last day, in local time, as was agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.periods import bounds
from broker.domain.cadence import (
    Agreed,
    Cadence,
    Done,
    Told,
    agree,
    delivered,
    due,
    interventions,
    next_one,
    on,
    period_of,
)
from broker.domain.refusal import Refused, Why

ZONE = "Europe/Rome"
NOTHING = Told(frozenset(), frozenset())
WEEKLY = Agreed("weekly", date(2026, 10, 14))  # a Wednesday


def told(*periods: str, begun: tuple[str, ...] = ()) -> Told:
    return Told(frozenset(periods) | frozenset(begun), frozenset(periods))


@pytest.mark.parametrize(
    ("at", "known", "expected"),
    [
        (datetime(2026, 10, 19, 3, 59, tzinfo=UTC), NOTHING, []),  # before six of Monday, summer time
        (datetime(2026, 10, 19, 4, 0, tzinfo=UTC), NOTHING, ["2026-W42"]),
        (datetime(2026, 10, 26, 4, 59, tzinfo=UTC), told("2026-W42"), []),  # the clock went back on Sunday
        (datetime(2026, 10, 26, 5, 0, tzinfo=UTC), told("2026-W42"), ["2026-W43"]),
        (datetime(2026, 11, 3, 9, 0, tzinfo=UTC), NOTHING, ["2026-W42", "2026-W43", "2026-W44"]),
        (datetime(2026, 11, 3, 9, 0, tzinfo=UTC), told("2026-W43"), ["2026-W44"]),  # none before one told of
        (datetime(2026, 10, 20, 9, 0, tzinfo=UTC), told(begun=("2026-W42",)), ["2026-W42"]),  # after a crash
    ],
)
def test_s27_periods_are_due_at_six_after_their_last_day(
    at: datetime, known: Told, expected: list[str]
) -> None:
    assert list(due([WEEKLY], known, ZONE, at)) == expected


def test_each_period_goes_by_what_held_on_its_last_day() -> None:
    agreements = [WEEKLY, Agreed("quarterly", date(2026, 10, 28)), Agreed("monthly", date(2027, 2, 1))]
    at = datetime(2027, 6, 1, tzinfo=UTC)
    assert list(due(agreements, NOTHING, ZONE, at)) == ["2026-W42", "2026-W43", "2026-Q4"]
    assert [on(agreements, day) for day in (date(2026, 1, 1), date(2026, 10, 27), date(2027, 3, 1))] == [
        "monthly", "weekly", "monthly",
    ]  # fmt: skip
    ends = {period: bounds(period, ZONE)[1] for period in ("2026-W43", "2026-Q4", "2026-10", "2027-02")}
    assert {p: delivered(agreements, p, end, ZONE) for p, end in ends.items()} == {
        "2026-W43": True, "2026-Q4": True, "2026-10": False, "2027-02": True,
    }  # fmt: skip


def test_an_agreement_says_something_new() -> None:
    assert agree([], "weekly", date(2026, 11, 3)) == Agreed("weekly", date(2026, 11, 3))
    same: list[tuple[list[Agreed], Cadence]] = [([], "monthly"), ([WEEKLY], "weekly")]
    for agreements, cadence in same:
        with pytest.raises(Refused) as no:
            agree(agreements, cadence, date(2026, 11, 3))
        assert no.value.why == Why.DUPLICATE


def test_weeks_and_quarters_follow_one_another() -> None:
    assert [next_one(p) for p in ("2026-W52", "2026-W53", "2027-W52", "2026-Q4", "2026-Q1")] == [
        "2026-W53", "2027-W01", "2028-W01", "2027-Q1", "2026-Q2",
    ]  # fmt: skip
    assert period_of("week", date(2027, 1, 1)) == "2026-W53"
    assert [period_of("quarter", date(2026, month, 1)) for month in (1, 3, 4, 12)] == [
        "2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4",
    ]  # fmt: skip


def test_an_intervention_is_told_of_when_nothing_more_is_awaited() -> None:
    end = datetime(2026, 11, 3, 10, tzinfo=UTC)
    agreements = [Agreed("intervention", date(2026, 11, 1))]

    def ready(after: timedelta, **changes: bool) -> bool:
        one = Done("s-1", end, end, **({"presumed": False, "closed": False} | changes))
        return list(interventions(agreements, NOTHING, [one], ZONE, end + after)) == [one]

    assert ready(timedelta(), closed=True)
    assert not ready(timedelta(hours=23))
    assert ready(timedelta(hours=24))
    assert not ready(timedelta(hours=71), presumed=True, closed=True)
    assert ready(timedelta(hours=72), presumed=True)
    one = Done("s-1", end, end, presumed=False, closed=True)
    assert list(interventions(agreements, told("INT-s-1"), [one], ZONE, end)) == []
    assert list(interventions([WEEKLY], NOTHING, [one], ZONE, end)) == []
    assert delivered(agreements, "INT-s-1", end, ZONE)
