"""Entries with what they cost: pauses, contract years, and sums to the cent (S-44, S-45)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audit.billing import Charged, Entry, Paid, charge, opened, stretches
from audit.charging import Account, Rounding, minutes_between
from audit.rates import Tariff, Terms

ROME = "Europe/Rome"
TARIFFS = (Tariff("2026/1", date(2025, 1, 1), 6000, 4800),)
T0 = datetime(2026, 11, 3, 9, tzinfo=UTC)


def charged(entries: list[Entry], contracts: list[Terms]) -> tuple[list[Charged], dict[str, Account]]:
    return charge(entries, Paid(contracts, TARIFFS, ROME), opened(contracts))


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def entry(
    id: str, begin: float, minutes: int, *, product: str | None = None, training: bool = False
) -> Entry:
    return Entry("session", id, ((at(begin), at(begin + minutes)),), product, training)


def test_a_pause_is_not_worked():
    assert stretches(at(0), at(60), [(at(10), at(20)), (at(30), at(90))]) == (
        (at(0), at(10)),
        (at(20), at(30)),
    )
    assert stretches(at(0), at(60), [(at(0), at(20))]) == ((at(20), at(60)),)
    assert stretches(at(0), at(60), [(at(0), at(60))]) == ((at(60), at(60)),)
    assert stretches(at(0), at(0), []) == ((at(0), at(0)),)


@given(st.integers(0, 5000), st.lists(st.integers(0, 6000), max_size=8).map(sorted))
def test_worked_and_paused_come_to_the_whole(length, marks):
    end = T0 + timedelta(seconds=length)
    pauses = [
        (T0 + timedelta(seconds=a), T0 + timedelta(seconds=b))
        for a, b in zip(marks[::2], marks[1::2], strict=False)
    ]
    worked = sum(minutes_between(*one) for one in stretches(T0, end, pauses))
    paused = sum(minutes_between(min(a, end), min(b, end)) for a, b in pauses)
    assert worked + paused == minutes_between(T0, end)


def test_hours_of_a_contract_go_to_whoever_comes_first():
    terms = Terms(date(2026, 1, 1), date(2026, 12, 31), included=50)
    found, accounts = charged([entry("b", 60, 40), entry("a", 0, 40)], [terms])
    assert [(one.entry.id, one.minutes, one.cents) for one in found] == [("a", 40, 0), ("b", 40, 3000)]
    assert accounts == {"2026-01-01": Account(50, 50)}


def test_every_year_of_a_contract_has_its_hours():
    terms = Terms(date(2026, 2, 1), date(2028, 1, 31), included=600)
    assert opened([terms]) == {"2026-02-01": Account(600), "2027-02-01": Account(600)}
    night = Entry(
        "session",
        "s",
        ((datetime(2027, 1, 31, 22, 30, tzinfo=UTC), datetime(2027, 1, 31, 23, 30, tzinfo=UTC)),),
    )
    _, accounts = charged([night], [terms])
    assert [one.used for one in accounts.values()] == [30, 30]


def test_a_correction_of_a_contract_keeps_what_was_used():
    paid = Terms(date(2026, 1, 1), date(2026, 12, 31), included=80)
    before = Terms(date(2026, 1, 1), date(2026, 12, 31), included=50)
    assert opened([before, paid, Terms(date(2025, 1, 1), date(2025, 12, 31))]) == {"2026-01-01": Account(80)}


def test_training_outside_the_contract_has_its_own_rate():
    found, _ = charged([entry("a", 0, 60, training=True)], [])
    assert [(one.billed, one.cents, one.pieces[0].condition.kind) for one in found] == [
        (60, 4800, "training")
    ]


entries = st.lists(
    st.builds(
        lambda n, begin, length, product, training: entry(
            f"s-{n}", begin, length, product=product, training=training
        ),
        st.integers(0, 99),
        st.integers(-600_000, 600_000),
        st.integers(0, 3000),
        st.sampled_from((None, "g-1", "other")),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)
contracts = st.lists(
    st.builds(
        lambda year, length, included, step: Terms(
            date(year, 1, 1), date(year + length, 12, 31), frozenset({"g-1"}), included, Rounding(step)
        ),
        st.integers(2025, 2027),
        st.integers(0, 2),
        st.none() | st.integers(0, 5000),
        st.sampled_from((1, 15)),
    ),
    max_size=3,
)


@given(entries, contracts)
def test_the_sum_of_the_entries_is_the_total_to_the_cent(entries, contracts):
    """S-45: whatever was typed and whichever contract it was of."""
    found, accounts = charged(entries, contracts)
    assert sum(one.minutes for one in found) == sum(minutes_between(*one.worked[0]) for one in entries)
    for one in found:
        exact = sum(p.billed * p.condition.rate for p in one.pieces)
        assert one.cents == (exact + 30) // 60
        assert one.billed >= one.minutes
    used = sum(p.billed for one in found for p in one.pieces if p.condition.account)
    assert used == sum(one.used for one in accounts.values())
    assert all(one.used <= one.included for one in accounts.values())
