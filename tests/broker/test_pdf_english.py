"""The report's reading copy in English: all of it, of the same data, and never to be taken for the report."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from audit.findings import STEPS
from audit.sentences import FIRST, STATES
from broker.out import typeset
from broker.out.pdf import render
from tests.broker.month_sample import Json, encode
from tests.broker.pdf_reading import flat, pages, run, text
from tests.broker.test_pdf import GOLDEN, MONTHS
from tests.web.italian import ITALIAN

# What people wrote, and names: in the report as they are, whatever its language.
WRITTEN = frozenset(
    {"text", "what", "why", "remedy", "solution", "function", "name", "place", "street", "town", "title", "product",
     "version", "state_note", "sample", "keep", "minimum"}
)  # fmt: skip
# Of the samples; and English words that look Italian.
NAMES = re.compile(r"registro\.esempio\.invalid\S*|Noè Fittizio|Niccolò|Città di Prova|\bper (?=hour|cent)")


def made_english(month: Json, folder: Path) -> Path:
    path = folder / "copy.pdf"
    path.write_bytes(render(encode(month), "month.json", english=True))
    return path


def without_words(value: Any, key: str = "") -> Any:
    """The data with another word for each that somebody wrote."""
    if isinstance(value, dict):
        return {k: without_words(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [without_words(v, key) for v in value]
    return "Xyz" if isinstance(value, str) and key in WRITTEN and " " in value else value


@pytest.mark.parametrize("name", MONTHS)
def test_nothing_of_it_is_italian(name: str, tmp_path: Path) -> None:
    read = text(made_english(without_words(MONTHS[name]()), tmp_path))
    left = [
        f"{line}: {found[0]}" for line in read.splitlines() if (found := ITALIAN.search(NAMES.sub("", line)))
    ]
    assert left == []


@pytest.mark.parametrize("name", ["exceptions", "services"])
def test_it_reads_as_agreed(name: str, tmp_path: Path) -> None:
    """VERBALE_GOLDEN=write writes what is read now: then look at the diff."""
    read, golden = text(made_english(MONTHS[name](), tmp_path)), GOLDEN / f"{name}.en.txt"
    if os.environ.get("VERBALE_GOLDEN") == "write":
        golden.write_text(read, encoding="utf-8")
    assert read == golden.read_text(encoding="utf-8")


def test_every_page_says_that_it_is_no_report(tmp_path: Path) -> None:
    path = made_english(MONTHS["exceptions"](), tmp_path)
    for page in range(1, pages(path) + 1):
        assert "Reading copy" in text(path, page, page), page
    assert "It is not signed. The signed report is the Italian one" in flat(path, 1)


def test_the_same_data_is_attached(tmp_path: Path) -> None:
    month = MONTHS["three"]()
    run("pdfdetach", "-save", "1", "-o", tmp_path / "out.json", made_english(month, tmp_path))
    assert (tmp_path / "out.json").read_bytes() == encode(month)


def test_it_counts_what_the_report_counts(tmp_path: Path) -> None:
    """Figures, instants and codes are those of the Italian one."""
    italian, english = tmp_path / "it.pdf", made_english(MONTHS["services"](), tmp_path)
    italian.write_bytes(render(encode(MONTHS["services"]()), "month.json"))
    marks = re.compile(
        r"\d{2}/\d{2}/\d{4}|[A-Z]-\d{4}-\d{4}|\b[srpw]-[0-9a-f]{8,10}\b|\d+[.,]\d{2}[^\d]€|[0-9a-f]{64}"
    )
    found, wanted = marks.findall(flat(english)), marks.findall(flat(italian))
    assert sorted(found) == sorted(one.replace(",", ".") for one in wanted)
    assert any("€" in one for one in found)


def test_what_the_command_is_to_answer_is_what_it_answers(tmp_path: Path) -> None:
    read = flat(made_english(MONTHS["three"](), tmp_path))
    assert "--lang en" in read
    assert FIRST["sound"][1] in read
    for n, _, step in STEPS:
        assert f"{n} {step} {STATES['ok'][1]}" in read or f"{n} {step} {STATES['not_applicable'][1]}" in read


def test_every_reason_has_words_in_both() -> None:
    italian, english = (
        json.loads((typeset.TEMPLATES / f"reasons{part}.json").read_text(encoding="utf-8"))
        for part in ("", ".en")
    )
    assert list(italian) == list(english)
    assert [one for one in english.values() if ITALIAN.search(NAMES.sub("", one))] == []
