"""Work outside a session is typed on the day on which it ended (S-45)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audit.month_charges import MOST_TYPED
from broker.domain.billable import typed
from broker.domain.refusal import Refused, Why

ROME = "Europe/Rome"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_s45_typed_the_same_day():
    began = local("2026-11-03T10:00+01:00")
    assert typed(began, 20, local("2026-11-03T23:59+01:00"), ROME) == (began, began + timedelta(minutes=20))


def test_s45_the_day_after_it_counts_no_more():
    with pytest.raises(Refused) as no:
        typed(local("2026-11-03T10:00+01:00"), 20, local("2026-11-04T00:00+01:00"), ROME)
    assert no.value.why is Why.NOT_SAME_DAY


def test_s45_a_night_is_of_the_day_on_which_it_ends():
    began = local("2026-12-31T23:30+01:00")
    assert typed(began, 60, local("2027-01-01T00:40+01:00"), ROME)[1] == local("2027-01-01T00:30+01:00")
    with pytest.raises(Refused):  # it ended with the old year
        typed(began, 30, local("2027-01-01T00:40+01:00"), ROME)


@pytest.mark.parametrize(("minutes", "field"), [(0, "minutes"), (MOST_TYPED + 1, "minutes"), (121, "began")])
def test_s45_nothing_that_cannot_have_been(minutes, field):
    at = local("2026-11-03T12:00+01:00")
    with pytest.raises(Refused) as no:
        typed(at - timedelta(hours=2), minutes, at, ROME)
    assert no.value.facts["field"] == field
