"""A tariff as the owner enters it (S-44)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.rates import Tariff
from broker.domain.refusal import Refused, Why
from broker.domain.tariff import MAX_TARIFFS, Rates, cents, enter, euro

TODAY = date(2026, 11, 12)
RATES = Rates("2026/2", date(2026, 12, 1), 6500, 5000)
TOLD = [Tariff("2026/1", date(2026, 1, 1), 6000, 5000)]


def test_a_version_begins_today_or_later():
    assert enter(RATES, TOLD, TODAY, own=False) == Tariff("2026/2", date(2026, 12, 1), 6500, 5000)
    assert enter(replace(RATES, first=TODAY), TOLD, TODAY, own=False).first == TODAY


def test_the_first_one_may_speak_of_the_month_that_runs():
    assert enter(replace(RATES, first=date(2026, 11, 1)), [], TODAY, own=False).first == date(2026, 11, 1)
    assert enter(replace(RATES, first=date(2026, 11, 1)), TOLD, TODAY, own=True).own


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"version": "autunno"}, "version"),
        ({"version": "Rossi 2026 " * 3}, "version"),
        ({"first": TODAY - timedelta(days=1)}, "first"),
        ({"first": date(2050, 1, 1)}, "first"),
        ({"last": date(2027, 1, 1)}, "until"),
        ({"assistance": -1}, "assistance"),
        ({"assistance": 100_001}, "assistance"),
        ({"training": 100_001}, "training"),
        ({"vat": 101}, "vat_percent"),
        ({"vat": -1}, "vat_percent"),
    ],
)
def test_what_nobody_means_is_refused(change, field):
    with pytest.raises(Refused) as no:
        enter(replace(RATES, **change), TOLD, TODAY, own=False)
    assert (no.value.why, no.value.facts["field"]) == (Why.BAD_INPUT, field)


def test_a_customers_own_may_end():
    kept = enter(replace(RATES, last=date(2027, 3, 31)), TOLD, TODAY, own=True)
    assert kept.holds(date(2027, 3, 31))
    assert not kept.holds(date(2027, 4, 1))
    for last in (date(2026, 11, 30), date(2900, 1, 1)):
        with pytest.raises(Refused):
            enter(replace(RATES, last=last), TOLD, TODAY, own=True)


def test_a_version_has_one_name():
    with pytest.raises(Refused) as no:
        enter(replace(RATES, version="2026/1"), TOLD, TODAY, own=True)
    assert no.value.why is Why.DUPLICATE


def test_there_is_a_last_version():
    told = [replace(TOLD[0], version=f"v{n}") for n in range(MAX_TARIFFS)]
    with pytest.raises(Refused) as no:
        enter(RATES, told, TODAY, own=False)
    assert no.value.why is Why.TOO_LARGE


@pytest.mark.parametrize(
    ("text", "amount"), [("65", 6500), (" 65,50 ", 6550), ("0", 0), ("0,05", 5), ("1.000,00", 100_000)]
)
def test_euro_as_typed(text, amount):
    assert cents(text, "assistance") == amount


@pytest.mark.parametrize("text", ["", "65.50", "65,5", "065", "-1", "10.00,00", "٦٥", "65,500", "9999999"])
def test_one_spelling_of_euro(text):
    with pytest.raises(Refused):
        cents(text, "assistance")


@given(st.integers(0, 10**9))
def test_cents_as_euro_are_exact(amount):
    assert euro(amount) * 100 == amount
    assert euro(amount) == Decimal(amount) / 100
