"""Legal texts: which hold in a period, S-22's two regimes, and the house's own file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from audit.errors import Malformed
from broker.domain.legal import MAX_BYTES, USUAL, in_force, parse
from broker.domain.refusal import Refused, Why
from broker.store import legal_file
from tests.broker.month_sample import sample
from tests.broker.pdf_reading import flat, made

ONE = {
    "id": "natura",
    "title": "Natura",
    "text": "Rendiconto.",
    "version": "2026-2",
    "valid_from": "2026-01-01",
}


def held(first: str, last: str) -> list[str]:
    return [one.id for one in in_force(USUAL, date.fromisoformat(first), date.fromisoformat(last))]


def test_a_period_over_the_change_of_law_has_both_regimes_each_with_its_days(tmp_path: Path) -> None:
    """Of S-22: no session that old can be in a log, but whatever is reported has the texts of its days."""
    assert held("2018-05-01", "2018-05-24") == ["regime_2003", "natura"]
    assert held("2018-05-25", "2018-05-31") == ["regime_2018", "natura"]
    texts = in_force(USUAL, date(2018, 5, 1), date(2018, 5, 31))
    assert [(one.first.isoformat(), one.last and one.last.isoformat()) for one in texts[:2]] == [
        ("2004-01-01", "2018-05-24"),
        ("2018-05-25", None),
    ]
    read = flat(made(sample(1) | {"legal": [one.line() for one in texts]}, tmp_path))
    assert "in vigore dal 01/01/2004 al 24/05/2018" in read
    assert "in vigore dal 25/05/2018" in read


def test_the_houses_own_texts_replace_the_usual_ones(tmp_path: Path) -> None:
    """U-10: the notes are editable."""
    assert legal_file.texts(tmp_path) == USUAL
    file = tmp_path / "legal.json"
    file.write_text(json.dumps({"v": 1, "texts": [ONE, ONE | {"valid_to": "2026-12-31"}]}, indent=2) + "\n")
    assert [one.line() for one in legal_file.texts(tmp_path)] == [ONE, ONE | {"valid_to": "2026-12-31"}]
    file.write_text("{")
    with pytest.raises(Refused) as no:
        legal_file.texts(tmp_path)
    assert no.value.why == Why.REPORT_FAILED


@pytest.mark.parametrize(
    "bent",
    [
        {"text": "x" * 8_001},
        {"title": "x" * 201},
        {"valid_to": "2025-12-31"},
        {"valid_from": "2026-13-01"},
        {"id": "Natura!"},
        {"more": "x"},
        {"text": 1},
    ],
)
def test_what_is_no_legal_text_is_not_taken(bent: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        parse(json.dumps({"v": 1, "texts": [ONE | bent]}).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b'{"v":2,"texts":[]}', b"[" * 100_000, b" " * (MAX_BYTES + 1)])
def test_what_is_no_file_of_them_is_not_taken(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse(data)
