"""Resellers' hours: a free year by program, then the table of the resale contract; counted again minute by minute."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from audit.billing import Entry, Paid, charge, resold_parts
from audit.charging import Rounding
from audit.rates import Tariff, Terms
from audit.resale import Resale, ResaleRate, free_until, resold_lines

ROME = "Europe/Rome"
TARIFFS = (Tariff("2026/1", date(2020, 1, 1), 9000, 8000),)
RATES = (
    ResaleRate("R 2026", date(2020, 1, 1), 5500, 4000),
    ResaleRate("R 2026/g", date(2020, 1, 1), 6100, 4700, "g-2"),
)


def night(day: date, begin: int, minutes: int) -> tuple[datetime, datetime]:
    """So many minutes before that day's local midnight."""
    first = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ROME)).astimezone(UTC) - timedelta(
        minutes=begin
    )
    return first, first + timedelta(minutes=minutes)


def paid(activated: dict[str, date], rates: tuple[ResaleRate, ...] = RATES) -> Paid:
    return Paid([], TARIFFS, ROME, Resale(activated, rates))


def entry(worked: tuple[datetime, datetime], product: str | None = "g-1", **rest: object) -> Entry:
    return Entry("session", "s", (worked,), product, **rest)  # type: ignore[arg-type]


def test_s48_two_programs_have_two_ends_and_the_anniversary_is_billed():
    resale = Resale({"g-1": date(2026, 3, 10), "g-2": date(2026, 9, 1)}, RATES)
    assert {one: free_until(first) for one, first in resale.activated.items()} == {
        "g-1": date(2027, 3, 9),
        "g-2": date(2027, 8, 31),
    }
    assert resale.free("g-1", date(2027, 3, 9))
    assert not resale.free("g-1", date(2027, 3, 10))
    assert resale.free("g-2", date(2027, 3, 10))
    assert not resale.free("g-1", date(2026, 3, 9))  # not activated yet
    assert not resale.free("g-3", date(2026, 9, 1))


def test_s48_a_twenty_ninth_of_february():
    assert free_until(date(2028, 2, 29)) == date(2029, 2, 28)
    assert free_until(date(2027, 3, 1)) == date(2028, 2, 29)
    assert free_until(date(2027, 2, 28)) == date(2028, 2, 27)


def test_s50_a_session_across_midnight_of_the_anniversary_is_split():
    found, _ = charge([entry(night(date(2027, 3, 10), 30, 90))], paid({"g-1": date(2026, 3, 10)}), {})
    told = [
        (p.day, p.condition.kind, p.condition.rate, p.condition.tariff, p.minutes, p.cents)
        for p in found[0].pieces
    ]
    assert told == [
        (date(2027, 3, 9), "reseller", 0, "", 30, 0),
        (date(2027, 3, 10), "reseller", 5500, "R 2026", 60, 5500),
    ]


def test_s50_the_programs_own_line_counts_before_that_of_all():
    activated = {"g-1": date(2020, 5, 1), "g-2": date(2020, 5, 1)}
    for product, training, cents in (
        ("g-1", False, 5500), ("g-2", False, 6100), ("g-1", True, 4000), ("g-2", True, 4700),
    ):  # fmt: skip
        one = entry(night(date(2027, 3, 10), 60, 60), product, training=training)
        found, _ = charge([one], paid(activated), {})
        assert (found[0].cents, {p.condition.kind for p in found[0].pieces}) == (cents, {"reseller"})


def test_s50_a_later_line_counts_from_its_day():
    rates = (*RATES, ResaleRate("R 2027", date(2027, 1, 1), 7000, 5000))
    found, _ = charge([entry(night(date(2027, 1, 1), 60, 120))], paid({"g-1": date(2020, 5, 1)}, rates), {})
    assert [(p.condition.tariff, p.cents) for p in found[0].pieces] == [("R 2026", 5500), ("R 2027", 7000)]


def test_a_program_that_he_did_not_activate_costs_what_it_costs_anybody():
    before, _ = charge([entry(night(date(2026, 3, 10), 60, 120))], paid({"g-1": date(2026, 3, 10)}), {})
    assert [(p.condition.kind, p.cents) for p in before[0].pieces] == [("extra", 9000), ("reseller", 0)]
    other, _ = charge([entry(night(date(2027, 3, 10), 60, 60), None)], paid({"g-1": date(2020, 1, 1)}), {})
    assert other[0].pieces[0].condition.kind == "extra"
    bare, _ = charge([entry(night(date(2027, 3, 10), 60, 60))], paid({"g-1": date(2020, 1, 1)}, ()), {})
    assert (bare[0].pieces[0].condition.kind, bare[0].cents) == ("reseller", 9000)  # no line: the tariff


