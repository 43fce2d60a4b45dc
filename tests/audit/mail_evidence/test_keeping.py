"""What is kept of a mail gives its judgement again."""

from __future__ import annotations

from dataclasses import replace

from audit import instant
from audit.canonical import encode
from audit.mail_evidence.codes import Level
from audit.mail_evidence.digests import mail_digest
from audit.mail_evidence.dns import DnsSnapshot
from audit.mail_evidence.judgement import Envelope
from audit.mail_evidence.judging import judge
from audit.mail_evidence.keeping import MAX_SHOWN, kept
from audit.mail_evidence.known import Known, Service, TrustedList
from audit.mail_record import MailReceived
from tests.audit.mail_evidence.mails import DNS, ENVELOPE, KNOWN, NOW, judged, mail, signed
from tests.audit.mail_evidence.papers import BODY, authority, carrying, titolare
from tests.audit.mail_evidence.provider import envelope, gestore
from tests.audit.mail_evidence.provider import known as known_boxes
from tests.audit.mail_evidence.signers import cms_signed, crl, days, party


def again(raw: bytes, known: Known) -> None:
    """Record, opening and evidence as they lie in a bundle say the same as the day itself."""
    found = judged(raw, known)
    made = kept("m-1", raw, ENVELOPE, DNS, known, found)
    evidence = dict(made.evidence)
    assert evidence["mail"] == raw
    encode(made.opening, max_bytes=256 * 1024)
    whom = Known.from_value(made.opening["known"])
    same = judge(raw, Envelope(instant.parse(made.record.came)), DnsSnapshot.parse(evidence["dns"]), whom)
    assert same == found
    record = MailReceived.from_body(made.record.body())
    assert record == made.record
    assert (record.digest, record.size) == (mail_digest(raw), len(raw))
    assert (record.level, record.code) == (found.level.code, found.code)
    assert record.person == (None if found.sender is None else found.sender.person)


def test_ordinary_certified_and_signed() -> None:
    others = tuple(party(f"Altra {n}", authority=True).der for n in range(3))
    again(signed(mail()), replace(KNOWN, providers=others))
    again(mail("maria@altrove.it"), KNOWN)
    lists = tuple(crl(gestore(), at=NOW - days(1), until=NOW + days(1)) for _ in range(2))
    boxes = replace(known_boxes(), providers=(*others, *known_boxes().providers), crls=lists)
    again(envelope(), boxes)
    services = tuple(Service(der, NOW - days(9)) for der in (*others, authority().der))
    listed = replace(KNOWN, trusted_list=TrustedList(NOW, services), authorities=others)
    paper = signed(carrying("a.p7m", cms_signed(BODY, titolare(), NOW)))
    assert judged(paper, listed).level is Level.E4
    again(paper, listed)
    revoked = crl(authority(), [titolare()], at=NOW - days(1), until=NOW + days(1))
    again(paper, replace(listed, crls=(revoked,)))
    again(b"nonsense", boxes)
    again(envelope(b"<!DOCTYPE a><postacert/>"), boxes)


def test_texts_of_a_stranger_are_cut() -> None:
    raw = mail(message_id="<" + "x" * 3000 + "@studio.it>")
    made = kept("m-1", raw, replace(ENVELOPE, recipients=("a@b.it",) * 500), DNS, KNOWN, judged(raw))
    assert len(made.opening["message_id"]) == MAX_SHOWN
    assert len(made.opening["recipients"]) == 100
