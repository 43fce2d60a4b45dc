"""Signatures in CMS (RFC 5652) as mail carries them: DER or BER, one signer or several, checked one by one."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from audit.mail_evidence import ber
from audit.mail_evidence.shape import Unfit

MAX_SIGNERS = 4
MAX_CERTIFICATES = 16
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class CmsSigner:
    """One signer: `intact` says whether the signature is of this certificate's key and of this content."""

    certificate: x509.Certificate
    intact: bool
    at: datetime | None  # signing-time, as the signer says


@dataclass(frozen=True, slots=True)
class Cms:
    """`content` is what it carries, None where the signature stands beside what it signs."""

    content: bytes | None
    certificates: tuple[x509.Certificate, ...]
    crls: tuple[bytes, ...]
    _data: Any

    def signers(self, content: bytes) -> tuple[CmsSigner, ...]:
        """Each signer of this content whose certificate is carried along."""
        infos = self._data["signer_infos"]
        if not 1 <= len(infos) <= MAX_SIGNERS:
            raise Unfit("unreadable")
        found = [_signer(info, self, content) for info in infos]
        if None in found:
            raise Unfit("unreadable")
        return tuple([one for one in found if one is not None])


def unwrapped(data: bytes) -> bytes:
    """BER as it is, or taken out of Base64, with PEM's lines around it or without."""
    if data[:1] == b"\x30":
        return data
    plain = re.sub(rb"-----[A-Z0-9 ]{1,40}-----|\s", b"", data)
    try:
        return binascii.a2b_base64(plain, strict_mode=True)
    except (binascii.Error, ValueError) as wrong:
        raise Unfit("unreadable") from wrong


def read(data: bytes) -> Cms:
    """The signed data; `Unfit` where it is none. The parser's own troubles are the caller's to catch."""
    from asn1crypto import cms, tsp

    # Teaches the parser of CMS the attributes of RFC 5035, for whoever imports it first.
    assert tsp.SigningCertificateV2 is not None
    ber.check(data)
    info = cms.ContentInfo.load(data)
    if info["content_type"].native != "signed_data":
        raise Unfit("unreadable")
    signed = info["content"]
    inside = signed["encap_content_info"]
    if inside["content_type"].native != "data":
        raise Unfit("unreadable")
    content = None if inside["content"].native is None else bytes(inside["content"])
    certificates: list[x509.Certificate] = []
    for choice in signed["certificates"] or ():
        if choice.name == "certificate" and len(certificates) < MAX_CERTIFICATES:
            certificates += _read(choice.chosen.dump())
    crls = [one.chosen.dump() for one in signed["crls"] or () if one.name != "other"]
    return Cms(content, tuple(certificates), tuple(crls[:MAX_CERTIFICATES]), signed)


def _read(der: bytes) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(der)]
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        return []


def _signer(info: Any, whole: Cms, content: bytes) -> CmsSigner | None:
    certificate = _of(info["sid"], whole.certificates)
    if certificate is None:
        return None
    attributes = info["signed_attrs"]
    values = {a["type"].native: a["values"] for a in attributes} if attributes else {}
    at = _signing_time(values)
    algorithm = _HASHES.get(info["digest_algorithm"]["algorithm"].native)
    if algorithm is None or len(values) != len(attributes or ()):
        return CmsSigner(certificate, False, at)
    signed = content
    if values:
        digest = hashes.Hash(algorithm)
        digest.update(content)
        if "message_digest" not in values or values["message_digest"][0].native != digest.finalize():
            return CmsSigner(certificate, False, at)
        if not _names(values, certificate):
            return CmsSigner(certificate, False, at)
        signed = _attributes(attributes)
    holds = _holds(certificate, info["signature_algorithm"], algorithm, info["signature"].native, signed)
    return CmsSigner(certificate, holds, at)


def _signing_time(values: dict[str, Any]) -> datetime | None:
    """As the signer says; a time without a zone is none."""
    found = values["signing_time"][0].native if "signing_time" in values else None
    return found.astimezone(UTC) if isinstance(found, datetime) and found.tzinfo is not None else None


def _attributes(attributes: Any) -> bytes:
    """The signed attributes as they are hashed: the set's own tag in the place of the context's. `dump` gives
    DER where they were written in BER."""
    raw: bytes = attributes.dump()
    return b"\x31" + raw[1:]


def _of(sid: Any, certificates: tuple[x509.Certificate, ...]) -> x509.Certificate | None:
    for one in certificates:
        if sid.name == "issuer_and_serial_number":
            issuer = sid.chosen["issuer"].dump()
            if (
                one.issuer.public_bytes() == issuer
                and one.serial_number == sid.chosen["serial_number"].native
            ):
                return one
        elif _key_identifier(one) == sid.chosen.native:
            return one
    return None


def _key_identifier(one: x509.Certificate) -> bytes | None:
    try:
        return one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return None


def _names(values: dict[str, Any], certificate: x509.Certificate) -> bool:
    """Whether the certificate is the one that the signer named beside his signature, where he did (RFC 5035)."""
    if "signing_certificate_v2" not in values:
        return True
    first = values["signing_certificate_v2"][0]["certs"][0]
    if first["hash_algorithm"]["algorithm"].native != "sha256":
        return True  # only SHA-256, the usual one, is compared
    return bool(first["cert_hash"].native == sha256(certificate.public_bytes(Encoding.DER)).digest())


def _holds(
    certificate: x509.Certificate,
    algorithm: Any,
    digest: hashes.HashAlgorithm,
    signature: bytes,
    signed: bytes,
) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, _padding(algorithm, digest), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _padding(algorithm: Any, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if algorithm["algorithm"].native == "rsassa_pss":
        return padding.PSS(padding.MGF1(digest), algorithm["parameters"]["salt_length"].native)
    return padding.PKCS1v15()
