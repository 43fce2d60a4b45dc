"""Contracts: how long at least, paid or not, and the deadlines they give."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from broker.domain.contract import MAX_CLOSURES, Contract, agree, earliest_end, in_force, record
from broker.domain.plans import Severity
from broker.domain.refusal import Refused, Why

ROME = "Europe/Rome"
GOOD: dict[str, Any] = {
    "plan": "basic", "first": date(2026, 1, 1), "last": date(2026, 12, 31), "prepaid": True, "paid": date(2026, 1, 7),
    "patron": None, "closures": frozenset(), "half_shifts": False,
}  # fmt: skip


def made(**changes: Any) -> Contract:
    return agree(1, **GOOD | changes)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 3, 1), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2028, 2, 28), date(2029, 2, 27)),
        (date(2026, 12, 31), date(2027, 12, 30)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_s19_a_contract_lasts_a_year_at_least(first: date, last: date) -> None:
    """S-19: start 29/02/2028 → earliest end 28/02/2029; one day short is rejected."""
    assert earliest_end(first) == last
    assert made(first=first, last=last).covers(last)
    with pytest.raises(Refused) as no:
        made(first=first, last=date.fromordinal(last.toordinal() - 1))
    assert (no.value.why, no.value.facts["field"]) == (Why.BAD_INPUT, "last")


def test_s19_unpaid_its_times_are_not_guaranteed() -> None:
    """S-19: warned of, never blocked: the deadline is reckoned all the same."""
    unpaid = made(paid=None)
    assert not unpaid.guaranteed
    assert made().guaranteed
    assert made(prepaid=False, paid=None).guaranteed
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    assert unpaid.due(Severity.A, at, ROME) == made().due(Severity.A, at, ROME)


def test_s21_without_a_plan_nothing_is_promised() -> None:
    """S-21."""
    none = made(plan=None)
    assert none.due(Severity.A, datetime(2026, 3, 20, 9, tzinfo=UTC), ROME) is None
    assert not none.guaranteed
    assert record(none).plan is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"plan": "gold"}, "plan"),
        ({"paid": date(2026, 1, 7), "prepaid": False}, "paid"),
        ({"patron": "13-01"}, "patron"),
        ({"closures": frozenset({date(2027, 1, 1)})}, "closures"),
        ({"closures": frozenset(date.fromordinal(739000 + n) for n in range(MAX_CLOSURES + 1))}, "closures"),
        ({"last": date(3000, 1, 1)}, "last"),
        ({"first": date(9999, 6, 1), "last": date(9999, 12, 31)}, "last"),
        ({"plan": "enterprise", "half_shifts": True}, "half_shifts"),
        ({"plan": None, "half_shifts": True}, "half_shifts"),
    ],
)
def test_what_is_no_contract_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as no:
        made(**changes)
    assert (no.value.why, no.value.facts["field"]) == (Why.BAD_INPUT, field)


def test_patron_and_closures_move_the_deadline() -> None:
    at = datetime(2026, 11, 2, 15, tzinfo=UTC)  # Monday, 16:00 in Rome
    assert made().due(Severity.B, at, ROME) == datetime(2026, 11, 3, 15, tzinfo=UTC)
    assert made(patron="11-03").due(Severity.B, at, ROME) == datetime(2026, 11, 4, 15, tzinfo=UTC)
    closed = made(closures=frozenset({date(2026, 11, 3), date(2026, 11, 4)}))
    assert closed.due(Severity.B, at, ROME) == datetime(2026, 11, 5, 15, tzinfo=UTC)


def test_by_half_shifts_a_deadline_is_the_end_of_a_whole_one() -> None:
    """§1.4: the 1st, 2nd and 4th whole half shift after the one in which the report came; hours stay hours."""
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)  # Friday, 10:00 in Rome
    shifts = made(half_shifts=True)
    assert shifts.due(Severity.A, at, ROME) == datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert shifts.due(Severity.B, at, ROME) == datetime(2026, 3, 23, 12, tzinfo=UTC)
    assert shifts.due(Severity.C, at, ROME) == datetime(2026, 3, 24, 12, tzinfo=UTC)
    hours = made(plan="professional", half_shifts=True)
    assert hours.due(Severity.A, at, ROME) == datetime(2026, 3, 20, 12, tzinfo=UTC)


def test_the_last_agreed_of_its_days_counts() -> None:
    first = made()
    mended = agree(2, **GOOD | {"plan": "professional"})
    next_year = agree(3, **GOOD | {"first": date(2027, 1, 1), "last": date(2027, 12, 31)})
    every = [first, mended, next_year]
    assert in_force(every, datetime(2026, 6, 1, tzinfo=UTC), ROME) is mended
    assert in_force(every, datetime(2026, 12, 31, 23, tzinfo=UTC), ROME) is next_year  # midnight in Rome
    assert in_force(every, datetime(2025, 6, 1, tzinfo=UTC), ROME) is None
