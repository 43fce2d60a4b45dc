"""Mails for tests, and a judge that believes what a header of theirs says: what judging is worth is shown elsewhere."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

from audit.mail_evidence.addresses import Address
from audit.mail_evidence.codes import Level, Transport
from audit.mail_evidence.digests import replay_digest
from audit.mail_evidence.dns import Answer, Dns
from audit.mail_evidence.judgement import Certified, Claims, Envelope, Judgement, Sender
from audit.mail_evidence.known import Known
from broker.cases.receive_mail import receive_mail
from broker.domain.arrived import Arrived
from broker.domain.received_mail import Mail
from broker.live.mail_desk import MailDesk
from broker.parts import Parts


def mail(
    sender: str, subject: str = "Gestionale fermo", text: str = "Non parte.\n", *, level: int = 1, number: int = 1,
    **headers: str,
) -> bytes:  # fmt: skip
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = "assistenza@alfa.example"
    message["Subject"] = subject
    message["Message-ID"] = f"<{number}@albergo.example>"
    message["X-Level"] = str(level)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def receipt(kind: str, about: str, number: int = 1) -> bytes:
    return mail(
        "posta-certificata@gestore.example", kind, level=0, number=number, X_Receipt=kind, X_About=about
    )


class NoDns:
    """A resolver that nobody answers."""

    name = "dns of the tests"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def txt(self, name: str) -> Answer | None:
        self.asked.append(name)
        return Answer(b"v=DKIM1; p=")


def judge(raw: bytes, envelope: Envelope, dns: Dns, known: Known) -> Judgement:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    address = str(message["From"].addresses[0].addr_spec)
    body = message.get_body(("plain",))
    text = "" if body is None else body.get_content()
    replay = replay_digest(str(message["Message-ID"]).encode(), raw.partition(b"\r\n\r\n")[2])
    dns.txt(f"k._domainkey.{address.rpartition('@')[2]}")
    kind = message["X-Receipt"]
    certified = None
    if kind is not None:
        certified = Certified(
            str(kind), "nessuno", address, (), "", "gestore", envelope.received, "1", str(message["X-About"])
        )
    claims = Claims(
        str(message["Message-ID"]), str(message["Subject"]), address, None, text, replay, certified=certified
    )
    if kind is not None:
        return Judgement(Level.E0, "pec_receipt", ("pec_receipt",), Transport.RECEIPT, None, claims)
    level = Level(int(message["X-Level"]))
    found = known.by_address(Address.parse(address), pec=level == Level.E3)
    sender = None if found is None else Sender(found.person, found.role, found.address)
    code, reasons = "dkim_aligned" if level else "dkim_none", ()
    if found is None:
        level, code = Level.E0, "unknown_sender"
    elif found.role == "ads" and (found.delegation is None or not found.delegation.holds(envelope.received)):
        code = "delegation_missing" if found.delegation is None else "delegation_expired"
    if level < known.minimum:
        reasons = ("below_minimum",)
    return Judgement(level, code, (code, *reasons), Transport.ORDINARY, sender, claims)


async def received(parts: Parts, raw: bytes) -> Mail:
    """As a broker that receives mail would take it."""
    arrived = Arrived(raw, parts.clock.now(), "imap")
    found = await receive_mail(replace(parts, mail=MailDesk(NoDns(), judge=judge)), arrived)
    assert found is not None
    return found
