"""Which tariff and which contract count on a day (S-44)."""

from __future__ import annotations

from datetime import date

from audit.charging import Condition, Rounding
from audit.rates import OTHER, Tariff, Terms, beside, conditions, rounding_on, tariff_on, terms_on

HOUSE = Tariff("2026/1", date(2026, 1, 1), 6000, 5000)
LATER = Tariff("2026/2", date(2026, 7, 1), 6500, 5200)
OWN = Tariff("P-7", date(2026, 8, 1), 4000, 3000, own=True, last=date(2026, 8, 31))
TARIFFS = (LATER, HOUSE, OWN)
YEAR = Terms(date(2026, 1, 1), date(2026, 12, 31), frozenset({"g-1"}), included=600, rounding=Rounding(15))


def test_the_tariff_of_a_day():
    assert tariff_on(TARIFFS, date(2025, 12, 31)) is None
    assert tariff_on(TARIFFS, date(2026, 6, 30)) == HOUSE
    assert tariff_on(TARIFFS, date(2026, 7, 1)) == LATER
    assert tariff_on(TARIFFS, date(2026, 8, 31)) == OWN
    assert tariff_on(TARIFFS, date(2026, 9, 1)) == LATER


def test_of_two_of_one_day_the_one_told_last():
    again = Tariff("2026/3", date(2026, 7, 1), 7000, 5200)
    assert tariff_on((HOUSE, LATER, again), date(2026, 7, 1)) == again


def test_outside_the_contract():
    assert beside(TARIFFS, date(2026, 7, 1), training=False) == Condition("extra", 6500, "2026/2")
    assert beside(TARIFFS, date(2026, 7, 1), training=True) == Condition("training", 5200, "2026/2")
    assert beside((), date(2026, 7, 1), training=False) == Condition("extra", 0, "")


def test_the_contract_of_a_day_is_the_last_agreed():
    corrected = Terms(date(2026, 1, 1), date(2026, 12, 31))
    assert terms_on((YEAR, corrected), date(2026, 5, 1)) == corrected
    assert terms_on((YEAR,), date(2027, 1, 1)) is None


def test_what_a_contract_includes():
    assert YEAR.includes("g-1")
    assert YEAR.includes(None)
    assert not YEAR.includes("g-2")
    assert not YEAR.includes(OTHER)
    everything = Terms(date(2026, 1, 1), date(2026, 12, 31))
    assert everything.includes("g-2")
    assert not everything.includes(OTHER)


def test_conditions_of_an_entry():
    on = conditions((YEAR,), TARIFFS, "g-1", training=False)
    beyond = Condition("extra", 6000, "2026/1")
    assert on(date(2026, 3, 1)) == Condition("contract", account="2026-01-01", beyond=beyond)
    assert on(date(2027, 1, 1)) == Condition("extra", 6500, "2026/2")
    assert conditions((YEAR,), TARIFFS, "g-2", training=True)(date(2026, 3, 1)).kind == "training"
    endless = Terms(date(2026, 1, 1), date(2026, 12, 31))
    assert conditions((endless,), TARIFFS, "g-2", training=False)(date(2026, 3, 1)) == Condition("contract")


def test_rounding_is_the_contracts_else_to_the_minute():
    assert rounding_on((YEAR,), date(2026, 3, 1)) == Rounding(15)
    assert rounding_on((YEAR,), date(2027, 3, 1)) == Rounding()
