"""What was said about an incident: its bounds, its covers, its opening."""

from __future__ import annotations

import pytest

from broker.domain.refusal import Refused, Why
from broker.domain.told import MAX_CALLBACK, MAX_NAME, Told, told


def test_it_is_kept_as_said_and_read_again() -> None:
    said, covered = told(" Non stampa. ", "Reception", "interno 12", call=True)
    assert (said, covered) == (Told("Non stampa.", "Reception", "interno 12"), 0)
    for one in (said, Told("x"), Told("x", "y")):
        assert Told.from_value(one.to_value()) == one
    assert Told("x").to_value() == {"incident_text": "x"}


def test_a_password_is_covered() -> None:
    said, covered = told("La password è Pippo1!", call=False)
    assert covered == 1
    assert "Pippo1" not in said.incident_text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("", "a", "b"), Why.BAD_INPUT),
        (("x", "", "b"), Why.BAD_INPUT),
        (("x", "a" * (MAX_NAME + 1), ""), Why.TOO_LARGE),
        (("x", "a", "1" * (MAX_CALLBACK + 1)), Why.TOO_LARGE),
        (("x" * 2001, "a", ""), Why.TOO_LARGE),
        (("x\x00", "a", ""), Why.BAD_INPUT),
    ],
)
def test_bounds(given: tuple[str, str, str], why: Why) -> None:
    with pytest.raises(Refused) as no:
        told(*given, call=True)
    assert no.value.why is why
