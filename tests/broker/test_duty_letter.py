"""The letter about a sub-processor: the terms of its authorisation, and no name that begins a header."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from broker.domain import letters
from broker.domain.duty_letter import DutyFacts, compose
from broker.domain.envelope import Envelope
from tests.broker.letter import read, said

FACTS = DutyFacts(
    "Albergo\r\nBcc: a@example.com", "Alfa", "Nord\r\nBcc: b@example.com", "IT", True, date(2026, 12, 22)
)
AROUND = Envelope(
    letters.address("Teresa", "t@esempio.example"), "verbale@alfa.example", "<t.1@alfa.example>",
    datetime(2026, 11, 22, tzinfo=UTC),
)  # fmt: skip


def test_l32_it_says_from_when_it_counts_and_how_to_answer() -> None:
    letter = read(compose(FACTS, AROUND, "http://localhost:8700/adempimenti"))
    assert letter["Bcc"] is None
    text = said(letter)
    assert "vale dopo il 22/12/2026" in text
    assert "counts after 22/12/2026" in text
    assert text.count("http://localhost:8700/adempimenti") == 2


def test_a_specific_authorisation_waits_for_a_yes() -> None:
    text = said(read(compose(replace(FACTS, general=False), AROUND, "http://localhost:8700/adempimenti")))
    assert "Vale solo se lei acconsente" in text
    assert "22/12" not in text
