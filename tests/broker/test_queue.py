"""The queue: who is next, what goes before others by itself, and what needs a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broker.domain.incident import JUMP_REASONS, Answered, Course, Known, Rated, Workable
from broker.domain.plans import PLANS, Severity
from broker.domain.queue import Waiting, choose, in_order, next_of
from broker.domain.refusal import Refused, Why

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)  # Friday, 10:00 in Rome
BASIC = PLANS["basic"].calendar()


def one(number: int, *, due: datetime | None = None, tenant: str = "t-1", answered: bool = False) -> Waiting:
    """Workable `number` minutes after eight."""
    rated = None if due is None else Rated(Severity.A, "p", NOW, "basic", due)
    said = Answered("call", "p", NOW) if answered else None
    course = Course("portal", NOW - timedelta(hours=2), rated=rated, answered=said)
    found = Workable(
        Known(tenant, f"I-{number}", 2, NOW, 0), course, NOW - timedelta(hours=1) + timedelta(minutes=number)
    )
    return Waiting(found, BASIC)


def test_s23_first_in_first_out_over_all_customers() -> None:
    """S-23: order is the instant of becoming workable; of one instant always the same."""
    queue = in_order([one(3), one(1, tenant="t-2"), one(2)])
    assert [w.found.known.id for w in queue] == ["I-1", "I-2", "I-3"]
    twins = [one(1, tenant="t-2"), one(1)]
    assert in_order(twins) == in_order(twins[::-1]) == [twins[1], twins[0]]
    first = next_of(queue, NOW)
    assert first is not None
    assert (first.waiting, first.ahead, first.reason) == (queue[0], 0, None)
    assert next_of([], NOW) is None


def test_s23_another_one_takes_a_reason_of_the_list() -> None:
    """S-23: manual pick of #2 without reason → rejected."""
    queue = in_order([one(1), one(2)])
    for reason in (None, "", "fretta", "deadline_near"):
        with pytest.raises(Refused) as no:
            choose(queue, "t-1", "I-2", reason, NOW)
        assert no.value.why is Why.OUT_OF_TURN
    for reason in JUMP_REASONS:
        pick = choose(queue, "t-1", "I-2", reason, NOW)
        assert (pick.waiting, pick.passed, pick.reason) == (queue[1], (queue[0],), reason)
    assert choose(queue, "t-1", "I-1", "expertise", NOW).reason is None
    with pytest.raises(Refused):
        choose(queue, "t-1", "I-9", "expertise", NOW)


@pytest.mark.parametrize(
    ("left", "jumps"),
    [(timedelta(minutes=30), 1), (timedelta(minutes=30, seconds=1), 0), (timedelta(), 1), (timedelta(seconds=-1), 0)],
)  # fmt: skip
def test_s23_a_deadline_within_thirty_minutes_goes_first(left: timedelta, jumps: int) -> None:
    """D-04: one that is already missed cannot be saved, and waits its turn."""
    queue = in_order([one(1), one(2, due=NOW + left)])
    pick = next_of(queue, NOW)
    assert pick is not None
    assert pick.reason == ("deadline_near" if jumps else None)
    assert pick.waiting is queue[jumps]


def test_minutes_of_service_are_counted_not_those_of_the_clock() -> None:
    lunch = datetime(2026, 3, 20, 11, 50, tzinfo=UTC)  # 12:50 in Rome, closed from 13 to 14
    due = datetime(2026, 3, 20, 13, 20, tzinfo=UTC)  # 14:20: ten minutes and twenty
    queue = in_order([one(1), one(2, due=due)])
    pick = next_of(queue, lunch)
    assert pick is not None
    assert pick.reason == "deadline_near"
    assert queue[1].presses_from(lunch - timedelta(hours=1)) == lunch
    assert queue[1].presses_from(lunch) is None
    assert queue[0].presses_from(lunch) is None


def test_of_several_the_earliest_deadline_and_none_that_was_answered() -> None:
    near, nearer = NOW + timedelta(minutes=20), NOW + timedelta(minutes=10)
    queue = in_order([one(1), one(2, due=near), one(3, due=nearer), one(4, due=NOW, answered=True)])
    pick = next_of(queue, NOW)
    assert pick is not None
    assert pick.waiting is queue[2]
    assert pick.passed == tuple(queue[:2])
    alone = next_of(in_order([one(1, due=nearer), one(2)]), NOW)
    assert alone is not None
    assert alone.reason is None
