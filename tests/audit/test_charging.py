"""Time cut, rounded and priced: on every cut minutes and money come to the same (S-44, S-45)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.charging import (
    Account,
    Condition,
    Piece,
    Rounding,
    anniversary,
    by_day,
    cut,
    minutes_between,
    price,
    spend,
    year_of,
)

ROME = "Europe/Rome"
OLD, NEW = Condition("extra", 6000, "2026/1"), Condition("extra", 6600, "2027/1")
CHANGES = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ROME)).astimezone(UTC)


def from_january(day: date) -> Condition:
    return NEW if day >= date(2027, 1, 1) else OLD


def test_s44_a_new_tariff_at_new_year_cuts_the_night_in_two():
    worked = [(local("2026-12-31T23:30"), local("2027-01-01T00:30"))]
    pieces = price(cut(worked, ROME, from_january, Rounding()))
    assert [(p.day, p.condition.tariff, p.minutes, p.cents) for p in pieces] == [
        (date(2026, 12, 31), "2026/1", 30, 3000),
        (date(2027, 1, 1), "2027/1", 30, 3300),
    ]


def test_s45_seventeen_minutes():
    worked = [(local("2026-11-03T10:00"), local("2026-11-03T10:17"))]
    assert cut(worked, ROME, from_january, Rounding())[0].billed == 17
    assert cut(worked, ROME, from_january, Rounding(step=15))[0].billed == 30


@pytest.mark.parametrize(
    ("step", "least", "minutes", "billed"),
    [
        (1, 0, 0, 0),
        (1, 30, 0, 0),
        (1, 30, 1, 30),
        (15, 20, 4, 30),
        (15, 0, 15, 15),
        (15, 0, 16, 30),
        (60, 0, 61, 120),
    ],
)
def test_rounding(step, least, minutes, billed):
    assert Rounding(step, least).billed(minutes) == billed


@pytest.mark.parametrize(("step", "least"), [(0, 0), (-1, 0), (1, -1)])
def test_a_rounding_that_means_nothing(step, least):
    with pytest.raises(ValueError, match="step"):
        Rounding(step, least)


def test_what_rounding_adds_counts_as_of_the_end():
    worked = [(local("2026-12-31T23:50"), local("2027-01-01T00:05"))]
    assert [p.billed for p in cut(worked, ROME, from_january, Rounding(step=30))] == [10, 20]


def test_a_night_of_the_clock_has_its_real_length():
    assert by_day([(local("2026-03-28T23:00"), local("2026-03-29T05:00"))], ROME) == [
        (date(2026, 3, 28), 60), (date(2026, 3, 29), 240),
    ]  # fmt: skip
    assert by_day([(local("2026-10-24T23:00"), local("2026-10-25T05:00"))], ROME) == [
        (date(2026, 10, 24), 60), (date(2026, 10, 25), 360),
    ]  # fmt: skip


def test_what_took_no_minute_is_there_and_costs_nothing():
    at = local("2026-11-03T10:00")
    assert price(cut([(at, at + timedelta(seconds=40))], ROME, from_january, Rounding(15, 30))) == (
        Piece(date(2026, 11, 3), OLD, 0, 0, 0),
    )


def test_hours_of_a_contract_end_inside_an_entry():
    condition = Condition("contract", account="2026-01-01", beyond=OLD)
    piece = Piece(date(2026, 11, 3), condition, 50, 60)
    pieces, after = spend([piece], {"2026-01-01": Account(100, 60)})
    assert [(p.condition.kind, p.minutes, p.billed) for p in pieces] == [
        ("contract", 40, 40),
        ("extra", 10, 20),
    ]
    assert after["2026-01-01"].left == 0
    pieces, _ = spend([piece], after)
    assert [(p.condition, p.minutes, p.billed) for p in pieces] == [(OLD, 50, 60)]


def test_work_that_uses_no_hours_leaves_them():
    account = {"2026-01-01": Account(100)}
    for condition in (OLD, Condition("contract"), Condition("contract", account="2025-01-01", beyond=OLD)):
        piece = Piece(date(2026, 11, 3), condition, 50, 50)
        assert spend([piece], account) == ((piece,), account)


@pytest.mark.parametrize(
    ("first", "day", "year"),
    [
        ("2026-02-01", "2026-02-01", "2026-02-01"),
        ("2026-02-01", "2027-01-31", "2026-02-01"),
        ("2026-02-01", "2027-02-01", "2027-02-01"),
        ("2028-02-29", "2029-02-28", "2028-02-29"),
        ("2028-02-29", "2029-03-01", "2029-03-01"),
        ("2028-02-29", "2032-02-28", "2031-03-01"),
        ("2028-02-29", "2032-02-29", "2032-02-29"),
        ("2026-02-01", "2025-06-01", "2026-02-01"),
    ],
)
def test_the_contracts_year_of_a_day(first, day, year):
    assert year_of(date.fromisoformat(first), date.fromisoformat(day)) == date.fromisoformat(year)


def test_anniversaries():
    assert anniversary(date(2026, 5, 4), 0) == date(2026, 5, 4)
    assert anniversary(date(2028, 2, 29), 0) == date(2028, 2, 29)
    assert anniversary(date(2028, 2, 29), 1) == date(2029, 3, 1)


instants = st.builds(
    lambda near, seconds: near + timedelta(seconds=seconds),
    st.sampled_from((*CHANGES, datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))),
    st.integers(-90_000, 90_000) | st.integers(-10_000_000, 10_000_000),
)
lengths = st.integers(0, 3 * 86_400).map(lambda s: timedelta(seconds=s))
roundings = st.builds(Rounding, st.sampled_from((1, 5, 15, 30, 60)), st.sampled_from((0, 10, 30)))


@given(
    instants, lengths, st.integers(0, 1), roundings, st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
)
def test_minutes_are_conserved_on_every_cut(begin, length, changes, rounding, cuts):
    """Midnight, anniversary, tariff, both changes of the clock: wherever conditions change, nothing is lost."""
    days = sorted(cuts)

    def on(day: date) -> Condition:
        return Condition(
            "extra", 6000 + sum(one <= day for one in days) * changes, str(sum(one <= day for one in days))
        )

    worked = [(begin, begin + length)]
    pieces = cut(worked, ROME, on, rounding)
    whole = minutes_between(*worked[0])
    assert sum(p.minutes for p in pieces) == whole == sum(minutes for _, minutes in by_day(worked, ROME))
    assert sum(p.billed for p in pieces) == rounding.billed(whole)


@given(
    st.lists(st.integers(0, 600), min_size=1, max_size=8),
    st.lists(st.integers(0, 20_000), min_size=1, max_size=3),
    st.integers(0, 7),
)
def test_money_is_conserved_on_every_cut(billed, rates, at):
    """S-44: cutting a piece in two on one condition moves no cent of the entry, and pieces come to its exact sum."""
    day = date(2026, 11, 3)
    pieces = [
        Piece(day, Condition("extra", rates[n % len(rates)], str(n % len(rates))), one, one)
        for n, one in enumerate(billed)
    ]
    total = sum(p.cents for p in price(pieces))
    exact = sum(p.billed * p.condition.rate for p in pieces)
    assert abs(60 * total - exact) <= 30
    at = at % len(pieces)
    one = pieces[at]
    half = one.billed // 3
    finer = [
        *pieces[:at],
        Piece(day, one.condition, half, half),
        Piece(day, one.condition, one.billed - half, one.billed - half),
        *pieces[at + 1 :],
    ]
    assert sum(p.cents for p in price(finer)) == total
    assert all(p.cents >= 0 for p in price(finer))


@given(st.lists(st.integers(0, 300), max_size=12), st.integers(0, 900))
def test_hours_used_and_exceeded_come_to_what_was_billed(billed, included):
    condition = Condition("contract", account="a", beyond=OLD)
    accounts, inside, over = {"a": Account(included)}, 0, 0
    for one in billed:
        pieces, accounts = spend([Piece(date(2026, 11, 3), condition, one, one)], accounts)
        assert sum(p.billed for p in pieces) == sum(p.minutes for p in pieces) == one
        inside += sum(p.billed for p in pieces if p.condition.kind == "contract")
        over += sum(p.billed for p in pieces if p.condition.kind == "extra")
    assert inside == accounts["a"].used == min(included, sum(billed))
    assert inside + over == sum(billed)
