"""The letter with a report: the PDF in it where it is small, else the way to it; nothing of what was done."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address

import pytest

from broker.domain.envelope import Envelope
from broker.domain.report_letter import ReportFacts, compose

AT = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
ENVELOPE = Envelope(
    Address("Titolare", addr_spec="t@cliente.example"), "verbale@fornitore.example", "<1@x>", AT
)


@pytest.mark.parametrize("pdf", [b"%PDF-1.7", None])
def test_c19_the_signed_report_goes_as_it_is_or_not_at_all(pdf: bytes | None) -> None:
    facts = ReportFacts(
        "VB-1-2026-11", "Albergo\nEsempio", "Fornitore", date(2026, 11, 1), date(2026, 11, 30), "ab" * 32, pdf,
        "https://x.example/titolare",
    )  # fmt: skip
    message = message_from_bytes(compose(facts, ENVELOPE), policy=policy.SMTP)
    assert message["Subject"] == "Rapporto VB-1-2026-11 · Report VB-1-2026-11"
    body = message.get_body()
    assert body is not None
    text = body.get_content()
    assert "dal 01/11/2026 al 30/11/2026" in text
    assert text.count("ab" * 32) == 2
    assert "https://x.example/titolare" in text
    attached = [(part.get_filename(), part.get_content()) for part in message.iter_attachments()]
    assert attached == ([] if pdf is None else [("VB-1-2026-11.pdf", pdf)])
    assert ("È unito a questa lettera" in text) is (pdf is not None)
