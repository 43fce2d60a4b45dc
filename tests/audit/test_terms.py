"""Terms of retention: what a policy may choose, and what holds where it chooses nothing."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from audit.errors import Malformed
from audit.record import RetainClass
from audit.terms import LONGEST, TERMS, check, months


def test_every_class_has_its_term() -> None:
    assert set(TERMS) == set(get_args(RetainClass))
    assert all(0 < term.shortest <= term.usual <= term.longest <= LONGEST for term in TERMS.values())


def test_the_law_keeps_accesses_six_months() -> None:
    """L-11: no policy goes below, and without one it is twelve."""
    assert TERMS["access"].shortest == 6
    assert months("access", {}) == 12
    assert months("access", {"access": 18}) == 18


@pytest.mark.parametrize("chosen", [{}, {"access": 6}, {"report": 12, "log": 1}, {"authorisation": LONGEST}])
def test_what_may_be_chosen(chosen: dict[str, int]) -> None:
    check(chosen)


@pytest.mark.parametrize(
    "chosen",
    [
        {"access": 5},
        {"access": 25},
        {"recording": 7},
        {"authorisation": LONGEST + 1},
        {"mail": 12},
        {"log": True},
        {"log": "12"},
        {"log": 0},
    ],
)
def test_what_may_not(chosen: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        check(chosen)
