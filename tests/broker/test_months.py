"""The order of months: by table, at the turn of years and zones, and as a property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.estate import EnrolledHost, Tenant
from broker.domain.months import (
    Closed,
    begun,
    due,
    following,
    may_close,
    may_tell_so_far,
    month_of,
    turn,
    waits,
)
from broker.domain.refusal import Refused, Why

ROME = Tenant(
    "t-1", "customer", "n", "Europe/Rome", demo=False, opened=datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
)
NOTHING = Closed(frozenset(), frozenset())
NOVEMBER = Closed(frozenset({"2026-11"}), frozenset({"2026-11"}))
BEGUN = Closed(frozenset({"2026-11"}), frozenset())  # ended in the log, and a crash before the report
FEBRUARY = datetime(2027, 2, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "closed", "expected"),
    [
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), NOTHING, []),
        (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), NOTHING, []),  # not before six in the morning of Rome
        (datetime(2026, 12, 1, 5, 0, tzinfo=UTC), NOTHING, ["2026-11"]),
        (datetime(2026, 12, 15, tzinfo=UTC), BEGUN, ["2026-11"]),
        (datetime(2026, 12, 15, tzinfo=UTC), NOVEMBER, []),
        (FEBRUARY, NOTHING, ["2026-11", "2026-12", "2027-01"]),
        (FEBRUARY, NOVEMBER, ["2026-12", "2027-01"]),
        (datetime(2027, 2, 1, 4, 0, tzinfo=UTC), NOVEMBER, ["2026-12"]),
    ],
)
def test_what_is_due(at: datetime, closed: Closed, expected: list[str]) -> None:
    assert list(due(ROME, closed, at)) == expected


def test_the_month_is_the_customers_own() -> None:
    """Half an hour before the year ends in UTC it has begun in Italy."""
    assert month_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Rome") == "2027-01"
    assert following("2026-12") == "2027-01"
    assert turn(replace(ROME, opened=datetime(2026, 12, 31, 23, 30, tzinfo=UTC)), NOTHING) == "2027-01"


@pytest.mark.parametrize(
    ("period", "closed", "why"),
    [
        ("2026-11", NOVEMBER, Why.MONTH_CLOSED),
        ("2026-10", NOTHING, Why.MONTH_BEFORE_CUSTOMER),
        ("2026-10", NOVEMBER, Why.MONTH_BEFORE_CUSTOMER),
        ("2027-02", NOVEMBER, Why.MONTH_NOT_ENDED),
        ("2026-12", NOTHING, Why.MONTH_OUT_OF_TURN),
        ("2026-12", BEGUN, Why.MONTH_OUT_OF_TURN),
        ("2027-01", NOVEMBER, Why.MONTH_OUT_OF_TURN),
    ],
)
def test_what_may_not_be_closed(period: str, closed: Closed, why: Why) -> None:
    with pytest.raises(Refused) as no:
        may_close(period, ROME, closed, FEBRUARY)
    assert no.value.why is why


def test_its_turn() -> None:
    may_close("2026-11", ROME, NOTHING, FEBRUARY)
    may_close("2026-11", ROME, BEGUN, FEBRUARY)
    may_close("2026-12", ROME, NOVEMBER, FEBRUARY)


def test_a_month_so_far_is_a_demos_and_the_running_one() -> None:
    demo = replace(ROME, demo=True)
    may_tell_so_far("2027-02", demo, FEBRUARY)
    for customer, period, why in (
        (ROME, "2027-02", Why.MONTH_NOT_ENDED),
        (demo, "2027-03", Why.MONTH_NOT_ENDED),
        (demo, "2027-01", Why.MONTH_ENDED),
    ):
        with pytest.raises(Refused) as no:
            may_tell_so_far(period, customer, FEBRUARY)
        assert no.value.why is why


@given(st.integers(0, 2000), st.sampled_from(["Europe/Rome", "Pacific/Kiritimati", "America/Adak"]))
def test_closing_what_is_due_leaves_every_month_closed_once_and_in_order(days: int, zone: str) -> None:
    customer, closed = replace(ROME, zone=zone), NOTHING
    at = customer.opened + timedelta(days=days)
    done: list[str] = []
    for period in due(customer, closed, at):
        may_close(period, customer, closed, at)
        done.append(period)
        closed = Closed(frozenset(done), frozenset(done))
    assert done == sorted(set(done))
    assert list(due(customer, closed, at)) == []
    assert all(following(one) == later for one, later in pairwise(done))


# ------------------------------------------------------------------------- the hosts' own lists

END = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)  # of November, in Rome


def host(enrolled: datetime | None, listed: datetime | None) -> EnrolledHost:
    return EnrolledHost("t-1", "h-1", "n", "k", "k", True, 1, enrolled=enrolled, listed=listed)


HOUR = timedelta(hours=1)
OWING = host(END - HOUR, None)
LISTED = host(END - HOUR, END)


@pytest.mark.parametrize(
    ("hosts", "at", "waiting"),
    [
        ([], END + HOUR, False),
        ([OWING], END + HOUR, True),
        ([LISTED], END + HOUR, False),
        ([LISTED, OWING], END + 71 * HOUR, True),
        ([LISTED, OWING], END + 72 * HOUR, False),
        ([host(END - 2 * HOUR, END - HOUR)], END + HOUR, True),  # a list of before the month's end
        ([host(END, None)], END + HOUR, False),  # not in use in that month
        ([host(None, None)], END + HOUR, True),
    ],
)
def test_a_month_waits_for_lists(hosts: list[EnrolledHost], at: datetime, *, waiting: bool) -> None:
    assert waits("2026-11", ROME, NOTHING, hosts, at) is waiting


def test_a_month_whose_end_stands_in_the_log_waits_for_nobody() -> None:
    assert not waits("2026-11", ROME, BEGUN, [OWING], END + HOUR)


def test_when_the_month_that_runs_began() -> None:
    assert begun(ROME, END) == END
    assert begun(ROME, END - timedelta(milliseconds=1)) == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
