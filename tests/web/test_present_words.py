"""Marks that stand for what was erased, in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broker.domain.erased_name import ErasedName
from web.present import words
from web.present.reader import Reader

GONE = ErasedName("p-00000009", "11/11/2028")


def reader(language: str) -> Reader:
    return Reader(language, datetime(2028, 12, 1, tzinfo=UTC))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("it", "nome cancellato il 11/11/2028 (p-00000009)", "testo cancellato"),
        ("en", "name erased on 11/11/2028 (p-00000009)", "text erased"),
    ],
)
def test_what_was_erased_is_said_in_the_reader_s_language(language: str, name: str, text: str) -> None:
    assert words.name(GONE, reader(language)) == name
    assert words.fault("", reader(language), erased=True) == text


def test_what_somebody_wrote_is_nobody_s_language() -> None:
    assert words.name("Ugo \u202eUscente", reader("en")) == "Ugo Uscente"
    assert words.fault("testo cancellato", reader("en"), erased=False) == "testo cancellato"


def test_reports_have_the_mark_in_italian() -> None:
    assert str(GONE) == "nome cancellato il 11/11/2028 (p-00000009)"
    assert type(str(GONE)) is str
