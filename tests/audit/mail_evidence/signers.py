"""A small PKI: authorities, people and providers under them, and CMS signatures with a signing time of our own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID, ObjectIdentifier

from tests.audit.mail_evidence.fixed_keys import RSA_2048

BEGAN, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
RSA_KEY = load_pem_private_key(RSA_2048, None)
QUALIFIED = bytes.fromhex("3014" + "3008" + "0606" + "04008e460101" + "3008" + "0606" + "04008e460104")


@dataclass(frozen=True)
class Party:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Any

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def party(
    name: str,
    by: Party | None = None,
    *,
    authority: bool = False,
    mail: str | None = None,
    serial_number: str | None = None,
    qualified: bool = False,
    key: Any = None,
    span: tuple[datetime, datetime] = (BEGAN, ENDS),
    path_length: int | None = None,
    odd: bool = False,
) -> Party:
    """`odd`: with a critical extension that nobody knows."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if serial_number:
        names.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number))
    subject = x509.Name(names)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0])
        .not_valid_after(span[1])
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if mail:
        made = made.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(mail)]), critical=False)
    if qualified:
        oid = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
        made = made.add_extension(x509.UnrecognizedExtension(oid, QUALIFIED), critical=False)
    if odd:
        unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        made = made.add_extension(unknown, critical=True)
    return Party(made.sign(by.key if by else key, hashes.SHA256()), key)


def crl(by: Party, revoked: Sequence[Party] = (), *, at: datetime, until: datetime) -> bytes:
    made = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    made = made.last_update(at).next_update(until)
    for one in revoked:
        entry = (
            x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(at)
        )
        made = made.add_revoked_certificate(entry.build())
    return made.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def cms_signed(
    content: bytes,
    by: Party,
    at: datetime | None,
    *,
    detached: bool = False,
    along: Sequence[Party] = (),
    bare: bool = False,
    pss: bool = False,
    by_key_id: bool = False,
    named: Party | None = None,
    digest: str = "sha256",
    crls: Sequence[bytes] = (),
) -> bytes:
    """Signed data in DER. `bare`: without signed attributes; `named`: whose certificate the signer says it is."""
    algorithm = getattr(hashes, digest.upper())()
    attributes = None
    signed = content
    if not bare:
        found = [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(digest, content).digest()]}),
        ]
        if at is not None:
            found.append(cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": at})]}))
        if named is not None:
            certs = [{"cert_hash": hashlib.sha256(named.der).digest()}]
            found.append(
                cms.CMSAttribute(
                    {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": certs})]}
                )
            )
        attributes = cms.CMSAttributes(found)
        signed = attributes.dump()
    name = "ecdsa"
    if isinstance(by.key, rsa.RSAPrivateKey):
        name = "rsassa_pss" if pss else "rsassa_pkcs1v15"
        how = padding.PSS(padding.MGF1(algorithm), 32) if pss else padding.PKCS1v15()
        signature = by.key.sign(signed, how, algorithm)
    else:
        name = f"{digest}_ecdsa"
        signature = by.key.sign(signed, ec.ECDSA(algorithm))
    loaded = asn1_x509.Certificate.load(by.der)
    sid: Any = cms.SignerIdentifier(
        "issuer_and_serial_number",
        cms.IssuerAndSerialNumber({"issuer": loaded.issuer, "serial_number": loaded.serial_number}),
    )
    if by_key_id:
        sid = cms.SignerIdentifier("subject_key_identifier", loaded.key_identifier)
    info: dict[str, Any] = {
        "version": "v1", "sid": sid, "digest_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
        "signature_algorithm": _algorithm(name, digest), "signature": signature,
    }  # fmt: skip
    if attributes is not None:
        info["signed_attrs"] = attributes
    data: dict[str, Any] = {
        "version": "v1",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": digest})],
        "encap_content_info": {"content_type": "data"} | ({} if detached else {"content": content}),
        "certificates": [asn1_x509.Certificate.load(one.der) for one in (by, *along)],
        "signer_infos": [cms.SignerInfo(info)],
    }
    if crls:
        data["crls"] = [cms.RevocationInfoChoice("crl", _crl(one)) for one in crls]
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump())


def _crl(der: bytes) -> Any:
    from asn1crypto import crl as asn1_crl

    return asn1_crl.CertificateList.load(der)


def _algorithm(name: str, digest: str) -> Any:
    if name != "rsassa_pss":
        return algos.SignedDigestAlgorithm({"algorithm": name})
    parameters = {
        "hash_algorithm": {"algorithm": digest}, "salt_length": 32,
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
    }  # fmt: skip
    return algos.SignedDigestAlgorithm({"algorithm": name, "parameters": algos.RSASSAPSSParams(parameters)})


def indefinite(der: bytes) -> bytes:
    """The same CMS in BER, as signing programs for large files write it: no lengths outside, content in chunks."""
    info = cms.ContentInfo.load(der)
    signed = info["content"]
    content = bytes(signed["encap_content_info"]["content"])
    chunks = b"".join(core.OctetString(content[i : i + 100]).dump() for i in range(0, len(content), 100))
    inside = b"\x30\x80" + signed["encap_content_info"]["content_type"].dump()
    inside += b"\xa0\x80\x24\x80" + chunks + b"\0\0\0\0\0\0"
    rest = signed["certificates"].dump() + signed["signer_infos"].dump()
    data = (
        b"\x30\x80" + signed["version"].dump() + signed["digest_algorithms"].dump() + inside + rest + b"\0\0"
    )
    return b"\x30\x80" + info["content_type"].dump() + b"\xa0\x80" + data + b"\0\0\0\0"


def base64_lines(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def days(count: int) -> timedelta:
    return timedelta(days=count)
