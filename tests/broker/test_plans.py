"""S-03 … S-18 and §1.4 of the requirements: every worked deadline, and what must hold for all others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.plans import DAY, HALF_DAY, PLANS, TWO_DAYS, Plan, Severity, response_due
from broker.domain.public_holidays import Patron, parse_patron

ROME = ZoneInfo("Europe/Rome")
A, B, C = Severity
BASIC, PROFESSIONAL, ENTERPRISE = PLANS.values()
HOUR = timedelta(hours=1)

VECTORS = [
    ("basic", A, "2026-03-20T09:00+01:00", "2026-03-20T13:00+01:00"),  # exact end of an interval
    ("basic", A, "2026-03-20T10:00+01:00", "2026-03-20T15:00+01:00"),  # lunch
    ("basic", A, "2026-03-20T13:30+01:00", "2026-03-20T18:00+01:00"),  # starts at 14:00
    ("basic", A, "2026-03-20T16:30+01:00", "2026-03-23T11:30+01:00"),  # weekend
    ("basic", A, "2026-03-20T18:00+01:00", "2026-03-23T13:00+01:00"),  # at closing: next opening
    ("basic", A, "2026-03-21T10:00+01:00", "2026-03-23T13:00+01:00"),
    ("basic", B, "2026-03-20T16:30+01:00", "2026-03-23T16:30+01:00"),
    ("basic", C, "2026-03-20T16:30+01:00", "2026-03-24T16:30+01:00"),
    ("basic", A, "2026-03-27T17:30+01:00", "2026-03-30T12:30+02:00"),  # the clock goes forward in between
    ("basic", A, "2026-04-03T17:00+02:00", "2026-04-07T12:00+02:00"),  # Easter and its Monday
    ("basic", B, "2026-06-01T14:00+02:00", "2026-06-03T13:00+02:00"),  # 2 June
    ("basic", C, "2026-12-23T15:00+01:00", "2026-12-28T15:00+01:00"),  # the 24th works
    ("basic", B, "2027-10-01T15:00+02:00", "2027-10-05T15:00+02:00"),  # San Francesco, a Monday
    ("basic", B, "2026-11-02T16:00+01:00", "2026-11-03T16:00+01:00"),
    ("professional", A, "2026-03-20T16:30+01:00", "2026-03-21T10:30+01:00"),
    ("professional", B, "2026-03-20T16:30+01:00", "2026-03-21T11:30+01:00"),
    ("professional", C, "2026-03-20T16:30+01:00", "2026-03-21T16:30+01:00"),
    ("professional", A, "2026-03-21T10:00+01:00", "2026-03-21T13:00+01:00"),
    ("professional", A, "2026-12-24T17:00+01:00", "2026-12-25T11:00+01:00"),  # D-02: holidays included
    ("enterprise", A, "2026-03-20T16:30+01:00", "2026-03-20T17:30+01:00"),
    ("enterprise", C, "2026-03-20T16:30+01:00", "2026-03-20T20:30+01:00"),  # D-03
    ("enterprise", A, "2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00"),  # 02:00 → 03:00
    ("enterprise", C, "2026-03-29T01:30+01:00", "2026-03-29T06:30+02:00"),
    ("enterprise", B, "2026-10-25T01:30+02:00", "2026-10-25T02:30+01:00"),  # the second 02:30
    ("enterprise", C, "2026-10-25T01:30+02:00", "2026-10-25T04:30+01:00"),
]


def due(plan: Plan, severity: Severity, received: datetime, patron: Patron | None = None) -> datetime:
    return response_due(plan, severity, received, plan.calendar(patron=patron))


@pytest.mark.parametrize(("plan", "severity", "received", "expected"), VECTORS)
def test_a_worked_deadline(plan, severity, received, expected):
    """S-10, S-11, S-12, S-13, S-14, S-15, S-16, S-17, S-18: the vectors of requirements §1.4."""
    said = due(PLANS[plan], severity, datetime.fromisoformat(received))
    assert said.astimezone(ROME).isoformat(timespec="minutes") == expected


def test_the_patron_of_trieste_moves_it_by_a_day():
    said = due(BASIC, B, datetime.fromisoformat("2026-11-02T16:00+01:00"), parse_patron("11-03"))
    assert said == datetime.fromisoformat("2026-11-04T16:00+01:00")


def test_s03_the_three_plans_with_their_nine_times():
    assert [plan.name for plan in PLANS.values()] == ["Basic", "Professional", "Enterprise"]
    assert [[*plan.response.values()] for plan in PLANS.values()] == [
        [HALF_DAY, DAY, TWO_DAYS],  # S-10, S-13, S-16
        [3 * HOUR, HALF_DAY, DAY],  # S-11, S-14, S-17
        [HOUR, 2 * HOUR, HALF_DAY],  # S-12, S-15, S-18
    ]
    assert (HALF_DAY, DAY, TWO_DAYS) == (4 * HOUR, 8 * HOUR, 16 * HOUR)


@pytest.mark.parametrize(
    ("plan", "at", "runs"),
    [
        pytest.param(BASIC, "2026-03-21T10:00+01:00", False, id="S-04 Saturday"),
        pytest.param(BASIC, "2026-03-22T10:00+01:00", False, id="S-04 Sunday"),
        pytest.param(BASIC, "2026-06-02T10:00+02:00", False, id="S-04 2 June"),
        pytest.param(BASIC, "2027-12-24T10:00+01:00", True, id="S-04 Friday 24 December"),
        pytest.param(PROFESSIONAL, "2026-03-22T10:00+01:00", True, id="S-05 Sunday"),
        pytest.param(PROFESSIONAL, "2026-12-25T10:00+01:00", True, id="S-05 Christmas"),
        pytest.param(PROFESSIONAL, "2026-03-20T13:30+01:00", False, id="S-05 lunch"),
        pytest.param(PROFESSIONAL, "2026-03-20T20:00+01:00", False, id="S-05 evening"),
        pytest.param(ENTERPRISE, "2026-12-25T03:00+01:00", True, id="S-06 a night at Christmas"),
    ],
)
def test_whether_the_clock_runs(plan, at, runs):
    """S-04, S-05, S-06."""
    assert plan.calendar().is_open(datetime.fromisoformat(at)) is runs


def test_a_plan_answers_for_every_severity_and_never_later_for_what_is_worse():
    with pytest.raises(ValueError, match="every severity"):
        Plan("x", "X", BASIC.hours, {A: HOUR, B: HOUR})
    with pytest.raises(ValueError, match="not answered later"):
        Plan("x", "X", BASIC.hours, {A: 2 * HOUR, B: HOUR, C: HOUR})


instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - becomes UTC


@given(instants, st.sampled_from(Severity))
def test_a_better_plan_is_never_later(received, severity):
    assert due(ENTERPRISE, severity, received) <= due(PROFESSIONAL, severity, received)
    assert due(PROFESSIONAL, severity, received) <= due(BASIC, severity, received)


@given(instants, st.sampled_from([*PLANS.values()]))
def test_what_is_worse_is_never_later(received, plan):
    assert due(plan, A, received) <= due(plan, B, received) <= due(plan, C, received)


@given(instants, instants, st.sampled_from([*PLANS.values()]), st.sampled_from(Severity))
def test_who_came_first_is_due_first(one, other, plan, severity):
    first, second = sorted((one, other))
    assert due(plan, severity, first) <= due(plan, severity, second)


@given(instants, st.sampled_from([*PLANS.values()]), st.sampled_from(Severity))
def test_exactly_what_was_promised_lies_between(received, plan, severity):
    calendar = plan.calendar(patron=parse_patron("11-03"), closures=frozenset({date(2026, 12, 24)}))
    end = response_due(plan, severity, received, calendar)
    assert calendar.between(received, end) == plan.response[severity]
