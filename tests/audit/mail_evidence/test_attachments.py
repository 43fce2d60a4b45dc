"""Signed attachments in every shape, and what is said of their signers (C-17, C-18)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from audit.mail_evidence import attachments
from audit.mail_evidence.codes import Level
from audit.mail_evidence.judgement import Signed
from audit.mail_evidence.known import Known, Service, TrustedList
from audit.mail_evidence.shape import Unfit, entity, parts
from tests.audit.mail_evidence.mails import ENVELOPE, KNOWN, NOW, TITOLARE, judged, signed
from tests.audit.mail_evidence.papers import BODY, authority, carrying, plain_pdf, signed_pdf, titolare
from tests.audit.mail_evidence.signers import base64_lines, cms_signed, crl, days, indefinite, party
from tests.audit.test_pdf_signature import lasting


@cache
def p7m() -> bytes:
    return cms_signed(BODY, titolare(), NOW - timedelta(minutes=5))


@cache
def pdf() -> bytes:
    return signed_pdf(titolare())


def listing(since: timedelta = timedelta(days=-300), issued: timedelta = timedelta(days=-1)) -> Known:
    return replace(KNOWN, trusted_list=TrustedList(NOW + issued, (Service(authority().der, NOW + since),)))


def looked(
    name: str, data: bytes, known: Known | None = None, kind: str = "application/octet-stream"
) -> tuple[Signed, ...]:
    leaves = parts(entity(carrying(name, data, kind=kind)))
    return attachments.look(leaves, known or listing(), NOW, set())


def one(name: str, data: bytes, known: Known | None = None) -> Signed:
    (found,) = looked(name, data, known)
    return found


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("dpa.txt.p7m", p7m, "cades"), ("dpa.txt.P7M", lambda: base64_lines(p7m()), "cades"),
        ("dpa.p7m", lambda: indefinite(p7m()), "cades"), ("dpa.pdf", pdf, "pades"),
        ("dpa.p7m", lambda: base64_lines(indefinite(p7m())), "cades"),
    ],
)  # fmt: skip
def test_c17_shapes(name: str, data, form: str) -> None:
    """C-17: DER, Base64, BER of indefinite length, PAdES; common name, codice fiscale, verdict."""
    found = one(name, data())
    assert (found.verdict, found.form, found.qualified) == ("signed_qualified", form, "yes")
    assert (found.name, found.fiscal_code, found.file) == ("Maria Rossi", TITOLARE.fiscal_code, name)
    assert found.at is not None


def test_c17_signed_again_and_around_a_pdf() -> None:
    """C-17: `.p7m.p7m` and `.pdf.p7m`, each signature by itself."""
    outer = cms_signed(p7m(), party("Notaio"), NOW)
    assert [s.verdict for s in looked("a.txt.p7m.p7m", outer)] == ["signed_intact", "signed_qualified"]
    around = cms_signed(pdf(), titolare(), NOW)
    assert [(s.form, s.file) for s in looked("a.pdf.p7m", around)] == [
        ("cades", "a.pdf.p7m"),
        ("pades", "a.pdf"),
    ]
    assert [s.form for s in looked("a.pdf.p7m", cms_signed(plain_pdf(), titolare(), NOW))] == ["cades"]
    found = looked("a", p7m(), kind="application/pkcs7-mime")
    assert [s.verdict for s in found] == ["signed_qualified"]


def test_c17_deeper_than_anybody_signs() -> None:
    """C-17."""
    data = p7m()
    for _ in range(4):
        data = cms_signed(data, titolare(), NOW)
    assert [s.verdict for s in looked("a" + ".p7m" * 5, data)] == ["signed_unreadable"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.p7m", lambda: p7m().replace(b"Autorizzo", b"Autorizza")), ("a.pdf", lambda: pdf().replace(b"BT ET", b"ET BT")),
        ("a.pdf", lambda: pdf() + b"\n% aggiunto\n"), ("a.p7m", lambda: indefinite(p7m()).replace(b"Autorizzo", b"Autorizza")),
    ],
)  # fmt: skip
def test_c17_tampered_is_not_intact(name: str, data) -> None:
    """C-17."""
    assert one(name, data()).verdict == "signed_broken"


def test_c17_a_pdf_whose_signature_was_made_to_last() -> None:
    """C-17: a timestamp over all of it follows, and nothing else."""
    assert one("a.pdf", lasting(pdf())).verdict == "signed_qualified"
    assert one("a.pdf", lasting(pdf()) + b"\n% aggiunto\n").verdict == "signed_broken"
    assert one("a.pdf", lasting(turned(pdf()))).verdict == "signed_broken"


def turned(data: bytes) -> bytes:
    """With its page turned, in a revision of its own."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(data)), io.BytesIO()
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.p7m", lambda: b"nonsense"), ("a.p7m", lambda: b""), ("a.p7m", lambda: p7m()[:-5]), ("a.pdf", lambda: b"%PDF-1.7 /ByteRange"),
        ("a.pdf", lambda: plain_pdf(b"/ByteRange")), ("a.p7m", lambda: b"\x30\x80" * 100),
        ("a.p7m", lambda: cms_signed(BODY, titolare(), NOW, detached=True)), ("a.p7m", lambda: b"x" * (9 << 20)),
    ],
)  # fmt: skip
def test_c17_what_cannot_be_checked(name: str, data) -> None:
    """C-17: said, never raised."""
    assert one(name, data()).verdict == "signed_unreadable"


