"""The contract of every way out with receipts: certified mail against a provider that misbehaves, and a REM stand-in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from audit.mail_evidence.codes import Level, Transport
from audit.mail_evidence.judgement import Certified, Claims, Judgement
from broker.domain.dispatch import Receipt, state
from broker.out.certified_mail import CertifiedMail
from broker.ports import Channel, NotTaken, Uncertain

Mood = Literal["takes", "refuses_login", "refuses_recipient", "refuses_text", "cuts_text", "silent"]
MESSAGE = (
    b"From: a@pec.example\r\nTo: b@pec.example\r\nMessage-ID: <1@pec.example>\r\n\r\nTesto\r\n.\r\nfine\r\n"
)


@dataclass
class Provider:
    """What the other side does, and what it took: messages whole, as they were sent."""

    mood: Mood = "takes"
    taken: list[bytes] = field(default_factory=list)
    heard: int = 0


@dataclass
class Way:
    channel: Channel
    provider: Provider
    receipt: Callable[[str, str], Judgement]


# ------------------------------------------------------------------------------ certified mail


def pec_receipt(kind: str, about: str) -> Judgement:
    names = {
        "accepted": "accettazione", "refused": "non-accettazione", "delivered": "avvenuta-consegna",
        "undelivered": "errore-consegna", "late": "preavviso-errore-consegna", "other": "presa-in-carico",
    }  # fmt: skip
    certified = Certified(names[kind], "nessuno", "a@pec.example", (), "", "gestore", None, "1", about)
    claims = Claims(certified=certified)
    return Judgement(Level.E0, "pec_receipt", ("pec_receipt",), Transport.RECEIPT, None, claims)


async def _serve_smtp(provider: Provider, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As much of RFC 5321 as a sender sees, and what goes wrong there."""

    async def say(line: str) -> None:
        writer.write(f"{line}\r\n".encode())
        await writer.drain()

    try:
        await say("220 provider")
        while line := (await reader.readline()).decode().upper().strip():
            if line.startswith("EHLO"):
                await say("250-provider\r\n250 AUTH PLAIN")
            elif line.startswith("AUTH"):
                await say("535 no" if provider.mood == "refuses_login" else "235 in")
            elif line.startswith("RCPT") and provider.mood == "refuses_recipient":
                await say("550 nobody here")
            elif line == "DATA":
                provider.heard += 1
                await say("354 go on")
                text = await reader.readuntil(b"\r\n.\r\n")
                if provider.mood == "cuts_text":
                    break
                if provider.mood == "silent":
                    await reader.read()
                    break
                if provider.mood == "refuses_text":
                    await say("554 not that")
                    continue
                provider.taken.append(text[:-3].replace(b"\r\n..", b"\r\n."))
                await say("250 taken")
            elif line == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 ok")
    finally:
        writer.close()


