"""The certificate that seals reports: what it may do, and that a broken one is not taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from broker.out.report_certificate import ReportCertificate, given_certificate, make_report_certificate

AT = datetime(2024, 1, 2, 5, 0, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sealer() -> ReportCertificate:
    return make_report_certificate("Software House Esempio S.r.l.", AT)


def test_certificates_say_what_they_may_do(sealer: ReportCertificate) -> None:
    sealer.certificate.verify_directly_issued_by(sealer.authority)
    usage = sealer.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert sealer.certificate.not_valid_before_utc < AT < sealer.certificate.not_valid_after_utc
    constraints = sealer.authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert constraints.ca
    assert constraints.path_length == 0


@pytest.mark.parametrize("broken", [b"", b"-----BEGIN X-----", "halved"])
def test_broken_key_file_is_refused(broken: bytes | str, sealer: ReportCertificate) -> None:
    data = sealer.to_pem()[:2600] if isinstance(broken, str) else broken
    with pytest.raises(ValueError):
        ReportCertificate.from_pem(data)


def test_a_vendor_with_a_very_long_name_has_a_certificate_too() -> None:
    assert make_report_certificate("Società à responsabilità " * 9, AT).certificate


def test_nobody_was_taken_back_and_a_list_says_so_for_all_its_time(sealer: ReportCertificate) -> None:
    [nobody] = sealer.revoked
    assert nobody.is_signature_valid(sealer.authority.public_key())  # type: ignore[arg-type]
    assert list(nobody) == []
    assert nobody.next_update_utc == sealer.authority.not_valid_after_utc
    again = ReportCertificate.from_pem(sealer.to_pem())
    assert (again.certificate, again.authority, again.revoked) == (
        sealer.certificate,
        sealer.authority,
        sealer.revoked,
    )


# --------------------------------------------------------------------------- the vendor's own


def _pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def _key(sealer: ReportCertificate, password: bytes | None = None) -> bytes:
    how = NoEncryption() if password is None else BestAvailableEncryption(password)
    return sealer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def test_a_given_certificate_in_pem_in_any_order(sealer: ReportCertificate) -> None:
    for password in (None, b"segreta"):
        for order in ((sealer.certificate, sealer.authority), (sealer.authority, sealer.certificate)):
            found = given_certificate(_pem(*order), _key(sealer, password), password)
            assert (found.certificate, found.authority, found.between) == (
                sealer.certificate,
                sealer.authority,
                (),
            )
    lists = sealer.revoked[0].public_bytes(Encoding.PEM)
    assert given_certificate(_pem(sealer.certificate) + lists, _key(sealer), None).revoked == sealer.revoked
    alone = given_certificate(_pem(sealer.certificate), _key(sealer), None)
    assert alone.authority == alone.certificate == sealer.certificate


def test_a_given_certificate_in_a_pkcs12(sealer: ReportCertificate) -> None:
    box = pkcs12.serialize_key_and_certificates(
        b"rapporti", sealer.key, sealer.certificate, [sealer.authority], BestAvailableEncryption(b"segreta")
    )
    found = given_certificate(box, b"", b"segreta")
    assert (found.key.private_numbers(), found.certificate, found.authority) == (
        sealer.key.private_numbers(), sealer.certificate, sealer.authority,
    )  # fmt: skip
    with pytest.raises(ValueError):
        given_certificate(box, b"", b"sbagliata")
    keyless = pkcs12.serialize_key_and_certificates(None, None, None, [sealer.authority], NoEncryption())
    with pytest.raises(ValueError, match="no key"):
        given_certificate(keyless, b"", None)


def test_what_lies_between_is_kept(sealer: ReportCertificate) -> None:
    """Root, intermediate, certificate; an elliptic key."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("radice", "mezzo", "foglia")
    ]
    made = [
        x509.CertificateBuilder().subject_name(names[n]).issuer_name(names[max(n - 1, 0)])
        .public_key(keys[n].public_key()).serial_number(n + 1).not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=900)).sign(keys[max(n - 1, 0)], hashes.SHA256())
        for n in range(3)
    ]  # fmt: skip
    key = keys[2].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    found = given_certificate(_pem(made[1], made[0], made[2]), key, None)
    assert (found.certificate, found.between, found.authority) == (made[2], (made[1],), made[0])


def test_what_signs_no_report(sealer: ReportCertificate) -> None:
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    stranger = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for certificates, key, why in (
        (_pem(sealer.certificate), other, "neither RSA nor ECDSA"),
        (_pem(sealer.certificate), stranger, "no certificate belongs"),
        (b"nothing", _key(sealer), "PEM"),
        (_pem(sealer.certificate), b"nothing", "PEM"),
    ):
        with pytest.raises(ValueError, match=why):
            given_certificate(certificates, key, None)


def test_an_authority_that_only_bears_the_name_is_not_taken(sealer: ReportCertificate) -> None:
    namesake = make_report_certificate("Software House Esempio S.r.l.", AT).authority
    with pytest.raises(InvalidSignature):
        given_certificate(_pem(sealer.certificate, namesake), _key(sealer), None)