def test_other_files_are_no_signatures() -> None:
    assert looked("a.pdf", plain_pdf()) == ()
    assert looked("a.txt", p7m()) == ()


def test_a_span_that_is_none() -> None:
    for span in ([0, 1, 2], [0, -1, 2, 3]):
        with pytest.raises(Unfit):
            attachments._covered(b"abcdef", span)


def test_c18_without_a_list_nothing_is_called_valid() -> None:
    """C-18: «qualifica non verificata», whether or not the authority is known."""
    for known in (KNOWN, replace(KNOWN, authorities=(authority().der,))):
        found = one("a.p7m", p7m(), known)
        assert (found.verdict, found.qualified) == ("signed_unchecked", "unchecked")


def test_c18_a_list_older_than_thirty_days_warns() -> None:
    """C-18."""
    raw = signed(carrying("a.p7m", p7m()))
    assert "trusted_list_old" in judged(raw, listing(issued=days(-31))).reasons
    assert "trusted_list_old" not in judged(raw, listing()).reasons


def test_c17_who_is_not_qualified() -> None:
    """C-17, C-18: the authority not listed, not yet granted, or the certificate does not say so."""
    known = replace(listing(), authorities=(authority().der,))
    assert one("a.p7m", p7m(), replace(known, trusted_list=TrustedList(NOW, ()))).verdict == "signed_valid"
    assert (
        one("a.p7m", p7m(), replace(listing(since=days(1)), authorities=(authority().der,))).verdict
        == "signed_valid"
    )
    plain = party("Maria Rossi", authority(), serial_number="altro")
    found = one("a.p7m", cms_signed(BODY, plain, NOW), known)
    assert (found.verdict, found.fiscal_code) == ("signed_valid", "")
    assert one("a.p7m", cms_signed(BODY, party("Nessuno"), NOW)).verdict == "signed_intact"


def test_c17_certificates_out_of_date_or_revoked() -> None:
    """C-17: as of the arrival, for a time that the signer writes proves nothing."""
    old = party("Maria Rossi", authority(), qualified=True, span=(NOW - days(9), NOW - days(1)))
    assert one("a.p7m", cms_signed(BODY, old, NOW - days(5))).verdict == "signed_expired"
    bad = crl(authority(), [titolare()], at=NOW - days(1), until=NOW + days(1))
    good = crl(authority(), at=NOW - days(1), until=NOW + days(1))
    assert one("a.p7m", p7m(), replace(listing(), crls=(bad,))).revocation == "revoked"
    assert one("a.p7m", p7m(), replace(listing(), crls=(good,))).revocation == "good"
    along = cms_signed(BODY, titolare(), NOW, crls=[bad])
    assert one("a.p7m", along).verdict == "signed_revoked"


def test_c07_a_qualified_signature_of_the_sender_is_e4() -> None:
    """C-07."""
    raw = signed(carrying("a.p7m", p7m()))
    found = judged(raw, listing())
    assert (found.level, found.code) == (Level.E4, "qualified_signature")
    assert found.reasons == ("qualified_signature", "dkim_aligned", "signed_qualified")
    assert judged(raw, KNOWN).level is Level.E1


def test_c07_whose_signature_raises_nothing() -> None:
    """C-07: another person's, one in a mail of nobody's, or where no codice fiscale is registered."""
    other = party("Altra", authority(), serial_number="TINIT-VRDLGI80A01H501U", qualified=True)
    assert judged(signed(carrying("a.p7m", cms_signed(BODY, other, NOW))), listing()).level is Level.E1
    assert judged(carrying("a.p7m", p7m()), listing()).level is Level.E0
    assert judged(signed(carrying("a.p7m", p7m(), author="maria@studio.it")), listing()).level is Level.E0
    bare = replace(listing(), registered=(replace(TITOLARE, fiscal_code=""),))
    assert judged(signed(carrying("a.p7m", p7m())), bare).level is Level.E1
    broken = signed(carrying("a.p7m", p7m().replace(b"Autorizzo", b"Autorizza")))
    assert judged(broken, listing()).reasons == ("dkim_aligned", "signed_broken")
    assert ENVELOPE.received == NOW


def test_no_more_than_some_are_looked_at() -> None:
    leaves = parts(entity(carrying("a.p7m", b"x")))
    assert len(attachments.look(leaves * 20, KNOWN, NOW, set())) == attachments.MAX_ATTACHMENTS
