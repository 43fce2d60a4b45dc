"""Records of category and papers: what a reference may look like, and what is left out where nothing was named."""

from __future__ import annotations

import pytest

from audit.errors import Malformed
from audit.forms import REFERENCE
from audit.paper_records import CategorySet


@pytest.mark.parametrize("good", ["Prot. 12/2026", "7", "DPA-2026_03", "2026/11"])
def test_a_reference_is_a_number_as_somebody_filed_it(good: str) -> None:
    assert REFERENCE.fits(good)


@pytest.mark.parametrize(
    "bad", ["", " 12", "12 ", "Nomina", "nome@cliente.example 1", "12\n", "è 12", "1" * 41, 12]
)
def test_anything_else_is_no_reference(bad: object) -> None:
    assert not REFERENCE.fits(bad)


def test_category_two_names_no_paper() -> None:
    plain = CategorySet(2, "2026-11-22T10:00:00.000Z")
    assert plain.body() == {"category": 2, "since": "2026-11-22T10:00:00.000Z"}
    assert CategorySet.from_body(plain.body()) == plain
    with pytest.raises(Malformed):
        CategorySet.from_body({**plain.body(), "reference": "nessuno"})
