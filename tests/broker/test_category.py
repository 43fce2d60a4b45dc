"""S-24: a category has its validity, 1 has its appointment, and what was begun keeps the one it began under."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from broker.domain.category import Category, Validity, category_at, settled, valid_at
from broker.domain.papers import Paper
from broker.domain.refusal import Refused, Why

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY = timedelta(days=1)
PAPER = Paper("appointment", "Prot. 12/2026", "2026-11-20")
FIRST = Validity(1, NOW, paper=PAPER)


@pytest.mark.parametrize(
    ("at", "category"),
    [
        (NOW - DAY, 2),
        (NOW, 1),
        (NOW + 9 * DAY, 1),
        (NOW + 10 * DAY, 2),
        (NOW + 20 * DAY, 1),
        (NOW + 30 * DAY, 2),
    ],
)
def test_the_last_that_speaks_of_an_instant_counts(at: datetime, category: Category) -> None:
    found = [FIRST, Validity(2, NOW + 10 * DAY), Validity(1, NOW + 20 * DAY, NOW + 30 * DAY, PAPER)]
    assert category_at(found, at) == category


def test_where_nothing_was_set_it_is_two() -> None:
    assert category_at([], NOW) == 2
    assert valid_at([], NOW) is None


def test_s24_category_one_without_its_appointment_is_refused() -> None:
    with pytest.raises(Refused) as no:
        settled(replace(FIRST, paper=None), NOW)
    assert no.value.why is Why.APPOINTMENT_MISSING
    assert settled(FIRST, NOW) == FIRST


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(FIRST, since=NOW - DAY), "since"),
        (replace(FIRST, until=NOW), "until"),
        (replace(FIRST, category=2), "paper"),
        (replace(FIRST, paper=replace(PAPER, kind="dpa")), "paper"),
    ],
)
def test_what_nobody_can_mean_is_refused(wrong: Validity, field: str) -> None:
    with pytest.raises(Refused) as no:
        settled(wrong, NOW)
    assert no.value.facts == {"field": field}


@pytest.mark.parametrize("one", [FIRST, replace(FIRST, until=NOW + DAY), Validity(2, NOW)])
def test_its_record_says_all_of_it(one: Validity) -> None:
    assert Validity.of(one.record()) == one
