"""First answers by week: the last twelve, by the local calendar, each counted once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.domain.answer_weeks import WEEKS, weeks

ROME = "Europe/Rome"
TODAY = date(2026, 11, 12)
NOW = datetime(2026, 11, 12, 10, tzinfo=UTC)


def test_u25_a_week_begins_on_monday_by_the_local_calendar() -> None:
    """Sunday 23:30 UTC is Monday in Rome; an answer at its very term is in time."""
    sunday = datetime(2026, 11, 8, 23, 30, tzinfo=UTC)
    found = weeks([(sunday, sunday), (NOW, NOW - timedelta(minutes=1))], TODAY, ROME)
    assert [(one.number, one.kept, one.late) for one in found[-2:]] == [(45, 0, 0), (46, 1, 1)]
    assert [one.number for one in found] == list(range(35, 47))


@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 200), st.integers(-5, 5))))
def test_every_answer_of_those_weeks_counts_once(ages: list[tuple[int, int]]) -> None:
    answers = [(NOW - timedelta(minutes=age), NOW - timedelta(minutes=age + off)) for age, off in ages]
    found = weeks(answers, TODAY, ROME)
    first = datetime(2026, 8, 23, 22, tzinfo=UTC)  # Monday 24 August, midnight in Rome
    assert len(found) == WEEKS
    assert sum(one.whole for one in found) == sum(at >= first for at, _ in answers)
