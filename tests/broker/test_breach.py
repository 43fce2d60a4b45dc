"""Breaches: the 72 hours of the titolare, what is needed of the texts, in which order it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain import breach
from broker.domain.breach import BreachDraft, Chosen
from broker.domain.refusal import Refused, Why

ROME = ZoneInfo("Europe/Rome")
TEXTS = {
    "nature": "Un portatile smarrito.",
    "measures": "Chiavi revocate.",
    "contact": "privacy@vendor.example",
}
WHERE = Chosen(datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 3, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    ("aware", "due"),
    [
        (datetime(2026, 3, 21, 10, tzinfo=ROME), datetime(2026, 3, 24, 10, tzinfo=ROME)),
        (datetime(2026, 3, 28, 10, tzinfo=ROME), datetime(2026, 3, 31, 11, tzinfo=ROME)),
        (datetime(2026, 10, 24, 10, tzinfo=ROME), datetime(2026, 10, 27, 9, tzinfo=ROME)),
    ],
)
def test_l37_72_hours_are_elapsed_ones(aware: datetime, due: datetime) -> None:
    """L-37: over the spring change an hour later on the wall, over the autumn one an hour earlier."""
    assert breach.due(aware.astimezone(UTC)) == due


@given(st.integers(0, 2_800_000_000))
def test_l37_due_is_72_hours_on_the_line_of_utc(second: int) -> None:
    aware = datetime.fromtimestamp(1_000_000_000 + second, UTC)
    assert (breach.due(aware.astimezone(ROME)).astimezone(UTC) - aware) == timedelta(hours=72)


def test_l37_nobody_became_aware_tomorrow() -> None:
    now = datetime(2026, 3, 21, 9, tzinfo=UTC)
    draft = BreachDraft(now + timedelta(minutes=1), WHERE, high_risk=False, texts=TEXTS)
    with pytest.raises(Refused) as no:
        breach.record(draft, "v-00000001", [], 24, now)
    assert no.value.facts == {"field": "aware"}


def test_l37_a_record_is_no_list_of_everything() -> None:
    now = datetime(2026, 3, 21, 9, tzinfo=UTC)
    many = [f"s-{n:08x}" for n in range(breach.MAX_SESSIONS + 1)]
    with pytest.raises(Refused) as no:
        breach.record(BreachDraft(now, WHERE, high_risk=False, texts=TEXTS), "v-1", many, 24, now)
    assert no.value.why is Why.TOO_LARGE


def test_l37_what_happened_what_was_done_and_whom_to_ask_are_needed() -> None:
    said, _ = breach.texts(TEXTS, high_risk=False)
    assert said == TEXTS
    for name in TEXTS:
        with pytest.raises(Refused):
            breach.texts({**TEXTS, name: " "}, high_risk=False)


def test_l38_a_high_risk_needs_the_words_for_the_people_concerned() -> None:
    """L-38: art. 34."""
    with pytest.raises(Refused) as no:
        breach.texts(TEXTS, high_risk=True)
    assert no.value.facts == {"field": "people"}
    said, _ = breach.texts({**TEXTS, "people": "Cambiate la password."}, high_risk=True)
    assert said["people"] == "Cambiate la password."


def test_l37_a_search_does_not_run_backwards() -> None:
    with pytest.raises(Refused):
        breach.stretch(WHERE.until, WHERE.first)
    assert breach.stretch(WHERE.first, WHERE.until) == (WHERE.first, WHERE.until)


@pytest.mark.parametrize("hours", [0, 73])
def test_l37_the_vendors_term_leaves_the_titolare_his_own(hours: int) -> None:
    with pytest.raises(Refused):
        breach.term(hours)
    assert breach.term(12) == 12
