"""Whom a titolare may put into the set of approvers, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.approvers import Origin
from broker.domain.appointing import Appointed, SigningKey, next_set, without_lost
from broker.domain.people import MAX_APPOINTMENT, Person
from broker.domain.refusal import Refused, Why

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
SITE = Origin("firma.example", "https://firma.example")
KEY = SigningKey("cred", "key", demo_software=False)
TERESA = Person("p-1", "t-1", "titolare", "Teresa", "titolare", "t@t.example", active=True)
ALDO = Person("p-2", "t-1", "ads", "Aldo", "ads", "a@t.example", active=True)
TITOLARE = Appointed(TERESA, (KEY,), NOW + timedelta(days=300))
ADS = Appointed(ALDO, (replace(KEY, credential="other"),), NOW + timedelta(days=300))


def test_the_first_set_and_its_successor_are_a_chain() -> None:
    first = next_set("t-1", SITE, None, [TITOLARE, ADS], NOW)
    later = NOW + timedelta(days=30)
    second = next_set("t-1", SITE, first, [TITOLARE, replace(ADS, until=NOW + timedelta(days=390))], later)
    assert (first.number, first.previous) == (1, None)
    assert (second.number, second.previous) == (2, first.digest.hex())
    # Unbroken where he was in before; a term longer than a year begins anew.
    assert [line.valid_from for line in second.approvers] == [NOW, later]


def test_of_who_takes_the_key_on_paper_only_a_new_passkey_is_named() -> None:
    current = next_set("t-1", SITE, None, [TITOLARE, ADS], NOW)
    new = replace(KEY, credential="new")
    named = without_lost(replace(TITOLARE, keys=(KEY, new)), current)
    assert named.keys == (new,)
    with pytest.raises(Refused) as no:
        next_set("t-1", SITE, current, [without_lost(TITOLARE, current), ADS], NOW)
    assert no.value.why is Why.PASSKEY_MISSING


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ([ADS], Why.BAD_INPUT),
        ([TITOLARE, TITOLARE], Why.DUPLICATE),
        ([replace(TITOLARE, person=replace(TERESA, tenant="t-2"))], Why.NOT_FOUND),
        ([replace(TITOLARE, person=replace(TERESA, active=False))], Why.NOT_FOUND),
        ([replace(TITOLARE, person=replace(TERESA, role="owner"))], Why.NOT_ALLOWED),
        ([replace(TITOLARE, keys=())], Why.PASSKEY_MISSING),
        ([replace(TITOLARE, until=NOW)], Why.BAD_INPUT),
        ([replace(TITOLARE, until=NOW + MAX_APPOINTMENT + timedelta(milliseconds=1))], Why.BAD_INPUT),
    ],
)
def test_who_cannot_be_in_it(wanted: list[Appointed], why: Why) -> None:
    with pytest.raises(Refused) as no:
        next_set("t-1", SITE, None, wanted, NOW)
    assert no.value.why is why
