"""Certified mail, with a provider of our own and everything a forger has (C-11 to C-14)."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.mail_evidence.codes import Level, Transport
from audit.mail_evidence.judgement import Sender
from audit.mail_evidence.known import Known
from tests.audit.mail_evidence import provider
from tests.audit.mail_evidence.mails import ENVELOPE, NOW, SENT, judged, mail, signed
from tests.audit.mail_evidence.provider import (
    PEC,
    anomaly,
    authority,
    daticert,
    envelope,
    gestore,
    inside,
    known,
    original,
    receipt,
    wrapped,
)
from tests.audit.mail_evidence.signers import BEGAN, RSA_KEY, cms_signed, crl, days, party


def code(raw: bytes, whom: Known | None = None) -> str:
    found = judged(raw, whom or known())
    assert found.level == (Level.E3 if found.code == "pec_valid" else Level.E0)
    return found.code


def test_c11_a_good_envelope() -> None:
    """C-11, C-13."""
    found = judged(envelope(), known())
    assert (found.level, found.code, found.transport) == (Level.E3, "pec_valid", Transport.PEC)
    assert found.sender == Sender("p-titolare", "titolare", PEC)
    assert (found.claims.text, found.claims.message_id) == ("Autorizzo.\r\n", provider.MESSAGE_ID)
    assert found.accepted


def test_openssl_says_the_same_of_a_good_envelope(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(envelope())
    (tmp_path / "ca.pem").write_bytes(authority().pem)
    told = ["-CAfile", tmp_path / "ca.pem", "-attime", str(int(NOW.timestamp())), "-out", tmp_path / "out"]
    subprocess.run(
        ["openssl", "cms", "-verify", "-in", tmp_path / "a.eml", *told],
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert b"daticert.xml" in (tmp_path / "out").read_bytes()


def self_signed() -> bytes:
    return envelope(by=party("Gestore di prova", mail="posta-certificata@pec.gestore.it"))


def of_a_person() -> bytes:
    return envelope(by=party("Maria Rossi", authority(), mail="maria.rossi@pec.gestore.it"))


def without_a_mail() -> bytes:
    return envelope(by=party("Gestore", authority()))


def of_yesterday() -> bytes:
    return envelope(
        by=party(
            "Gestore", authority(), mail="posta-certificata@pec.gestore.it", span=(BEGAN, BEGAN + days(9))
        )
    )


def of_tomorrow() -> bytes:
    return envelope(at=NOW + timedelta(minutes=20))


def tampered() -> bytes:
    signed_part = inside(daticert(), original())
    signature = cms_signed(signed_part, gestore(), SENT, detached=True)
    return wrapped(inside(daticert(sender="altro@pec.studio.it"), original()), signature)


def three_parts() -> bytes:
    return envelope().replace(
        b"\r\n--fuori\r\nContent-Type: application",
        b"\r\n--fuori\r\n\r\nx\r\n--fuori\r\nContent-Type: application",
    )


@pytest.mark.parametrize(
    "forged",
    [
        lambda: wrapped(inside(daticert(), original()), None), self_signed, of_a_person, without_a_mail, of_yesterday, of_tomorrow,
        tampered, three_parts, lambda: envelope().replace(b"application/x-pkcs7-signature; name", b"text/plain; name"),
        lambda: mail("posta-certificata@pec.gestore.it"), lambda: mail(extra=["X-Ricevuta: accettazione"]),
        lambda: mail(extra=["X-TipoRicevuta: breve"]),
        lambda: mail(extra=['Content-Disposition: attachment; filename="daticert.xml"']),
    ],
)  # fmt: skip
def test_c11_forged_with_perfect_headers(forged) -> None:
    """C-11: unsigned, self-signed, signed by a person, out of time, changed: headers and names count for nothing."""
    assert code(forged()) == "pec_envelope_invalid"


def test_c11_a_signature_nobody_can_read_is_no_envelope() -> None:
    """C-11."""
    signed_part = inside(daticert(), original())
    for signature in (b"no signature", b"\x30\x03\x02\x01\x05", b"\x30\x80" * 100):
        assert code(wrapped(signed_part, signature)) == "pec_envelope_invalid"


def test_c11_only_configured_providers() -> None:
    """C-11."""
    assert code(envelope(), replace(known(), providers=())) == "pec_envelope_invalid"
    revoked = crl(authority(), [gestore()], at=NOW - days(1), until=NOW + days(1))
    assert code(envelope(), replace(known(), crls=(revoked,))) == "pec_envelope_invalid"
    good = crl(authority(), at=NOW - days(1), until=NOW + days(1))
    found = judged(envelope(), replace(known(), crls=(good,)))
    assert (found.code, len(found.anchors)) == ("pec_valid", 2)


def test_c11_the_signer_is_named_in_the_subject_too() -> None:
    """C-11: older certificates have the e-mail there."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    from tests.audit.mail_evidence.signers import ENDS, Party

    name = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "posta-certificata@pec.gestore.it")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(authority().certificate.subject)
        .public_key(RSA_KEY.public_key()).serial_number(5).not_valid_before(BEGAN).not_valid_after(ENDS)
    )  # fmt: skip
    old = Party(made.sign(authority().key, hashes.SHA256()), RSA_KEY)
    assert code(envelope(by=old)) == "pec_valid"
    signed_part = inside(daticert(), original())
    assert code(wrapped(signed_part, cms_signed(signed_part, gestore(), None, detached=True))) == "pec_valid"


