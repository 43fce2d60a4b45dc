"""From a signer to a configured authority, and lists of what was revoked."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from audit.mail_evidence import chains
from audit.mail_evidence.chains import Revocation, chain, revocation
from tests.audit.mail_evidence.mails import NOW
from tests.audit.mail_evidence.signers import BEGAN, Party, crl, days, party


@cache
def root() -> Party:
    return party("Radice", authority=True)


@cache
def middle() -> Party:
    return party("Intermedia", root(), authority=True, path_length=0)


@cache
def person() -> Party:
    return party("Maria Rossi", middle())


def found(signer: Party, *pool: Party, anchors: tuple[Party, ...] | None = None) -> chains.Chain | None:
    trusted = (root(),) if anchors is None else anchors
    return chain(
        signer.certificate, [one.certificate for one in pool], [one.certificate for one in trusted], NOW
    )


def test_by_an_authority_between() -> None:
    path = found(person(), root(), middle())
    assert path is not None
    assert path.path[0].subject.rfc4514_string().startswith("CN=Maria")
    assert (len(path.path), path.anchor, path.issuer) == (3, root().der, middle().certificate)
    direct = found(person(), anchors=(middle(),))
    assert direct is not None
    assert direct.anchor == middle().der


def test_without_a_path() -> None:
    assert found(person()) is None
    assert found(person(), middle(), anchors=()) is None
    assert (
        found(party("Altro", party("Intermedia", authority=True)), middle()) is None
    )  # same name, another key


def unsigned_usage() -> Party:
    """An authority whose certificate says that it signs no certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Solo liste")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(BEGAN).not_valid_after(BEGAN + days(900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).add_extension(usage, critical=True)
    )  # fmt: skip
    return Party(made.sign(key, hashes.SHA256()), key)


def plain() -> Party:
    """A certificate of the first kind: without any extension."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nuda")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
    )
    return Party(
        made.not_valid_before(BEGAN).not_valid_after(BEGAN + days(900)).sign(key, hashes.SHA256()), key
    )


@pytest.mark.parametrize(
    "by",
    [
        lambda: party("Nessuna autorità"),
        lambda: party("Scaduta", authority=True, span=(BEGAN, BEGAN + days(1))),
        lambda: party("Strana", authority=True, odd=True),
        unsigned_usage,
        plain,
    ],
)
def test_what_is_no_authority(by) -> None:
    authority = by()
    assert found(party("Maria", authority), anchors=(authority,)) is None


def garbled() -> Party:
    """What it says of being an authority cannot be read."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Guasta")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(root().certificate.subject)
    made = (
        made.public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(BEGAN)
        .not_valid_after(BEGAN + days(900))
    )
    odd = x509.UnrecognizedExtension(x509.oid.ExtensionOID.BASIC_CONSTRAINTS, b"\x05\x00")
    return Party(made.add_extension(odd, critical=True).sign(root().key, hashes.SHA256()), key)


def test_what_nobody_can_read() -> None:
    assert found(garbled()) is None
    assert found(party("Maria", garbled()), garbled()) is None


def test_signers_out_of_date_or_not_understood() -> None:
    assert found(party("Ieri", root(), span=(BEGAN, BEGAN + days(1)))) is None
    assert found(party("Domani", root(), span=(NOW + days(1), NOW + days(2)))) is None
    assert found(party("Strana", root(), odd=True)) is None


def test_no_more_authorities_below_than_one_allows() -> None:
    below = party("Sotto", middle(), authority=True)
    assert found(party("Maria", below), below, middle()) is None
    one = root()
    chained = []
    for n in range(5):
        one = party(f"Livello {n}", one, authority=True)
        chained.append(one)
    assert found(party("Maria", chained[1]), *chained) is not None
    assert found(party("Maria", chained[4]), *chained) is None


def test_what_cannot_be_read_is_no_authority() -> None:
    assert chains.read([b"", b"\x30\x00", root().der]) == [root().certificate]


def test_what_a_list_says() -> None:
    path = found(person(), middle())
    assert path is not None
    day = timedelta(days=1)
    fresh = crl(middle(), at=NOW - day, until=NOW + day)
    revoked = crl(middle(), [person()], at=NOW - day, until=NOW + day)
    tomorrow = crl(middle(), [person()], at=NOW + day, until=NOW + 2 * day)
    old = crl(middle(), at=NOW - 3 * day, until=NOW - day)
    foreign = crl(root(), [person()], at=NOW - day, until=NOW + day)
    forged = crl(Party(middle().certificate, root().key), [person()], at=NOW - day, until=NOW + day)
    assert revocation(path, [], NOW) == Revocation("unchecked")
    assert revocation(path, [b"x", foreign, forged, old, tomorrow], NOW) == Revocation("unchecked")
    assert revocation(path, [old, fresh], NOW).state == "good"
    assert revocation(path, [fresh, revoked], NOW).state == "revoked"
