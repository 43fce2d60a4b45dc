"""What only the broker writes of the service desk's work, forged with the stolen keys. Pure.

Incidents, mail that came, papers on file and appointments of administrators: no host signs them and no passkey,
so what holds is what was kept of the log since, and that none of them opens anything.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from audit import instant
from audit.administrator_records import AdministratorAppointed
from audit.commitment import SALT_BYTES, Opening
from audit.incident_records import IncidentAnswered, IncidentOpened
from audit.leaf import Leaf
from audit.mail_evidence import keeping
from audit.mail_evidence.dns import Answer, DnsSnapshot
from audit.mail_evidence.judgement import Envelope
from audit.mail_evidence.judging import judge
from audit.mail_evidence.known import Known, Registered
from audit.paper_records import PaperFiled
from audit.person_records import PersonAdmitted
from audit.record import Actor
from audit.request_records import RequestOpened
from web.demo.attack.books import Books
from web.demo.attack.forgeries import Desk

ADDRESS = "titolare@casa-del-ladro.example"
MORE = timedelta(milliseconds=1)


def _salted(name: str, data: dict[str, str]) -> Opening:
    return Opening(hashlib.sha256(name.encode()).digest()[:SALT_BYTES], dict(data))


def _next(books: Books) -> datetime:
    """When the record that is written next will say it was."""
    return books.leaves[-1].time + MORE


def _role(books: Books, role: str) -> str:
    """Somebody admitted in that role."""
    return next(
        leaf.record.person for leaf in books.find("person.admitted")
        if isinstance(leaf.record, PersonAdmitted) and leaf.record.role == role
    )  # fmt: skip


# ------------------------------------------------------------------------------------ incidents


def _incident(desk: Desk) -> Leaf:
    return desk.true.find("incident.opened", below=desk.before)[0]


def incident_by_customer(desk: Desk) -> Books:
    """Found by the vendor, it becomes a report of the customer's own."""
    leaf = _incident(desk)
    assert isinstance(leaf.record, IncidentOpened)
    return desk.true.put(leaf._replace(record=replace(leaf.record, origin="portal")))


def incident_reworded(desk: Desk) -> Books:
    """Other words in its opening; the commitment in the log is the old one."""
    n = _incident(desk).n
    true = desk.true.openings[n]
    assert isinstance(true.data, dict)
    words = Opening(true.salt, {**true.data, "incident_text": "Nulla di particolare."})
    return replace(desk.true, openings={**desk.true.openings, n: words})


def request_elsewhere(desk: Desk) -> Books:
    """A request hangs on another incident than the one whose number was signed."""
    leaf = desk.true.find("request.opened", below=desk.before)[0]
    assert isinstance(leaf.record, RequestOpened)
    return desk.true.put(leaf._replace(record=replace(leaf.record, incident="I-9999-00001")))


def incident_invented(desk: Desk) -> Books:
    """A report that nobody made, and at once its first answer, in time."""
    books, incident = desk.true, "I-9999-00001"
    reported = IncidentOpened(incident, "portal", instant.to_text(books.leaves[-1].time), 2)
    books = books.more(
        reported, actor=Actor(_role(books, "titolare"), "titolare"),
        opening=_salted("incident", {"incident_text": "La posta non parte."}),
    )  # fmt: skip
    asked = books.find("request.opened")[0]
    return books.more(IncidentAnswered(incident, "call"), actor=asked.actor)


# ----------------------------------------------------------------------------- mail that came


def _written(at: datetime, body: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Titolare <{ADDRESS}>"
    message["To"] = "assistenza@fornitore.example"
    message["Subject"] = "Autorizzazione"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = "<1@casa-del-ladro.example>"
    message.set_content(body)
    return message.as_bytes()


def _received(books: Books, raw: bytes, dns: DnsSnapshot, *, level: str | None = None) -> Books:
    """As a broker writes it down, or with a level that the bytes do not have."""
    at = _next(books)
    person = _role(books, "titolare")
    known = Known(registered=(Registered(person, "titolare", ADDRESS),))
    envelope = Envelope(at)
    kept = keeping.kept("m-00000000", raw, envelope, dns, known, judge(raw, envelope, dns, known))
    record = (
        kept.record
        if level is None
        else replace(kept.record, level=level, code="dkim_aligned", person=person)
    )
    opening = Opening(hashlib.sha256(raw).digest()[:SALT_BYTES], kept.opening)
    return books.more(record, proof=kept.evidence, opening=opening)


def mail_overrated(desk: Desk) -> Books:
    """An unsigned mail in the titolare's name, called a signed one."""
    at = _next(desk.true)
    return _received(desk.true, _written(at, "Autorizzo tutto.\r\n"), DnsSnapshot(at, "nessuno"), level="e2")


def mail_signed_by_thief(desk: Desk) -> Books:
    """Signed with a key of the thief's, which the DNS of his own invention publishes."""
    at = _next(desk.true)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    raw = _written(at, "Autorizzo tutto.\r\n")
    domain = ADDRESS.partition("@")[2]
    signature: bytes = dkim.sign(
        raw, b"s1", domain.encode(), pem, include_headers=[b"from", b"to", b"subject", b"date", b"message-id"]
    )
    published = Answer(b"v=DKIM1; k=rsa; p=" + base64.b64encode(der))
    return _received(
        desk.true, signature + raw, DnsSnapshot(at, "nessuno", ((f"s1._domainkey.{domain}", published),))
    )


# -------------------------------------------------------------------- papers and appointments


def _day(at: datetime, *, days: int = 0) -> str:
    return f"{at + timedelta(days=days):%Y-%m-%d}"


def paper_invented(desk: Desk) -> Books:
    """A data processing agreement that was never signed."""
    books = desk.true
    filed = PaperFiled("f-00000000", "dpa", "Prot. 1/2026", _day(books.leaves[-1].time, days=-30))
    return books.more(filed, actor=Actor(_role(books, "titolare"), "titolare"))


def appointment_invented(desk: Desk) -> Books:
    """The technician as the customer's administrator, in the titolare's name."""
    books = desk.true
    at = books.leaves[-1].time
    technician = books.find("request.opened")[0].actor.id
    appointed = AdministratorAppointed(
        "n-00000000", technician, ("GEST",), (), _day(at), _day(at, days=300), _day(at, days=-1)
    )
    texts = {"function": "Amministratore", "evaluation": "Ottimo.", "evaluated_by": "Il titolare"}
    return books.more(
        appointed, actor=Actor(_role(books, "titolare"), "titolare"), opening=_salted("appointment", texts)
    )
