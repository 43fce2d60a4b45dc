"""Letters that lead to a page: both languages, a link that has no power, and nothing that begins a header."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broker.domain import letters
from broker.domain.envelope import Envelope
from broker.domain.page_letter import KINDS, PageFacts, compose
from tests.broker.letter import read, said

FACTS = PageFacts("Albergo\r\nBcc: a@example.com", "Tito\r\nBcc: b@example.com", "c-1234", 3, "31/08/2027")
AROUND = Envelope(
    letters.address("Teresa", "t@esempio.example"), "verbale@alfa.example", "<t.1@alfa.example>",
    datetime(2026, 11, 22, tzinfo=UTC),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_u20_each_leads_to_a_page(kind: str) -> None:
    letter = read(compose(kind, FACTS, AROUND, "http://localhost:8700/pagina"))
    assert letter["Bcc"] is None
    text = said(letter)
    if kind.startswith("clean_up"):
        assert "Albergo" in str(letter["Subject"])
        assert ("31/08/2027" in text) is (kind != "clean_up_closed")
    else:
        assert (" 3" if kind in {"mail_unread", "lead_came"} else "c-1234") in str(letter["Subject"])
    assert text.count("http://localhost:8700/pagina") == 2
    assert "da solo non autorizza nulla" in text
    assert "by itself it authorises nothing" in text
