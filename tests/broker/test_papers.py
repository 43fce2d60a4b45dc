"""How a paper is named, and how its record is read back."""

from __future__ import annotations

from datetime import date

import pytest

from broker.domain.papers import Filed, Paper, last_day, named
from broker.domain.refusal import Refused

TODAY = date(2026, 11, 22)
PAPER = Paper("dpa", "Prot. 12/2026", "2026-11-22", "ab" * 32)


def test_a_paper_is_named_as_it_was_typed_with_single_blanks() -> None:
    assert named("dpa", "  Prot.  12/2026 ", "2026-11-22", "AB" * 32, TODAY) == PAPER


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (("DPA", "1", "2026-11-01", None), "paper"),
        (("dpa", "Accordo", "2026-11-01", None), "reference"),
        (("dpa", "1", "2026-02-30", None), "dated"),
        (("dpa", "1", "2026-11-23", None), "dated"),
        (("dpa", "1", "2026-11-01", "abc"), "file"),
    ],
)
def test_a_slip_names_its_field(wrong: tuple[str, str, str, str | None], field: str) -> None:
    with pytest.raises(Refused) as no:
        named(*wrong, TODAY)
    assert no.value.facts == {"field": field}


def test_a_last_day_does_not_come_before_the_first() -> None:
    assert last_day("", "2026-11-01") is None
    assert last_day("2026-11-01", "2026-11-01") == "2026-11-01"
    for wrong in ("2026-10-31", "mai"):
        with pytest.raises(Refused):
            last_day(wrong, "2026-11-01")


@pytest.mark.parametrize("one", [Filed("f-1", PAPER), Filed("f-2", PAPER, "2027-11-21", "p-1")])
def test_its_record_says_all_of_it(one: Filed) -> None:
    assert Filed.of(one.record()) == one