def test_a_message_kept_with_other_line_ends() -> None:
    """What was signed has CRLF, however the mail was stored."""
    assert code(envelope().replace(b"\r\n", b"\n")) == "pec_valid"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (lambda: envelope(daticert(sender="altro@pec.studio.it")), "pec_sender_unregistered"),
        (lambda: envelope(daticert(sender="nobody")), "pec_sender_unregistered"),
        (lambda: envelope(message=original("altro@pec.studio.it")), "pec_sender_differs"),
        (lambda: envelope(daticert(message_id="<altro@pec.studio.it>")), "pec_id_differs"),
        (lambda: envelope(daticert(at=SENT - timedelta(hours=2))), "pec_time_outside"),
        (lambda: envelope(daticert().replace(b"<data ", b"<quando ").replace(b"</data>", b"</quando>")), "pec_time_outside"),
        (lambda: envelope(daticert(escaped=False)), "pec_partial"),
        (lambda: envelope(b"<!DOCTYPE a><postacert/>"), "pec_daticert_rejected"),
        (lambda: _of(inside(daticert(), None)), "pec_message_missing"),
        (lambda: _of(inside(daticert(), original()).replace(b"--dentro--", b"--dentro\r\nContent-Type: x/y; name=daticert.xml\r\n\r\n\r\n--dentro--")), "pec_daticert_rejected"),
        (lambda: envelope(message=original(f"{PEC}, b@c.it")), "many_from"),
        (lambda: envelope(message=b"nonsense"), "malformed"),
    ],
)  # fmt: skip
def test_c13_each_check_has_its_own_code(raw, expected: str) -> None:
    """C-12, C-13."""
    found = judged(raw(), known())
    assert (found.level, found.code) == (Level.E0, expected)
    assert found.transport is Transport.PEC
    assert not found.accepted


def _of(signed_part: bytes) -> bytes:
    return wrapped(signed_part, cms_signed(signed_part, gestore(), SENT, detached=True))


def test_c13_a_domain_that_imitates_is_told() -> None:
    """C-05, C-13."""
    found = judged(
        envelope(daticert(sender="titolare@pec.studi0.it"), original("titolare@pec.studi0.it")), known()
    )
    assert found.reasons[:2] == ("pec_sender_unregistered", "lookalike_address")


def test_c13_the_ids_a_provider_gives() -> None:
    """C-13: the message's own id may be in X-Riferimento-Message-ID."""
    renamed = b"X-Riferimento-Message-ID: <suo@studio.it>\r\n" + original()
    assert code(envelope(daticert(message_id="<suo@studio.it>"), renamed)) == "pec_valid"


def test_c08_old_certified_mail() -> None:
    """C-08: authentic, and not taken by itself."""
    found = judged(envelope(), known(), envelope=replace(ENVELOPE, received=NOW + days(2)))
    assert (found.level, found.code, found.accepted) == (Level.E3, "too_old", False)


def test_c08_a_copy_with_another_outside_is_a_copy() -> None:
    """C-08: the Message-ID outside is nobody's."""
    first, second = envelope(), envelope().replace(b"Message-ID: <opec1.1", b"Message-ID: <opec9.9")
    assert judged(first, known()).claims.replay == judged(second, known()).claims.replay


def test_receipts_authorise_nothing() -> None:
    found = judged(receipt(), known())
    assert (found.level, found.code, found.transport) == (Level.E0, "pec_receipt", Transport.RECEIPT)
    assert found.claims.certified is not None
    assert (found.claims.certified.kind, found.claims.certified.delivered_to) == ("avvenuta-consegna", PEC)
    assert not found.accepted
    odd = inside(daticert(kind="accettazione", escaped=False), None)
    assert judged(_of(odd), known()).reasons == ("pec_receipt", "pec_partial")


def test_c14_ordinary_mail_in_a_certified_box() -> None:
    """C-14: judged as what it is, E0 or E1, and labelled."""
    found = judged(anomaly(signed(mail())), known())
    assert (found.level, found.code, found.transport) == (Level.E1, "dkim_aligned", Transport.ANOMALY)
    assert "pec_outside_circuit" in found.reasons
    bare = judged(anomaly(mail()), known())
    assert (bare.level, bare.code) == (Level.E0, "dkim_none")
    assert "pec_outside_circuit" in bare.reasons
    nothing = judged(_of(inside(None, None)), known())
    assert (nothing.code, nothing.transport) == ("pec_message_missing", Transport.ANOMALY)


def test_a_person_may_sign_ordinary_mail() -> None:
    """S/MIME of whoever it is makes no certified mail, and does not want to be taken for it."""
    text = b"Content-Type: text/plain\r\n\r\nAutorizzo.\r\n"
    by = party("Maria Rossi", mail="titolare@studio.it")
    raw = wrapped(text, cms_signed(text, by, SENT, detached=True), headers="X-Mailer: a")
    raw = raw.replace(
        f'"Per conto di: {PEC}" <posta-certificata@pec.gestore.it>'.encode(), b"titolare@studio.it"
    )
    assert judged(signed(raw), known()).code == "dkim_aligned"