@pytest.fixture
async def pec(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Way]:
    monkeypatch.setattr("broker.out.certified_mail.TIMEOUT_S", 1.0)
    provider = Provider()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _serve_smtp(provider, reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield Way(CertifiedMail("127.0.0.1", port, "u", "p", "a@pec.example", None), provider, pec_receipt)
    server.close()


# ----------------------------------------------------------------------------------------- REM


@dataclass
class Rem:
    """A qualified service after ETSI EN 319 532-4 as far as the contract goes: messages go by its own call, and its
    evidence comes back as signed objects that name the event."""

    provider: Provider
    code: str = "rem"
    sender: str = "a@pec.example"

    async def send(self, message: bytes, recipient: str) -> None:
        if self.provider.mood in {"refuses_login", "refuses_recipient", "refuses_text"}:
            raise NotTaken("the service said no")
        self.provider.heard += 1
        if self.provider.mood in {"cuts_text", "silent"}:
            raise Uncertain("the service did not answer")
        self.provider.taken.append(message)

    def receipt(self, judged: Judgement) -> Receipt | None:
        if judged.claims.domain != "rem.example":  # whose signature its evidence bears
            return None
        events: dict[str, Any] = {
            "SubmissionAcceptance": "accepted", "SubmissionRejection": "refused", "ContentConsignment": "delivered",
            "ContentConsignmentFailure": "undelivered", "ContentConsignmentNotification": "late",
        }  # fmt: skip
        told = json.loads(judged.claims.text)
        kind = events.get(told["event"])
        return None if kind is None else Receipt(kind, told["about"])


def rem_receipt(kind: str, about: str) -> Judgement:
    names = {
        "accepted": "SubmissionAcceptance", "refused": "SubmissionRejection", "delivered": "ContentConsignment",
        "undelivered": "ContentConsignmentFailure", "late": "ContentConsignmentNotification", "other": "RelayAcceptance",
    }  # fmt: skip
    text = json.dumps({"event": names[kind], "about": about})
    claims = Claims(text=text, domain="rem.example")
    return Judgement(Level.E0, "unknown_sender", ("unknown_sender",), Transport.ORDINARY, None, claims)


@pytest.fixture
def rem() -> Way:
    provider = Provider()
    return Way(Rem(provider), provider, rem_receipt)


@pytest.fixture(params=["pec", "rem"])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.getfixturevalue(request.param)
    return found


# -------------------------------------------------------------------------------- the contract


async def test_c16_a_letter_is_taken_whole(way: Way) -> None:
    """C-16: whatever the way, the bytes that were handed over are those that arrive."""
    await way.channel.send(MESSAGE, "b@pec.example")
    assert way.provider.taken == [MESSAGE]


@pytest.mark.parametrize("mood", ["refuses_login", "refuses_recipient", "refuses_text"])
async def test_c16_a_no_is_certain(way: Way, mood: Mood) -> None:
    """C-16: whoever was told no may try again."""
    way.provider.mood = mood
    with pytest.raises(NotTaken):
        await way.channel.send(MESSAGE, "b@pec.example")
    assert way.provider.taken == []


@pytest.mark.parametrize("mood", ["cuts_text", "silent"])
async def test_c16_c15_a_line_that_breaks_is_uncertain(way: Way, mood: Mood) -> None:
    """C-16, C-15: the other side may have all of it."""
    way.provider.mood = mood
    with pytest.raises(Uncertain):
        await way.channel.send(MESSAGE, "b@pec.example")
    assert way.provider.heard == 1


@pytest.mark.parametrize("kind", ["accepted", "refused", "delivered", "undelivered", "late"])
async def test_c16_receipts_are_of_one_kind(way: Way, kind: str) -> None:
    """C-16: each says which letter and what became of it, and ends in the same state."""
    found = way.channel.receipt(way.receipt(kind, "<1@pec.example>"))
    assert found == Receipt(kind, "<1@pec.example>")  # type: ignore[arg-type]
    assert state("sent", [found.kind]) == kind


async def test_c16_what_is_no_receipt(way: Way) -> None:
    """C-16: neither what says nothing yet, nor what nobody proved to be the provider's."""
    assert way.channel.receipt(way.receipt("other", "<1@pec.example>")) is None
    good = way.receipt("delivered", "<1@pec.example>")
    forged = replace(good, transport=Transport.ORDINARY, claims=replace(good.claims, domain=""))
    assert way.channel.receipt(forged) is None


async def test_nobody_listens() -> None:
    nobody = CertifiedMail("127.0.0.1", 9, "", "", "a@pec.example", None)
    with pytest.raises(NotTaken):
        await nobody.send(MESSAGE, "b@pec.example")
    assert "secret" not in repr(CertifiedMail("h", 1, "u", "secret", "a@pec.example", None))


def test_a_receipt_read_in_part_is_none() -> None:
    half = pec_receipt("delivered", "<1@pec.example>")
    half = replace(half, reasons=(*half.reasons, "pec_partial"))
    assert CertifiedMail("h", 1, "", "", "a@pec.example", None).receipt(half) is None
