"""The provider's certification data, by a parser that takes nothing dangerous (C-12)."""

from __future__ import annotations

import pytest

from audit.mail_evidence import daticert
from audit.mail_evidence.shape import Unfit
from tests.audit.mail_evidence import provider
from tests.audit.mail_evidence.mails import SENT

GOOD = provider.daticert()
XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD.partition(b"?>")[
    2
].replace(b"<mittente>", b"<mittente>&x;")
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>' + GOOD.partition(b"?>")[2]
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE postacert SYSTEM "http://x.invalid/a.dtd">' + GOOD.partition(b"?>")[2]
)


def test_what_it_says() -> None:
    found = daticert.parse(GOOD)
    facts = found.facts
    assert not found.partial
    assert (facts.kind, facts.error, facts.sender, facts.at) == (
        "posta-certificata",
        "nessuno",
        provider.PEC,
        SENT,
    )
    assert facts.recipients == ("assistenza@pec.fornitore.it",)
    assert (facts.provider, facts.message_id) == ("Gestore di prova", provider.MESSAGE_ID)
    more = daticert.parse(
        provider.daticert(
            more='<ricevuta tipo="breve"/><consegna>a@b.it</consegna><errore-esteso>5.1.1</errore-esteso>'
        )
    ).facts
    assert (more.receipt, more.delivered_to, more.detail) == ("breve", "a@b.it", "5.1.1")


@pytest.mark.parametrize(
    "data",
    [
        XXE, LAUGHS, OUTSIDE, b"", b"<postacert/>", b"<altro/>", b"x" * 300_000, GOOD.replace(b"<postacert", b"<posta", 1),
        GOOD.replace(b"</mittente>", b"</mittente><mittente>altro@pec.it</mittente>"),
        GOOD.replace(b"<dati>", b"<dati/><dati>"), GOOD.replace(b"UTF-8", b"NOWHERE"), GOOD.replace(b"</postacert>", b""),
    ],
)  # fmt: skip
def test_c12_what_is_rejected(data: bytes) -> None:
    """C-12: no DTD, no entity, nothing outside, no second word where one is meant."""
    with pytest.raises(Unfit) as unfit:
        daticert.parse(data)
    assert unfit.value.code == "pec_daticert_rejected"


def test_c12_an_id_that_was_not_escaped_is_read_and_told() -> None:
    """C-12: partial, not valid."""
    found = daticert.parse(provider.daticert(escaped=False))
    assert found.partial
    assert found.facts.message_id == provider.MESSAGE_ID


@pytest.mark.parametrize(
    "message_id",
    [
        "</msgid><msgid><x>", "<a></msgid></dati><intestazione><mittente>titolare@pec.it</mittente>", "<a b>", "<a&b>", "<<a>>",
        "</msgid></dati></postacert><!--", "<" + "x" * 300 + ">",
    ],
)  # fmt: skip
def test_c12_an_id_chooses_no_elements(message_id: str) -> None:
    """C-12: who writes a mail chooses its id, and nothing else of what the provider certifies."""
    with pytest.raises(Unfit):
        daticert.parse(provider.daticert(message_id=message_id, escaped=False))


@pytest.mark.parametrize(
    "change",
    [
        (b"2026", b"26"),
        (b"+0000", b""),
        (b"/11/2026", b"/31/2026"),
        (b"<data ", b"<quando "),
        (b"</data>", b"</quando>"),
    ],
)
def test_a_time_that_is_none(change: tuple[bytes, bytes]) -> None:
    data = (
        GOOD.replace(b"<data ", b"<quando ").replace(b"</data>", b"</quando>")
        if b"quando" in change[1]
        else GOOD.replace(*change)
    )
    assert daticert.parse(data).facts.at is None