def test_a_contract_of_his_own_does_not_make_the_second_year_free():
    terms = Terms(date(2026, 1, 1), date(2027, 12, 31))
    mine = Paid([terms], TARIFFS, ROME, Resale({"g-1": date(2026, 3, 10)}, RATES))
    found, _ = charge([entry(night(date(2027, 3, 11), 60, 60))], mine, {})
    assert found[0].cents == 5500


def test_in_a_customers_log_it_is_his_resellers_and_costs_him_nothing():
    theirs = entry(night(date(2027, 3, 10), 30, 90), reseller="t-beta")
    found, _ = charge([theirs], Paid([], TARIFFS, ROME), {})
    assert [(p.condition.kind, p.minutes, p.cents) for p in found[0].pieces] == [("reseller", 90, 0)]
    parts = resold_parts([], [theirs], paid({"g-1": date(2026, 3, 10)}))
    assert [(one.product, one.minutes, one.cents) for one in parts] == [("g-1", 30, 0), ("g-1", 60, 5500)]


# -------------------------------------------------------------------- an independent count


def _next_year(first: date) -> date:
    """By hand: the same day a year later; of a 29 February the 1 March."""
    if (first.month, first.day) == (2, 29) and not isleap(first.year + 1):
        return date(first.year + 1, 3, 1)
    return date(first.year + 1, first.month, first.day)


# Anniversaries around which clocks change (29 March 2026, 25 October 2026, 28 March 2027), leap days, and any.
_FIRSTS = st.one_of(
    st.sampled_from(
        [date(2025, 3, 29), date(2025, 10, 25), date(2026, 3, 28), date(2025, 3, 30), date(2025, 10, 26), date(2024, 2, 29)]
    ),
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
)  # fmt: skip
_WORK = st.tuples(
    _FIRSTS, st.integers(0, 2000), st.integers(0, 4000), st.sampled_from(["g-1", "g-2"]), st.booleans()
)


@given(_WORK)
def test_s50_property_every_minute_counted_again(work):
    first, before, length, product, training = work
    begin, end = night(_next_year(first), before, length)
    found, _ = charge([entry((begin, end), product, training=training)], paid({product: first}), {})
    rate = {("g-1", False): 5500, ("g-1", True): 4000, ("g-2", False): 6100, ("g-2", True): 4700}[
        product, training
    ]
    free = charged = 0
    for n in range(length):
        day = (begin + timedelta(minutes=n)).astimezone(ZoneInfo(ROME)).date()
        if day < first:
            continue
        free, charged = (free + 1, charged) if day < _next_year(first) else (free, charged + 1)
    exact = Fraction(charged * rate, 60)
    mine = [p for one in found for p in one.pieces if p.condition.kind == "reseller"]
    assert sum(p.minutes for p in mine if not p.condition.tariff) == free
    assert sum(p.minutes for p in mine if p.condition.tariff) == charged
    assert sum(p.minutes for one in found for p in one.pieces) == length
    assert sum(p.cents for p in mine) == int(exact + Fraction(1, 2))


@given(st.lists(_WORK, max_size=6), st.sampled_from([1, 15, 30]))
def test_s50_property_a_statement_comes_to_its_sessions(works, step):
    """Whoever's log they stand in, and whatever they are rounded to: minutes and cents are neither lost nor made."""
    terms = Terms(date(2020, 1, 1), date(2030, 1, 1), rounding=Rounding(step))
    resale = Resale({"g-1": date(2025, 3, 29), "g-2": date(2025, 10, 25)}, RATES)
    mine = Paid([terms], TARIFFS, ROME, resale)
    entries = [
        Entry("session", f"s-{n}", (night(_next_year(first), before, length),), product, training, who)
        for n, (first, before, length, product, training) in enumerate(works)
        for who in ("", "t-beta")
    ]
    own, _ = charge([one for one in entries if not one.reseller], mine, {})
    parts = resold_parts(own, [one for one in entries if one.reseller], mine)
    lines = resold_lines(parts, resale)
    for name in ("minutes", "billed", "cents"):
        assert sum(getattr(one, name) for one in lines) == sum(getattr(one, name) for one in parts)
    assert all(one.cents == one.rate == 0 and not one.version for one in lines if one.free)
    assert all(one.rate and one.version for one in lines if not one.free)
    # Both logs have the same work, so each half is the other's.
    half = [p for one in own for p in one.pieces if p.condition.kind == "reseller"]
    assert sum(one.cents for one in parts) == 2 * sum(p.cents for p in half)
    assert lines == sorted(lines, key=lambda one: (one.product, not one.free, one.version, one.rate))
