"""CMS signatures, DER and BER, each signer by himself; openssl's word beside ours."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID

from audit.mail_evidence import cms
from audit.mail_evidence.shape import Unfit
from tests.audit.mail_evidence.mails import NOW
from tests.audit.mail_evidence.signers import (
    BEGAN,
    ENDS,
    RSA_KEY,
    Party,
    base64_lines,
    cms_signed,
    crl,
    days,
    indefinite,
    party,
)

TEXT = b"Autorizzo l'intervento.\n" * 20


@cache
def person() -> Party:
    return party("Maria Rossi")


@cache
def with_rsa() -> Party:
    return party("Mario Bianchi", key=RSA_KEY)


def signer(data: bytes, content: bytes = TEXT) -> cms.CmsSigner:
    (found,) = cms.read(data).signers(content)
    return found


@pytest.mark.parametrize(
    "data",
    [
        lambda: cms_signed(TEXT, person(), NOW), lambda: cms_signed(TEXT, with_rsa(), NOW),
        lambda: cms_signed(TEXT, with_rsa(), NOW, pss=True), lambda: cms_signed(TEXT, person(), None),
        lambda: cms_signed(TEXT, person(), None, bare=True), lambda: cms_signed(TEXT, person(), NOW, by_key_id=True),
        lambda: cms_signed(TEXT, person(), NOW, named=person()), lambda: cms_signed(TEXT, with_rsa(), NOW, digest="sha512"),
        lambda: indefinite(cms_signed(TEXT, person(), NOW)),
    ],
)  # fmt: skip
def test_c17_a_signature_in_any_of_these_shapes(data) -> None:
    """C-17: RSA and elliptic curves, with attributes and without, DER and BER."""
    made = data()
    assert cms.read(made).content == TEXT
    found = signer(made)
    assert found.intact
    assert found.at in (NOW, None)
    assert not signer(made, TEXT + b" ").intact


def test_openssl_says_the_same(tmp_path: Path) -> None:
    file, ca = tmp_path / "a.p7m", tmp_path / "ca.pem"
    ca.write_bytes(person().pem)
    for data in (cms_signed(TEXT, person(), NOW), indefinite(cms_signed(TEXT, person(), NOW))):
        file.write_bytes(data)
        told = [
            "-CAfile",
            ca,
            "-purpose",
            "any",
            "-attime",
            str(int(NOW.timestamp())),
            "-out",
            tmp_path / "out",
        ]
        subprocess.run(
            ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-in", file, *told],
            check=True,
            capture_output=True,
            timeout=60,
        )
        assert (tmp_path / "out").read_bytes() == TEXT


def test_beside_what_it_signs() -> None:
    data = cms_signed(TEXT, person(), NOW, detached=True)
    assert cms.read(data).content is None
    assert signer(data).intact


def test_signatures_that_do_not_hold() -> None:
    assert not signer(
        cms_signed(TEXT, person(), NOW, named=with_rsa())
    ).intact  # another certificate slipped in
    good = cms_signed(TEXT, person(), NOW)
    spoiled = bytearray(good)
    spoiled[-3] ^= 1
    assert not signer(bytes(spoiled)).intact
    info = asn1_cms.ContentInfo.load(good)
    info["content"]["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha1"}
    assert not signer(info.dump(force=True)).intact
    info = asn1_cms.ContentInfo.load(good)
    attributes = info["content"]["signer_infos"][0]["signed_attrs"]
    info["content"]["signer_infos"][0]["signed_attrs"] = asn1_cms.CMSAttributes([attributes[0]])
    assert not signer(info.dump(force=True)).intact  # no digest of the content
    info["content"]["signer_infos"][0]["signed_attrs"] = asn1_cms.CMSAttributes(
        [attributes[0], attributes[0]]
    )
    assert not signer(info.dump(force=True)).intact  # an attribute twice


def test_attributes_in_ber_are_hashed_as_der() -> None:
    info = asn1_cms.ContentInfo.load(cms_signed(TEXT, person(), NOW))["content"]["signer_infos"][0]
    der = info["signed_attrs"].dump()
    inside = der[2:] if der[1] < 0x80 else der[3:]
    loaded = asn1_cms.CMSAttributes.load(b"\x31\x80" + inside + b"\0\0")
    assert cms._attributes(loaded) == b"\x31" + der[1:]


def test_a_certificate_named_by_another_digest_is_taken() -> None:
    data = cms_signed(TEXT, person(), NOW, named=person())
    info = asn1_cms.ContentInfo.load(data)
    values = info["content"]["signer_infos"][0]["signed_attrs"][3]["values"][0]
    assert cms._names({"signing_certificate_v2": [values]}, person().certificate)
    values["certs"][0]["hash_algorithm"] = {"algorithm": "sha512"}
    assert cms._names({"signing_certificate_v2": [values]}, person().certificate)


def test_keys_of_another_kind() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ed")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(9)
    )
    certificate = made.not_valid_before(BEGAN).not_valid_after(ENDS).sign(key, None)
    assert not cms._holds(certificate, None, hashes.SHA256(), b"", b"")


def test_whose_certificate_is_not_there() -> None:
    info = asn1_cms.ContentInfo.load(cms_signed(TEXT, person(), NOW))
    info["content"]["certificates"] = [
        asn1_cms.CertificateChoices("certificate", asn1_cms.Certificate.load(with_rsa().der))
    ]
    with pytest.raises(Unfit):
        signer(info.dump(force=True))
    info = asn1_cms.ContentInfo.load(cms_signed(TEXT, person(), NOW, by_key_id=True))
    info["content"]["certificates"] = None
    with pytest.raises(Unfit):
        signer(info.dump(force=True))


def test_a_certificate_without_a_key_identifier() -> None:
    key = person().key
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nuda")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(9)
    )
    assert (
        cms._key_identifier(made.not_valid_before(BEGAN).not_valid_after(ENDS).sign(key, hashes.SHA256()))
        is None
    )


def test_lists_and_odd_certificates_that_come_along() -> None:
    listed = crl(person(), at=NOW - days(1), until=NOW + days(1))
    assert cms.read(cms_signed(TEXT, person(), NOW, crls=[listed])).crls == (listed,)
    info = asn1_cms.ContentInfo.load(cms_signed(TEXT, person(), NOW))
    choices = info["content"]["certificates"]
    broken = asn1_cms.Certificate.load(person().der)
    broken["tbs_certificate"]["version"] = 9
    choices.append(asn1_cms.CertificateChoices("certificate", broken))
    assert cms.read(info.dump(force=True)).certificates == (person().certificate,)


def test_certificates_beside_the_signers() -> None:
    """Found among others, by its name or its key; a crowd is not looked through."""
    others = [party(f"Altra {n}") for n in range(3)]
    for by_key_id in (False, True):
        info = asn1_cms.ContentInfo.load(cms_signed(TEXT, person(), NOW, along=others, by_key_id=by_key_id))
        info["content"]["certificates"] = list(info["content"]["certificates"])[::-1]
        assert signer(info.dump(force=True)).intact
    crowd = cms_signed(TEXT, person(), NOW, along=[with_rsa()] * 20)
    assert len(cms.read(crowd).certificates) == cms.MAX_CERTIFICATES


def test_a_time_without_a_zone_is_none() -> None:
    time = asn1_cms.Time("utc_time", core.UTCTime(NOW))
    assert cms._signing_time({"signing_time": [time]}) == NOW
    assert cms._signing_time({"signing_time": [core.OctetString(b"x")]}) is None


@pytest.mark.parametrize("count", [0, 5])
def test_how_many_may_sign(count: int) -> None:
    info = asn1_cms.ContentInfo.load(cms_signed(TEXT, person(), NOW))
    one = info["content"]["signer_infos"][0]
    info["content"]["signer_infos"] = [one] * count
    with pytest.raises(Unfit):
        cms.read(info.dump(force=True)).signers(TEXT)


def test_what_is_no_signed_data() -> None:
    data = asn1_cms.ContentInfo({"content_type": "data", "content": core.OctetString(b"x")}).dump()
    with pytest.raises(Unfit):
        cms.read(data)
    info = asn1_cms.ContentInfo.load(cms_signed(TEXT, person(), NOW))
    info["content"]["encap_content_info"] = {"content_type": "digested_data"}
    with pytest.raises(Unfit):
        cms.read(info.dump(force=True))


def test_c17_out_of_base64() -> None:
    """C-17: with PEM's lines or without."""
    data = cms_signed(TEXT, person(), NOW)
    armoured = b"-----BEGIN PKCS7-----\r\n" + base64_lines(data) + b"-----END PKCS7-----\r\n"
    assert cms.unwrapped(data) == cms.unwrapped(base64_lines(data)) == cms.unwrapped(armoured) == data
    with pytest.raises(Unfit):
        cms.unwrapped(b"no signature at all!")
