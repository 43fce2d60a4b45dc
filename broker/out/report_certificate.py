"""The certificate that seals reports, and the authority behind it that titolari pin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

# RSA, because PDF 1.7, which PDF/A-3 is made of, knows no other key that every reader judges.
KEY_BITS = 3072
PUBLIC_EXPONENT = 65537
AUTHORITY_YEARS = 20
CERTIFICATE_YEARS = 10
MAX_NAME = 64  # bytes: ub-common-name, RFC 5280
_LIST = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----\n?", re.DOTALL)
SKEW = timedelta(minutes=5)  # readers' clocks may be behind ours


@dataclass(frozen=True, slots=True)
class ReportCertificate:
    """What seals reports. `authority` is the part that the titolare pins (`trust.json`), `between` what leads
    from it to the certificate, `revoked` the authorities' lists of what they took back."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate
    between: tuple[x509.Certificate, ...] = ()
    revoked: tuple[x509.CertificateRevocationList, ...] = ()

    def to_pem(self) -> bytes:
        """Key, certificate, authority, its list of the revoked: for a file that only the service may read."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        lists = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in self.revoked)
        return key + self.certificate.public_bytes(serialization.Encoding.PEM) + self.authority_pem + lists

    @property
    def authority_pem(self) -> bytes:
        return self.authority.public_bytes(serialization.Encoding.PEM)

    @classmethod
    def from_pem(cls, data: bytes) -> ReportCertificate:
        key = serialization.load_pem_private_key(data, password=None)
        certificates = x509.load_pem_x509_certificates(data)
        if not isinstance(key, rsa.RSAPrivateKey) or len(certificates) != 2:
            raise ValueError("not a report certificate: one RSA key and two certificates are expected")
        return cls(key, certificates[0], certificates[1], revoked=revocation_lists(data))


def make_report_certificate(name: str, at: datetime) -> ReportCertificate:
    """A new authority for the vendor `name`, and the one certificate it issues.

    The authority's key is forgotten here: nobody, the vendor included, can ever issue a second
    certificate under what customers have pinned. So it says now, once for all its time, that it took none
    back: a reader who asks for such a list (PAdES B-LT) finds one.
    """
    authority_key = rsa.generate_private_key(PUBLIC_EXPONENT, KEY_BITS)
    authority_name = _name(name, "Verbale, autorità dei rapporti")
    authority = (
        _certificate(authority_name, authority_name, authority_key.public_key(), at, AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    key = rsa.generate_private_key(PUBLIC_EXPONENT, KEY_BITS)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = (
        _certificate(_name(name, name), authority_name, key.public_key(), at, CERTIFICATE_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return ReportCertificate(key, certificate, authority, revoked=(_nobody(authority, authority_key),))


def given_certificate(certificates: bytes, key: bytes, password: bytes | None) -> ReportCertificate:
    """The vendor's own: PEM of his certificate and those above it, and PEM of its key; or, with no `key`, both
    in a PKCS#12. What customers pin is the highest certificate given. `ValueError` for what is none of this.
    """
    if key:
        held = serialization.load_pem_private_key(key, password)
        found = x509.load_pem_x509_certificates(certificates)
    else:
        box = pkcs12.load_pkcs12(certificates, password)
        held_or_none, own = box.key, box.cert
        if held_or_none is None or own is None:
            raise ValueError("the PKCS#12 holds no key or no certificate of it")
        held = held_or_none
        found = [own.certificate, *(one.certificate for one in box.additional_certs)]
    if not isinstance(held, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("the key is neither RSA nor ECDSA")  # noqa: TRY004
    chain = _chain(found, held.public_key())
    lists = revocation_lists(certificates) if key else ()
    return ReportCertificate(held, chain[0], chain[-1], tuple(chain[1:-1]), lists)


def _chain(
    found: list[x509.Certificate], key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
) -> list[x509.Certificate]:
    """From the key's own certificate upwards, whatever the order in the file."""
    at = next((one for one in found if one.public_key() == key), None)
    if at is None:
        raise ValueError("no certificate belongs to the key")
    chain = [at]
    while len(chain) <= len(found):
        above = next((one for one in found if one not in chain and one.subject == chain[-1].issuer), None)
        if above is None:
            break
        chain[-1].verify_directly_issued_by(above)
        chain.append(above)
    return chain


def revocation_lists(pem: bytes) -> tuple[x509.CertificateRevocationList, ...]:
    """Those in a PEM file, whatever else is in it."""
    return tuple(x509.load_pem_x509_crl(block) for block in _LIST.findall(pem))


def _nobody(authority: x509.Certificate, key: rsa.RSAPrivateKey) -> x509.CertificateRevocationList:
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(authority.not_valid_before_utc)
        .next_update(authority.not_valid_after_utc)
        .add_extension(issuer, critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
        .sign(key, hashes.SHA256())
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    bits = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{bit: bit in allowed for bit in bits})


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _clip(organisation)),
            x509.NameAttribute(NameOID.COMMON_NAME, _clip(common)),
        ]
    )


def _clip(text: str) -> str:
    """At most `MAX_NAME` bytes, no letter cut in half."""
    return text.encode()[:MAX_NAME].decode(errors="ignore")


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, at: datetime, years: int
) -> x509.CertificateBuilder:
    begins = at.replace(microsecond=0) - SKEW
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
