"""From a signer's certificate to one that was configured, and whether it was revoked (RFC 5280).

Nothing is fetched. What a list of the European Union or a provider's page says is configured beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from audit.mail_evidence.known import named

MAX_PATH = 4  # certificates between a person and a root: one or two
MAX_POOL = 16
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"),  # statements of qualified certificates (RFC 3739)
}


@dataclass(frozen=True, slots=True)
class Chain:
    """The signer's certificate first, the configured one last."""

    path: tuple[x509.Certificate, ...]

    @property
    def anchor(self) -> bytes:
        return self.path[-1].public_bytes(Encoding.DER)

    @property
    def issuer(self) -> x509.Certificate:
        return self.path[1]


def read(ders: Iterable[bytes]) -> list[x509.Certificate]:
    """Those of them that can be read: what cannot is no authority."""
    found = []
    for der in ders:
        try:
            found.append(x509.load_der_x509_certificate(der))
        except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            continue
    return found


def chain(
    signer: x509.Certificate,
    pool: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> Chain | None:
    """A path on which each certificate was issued by the next, all in force at `at`."""
    if not in_force(signer, at) or not _understood(signer):
        return None
    return _extended((signer,), list(pool[:MAX_POOL]), anchors, at)


def _extended(
    path: tuple[x509.Certificate, ...],
    pool: list[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> Chain | None:
    last = path[-1]
    for one in anchors:
        if _may_issue(one, len(path) - 1, at) and _issued(last, one):
            return Chain((*path, one))
    if len(path) >= MAX_PATH:
        return None
    for index, one in enumerate(pool):
        if _may_issue(one, len(path) - 1, at) and _issued(last, one):
            found = _extended((*path, one), pool[:index] + pool[index + 1 :], anchors, at)
            if found is not None:
                return found
    return None


def in_force(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    if one.issuer != by.subject:
        return False
    try:
        one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _may_issue(one: x509.Certificate, below: int, at: datetime) -> bool:
    """An authority, in force, with room for so many authorities below it."""
    try:
        constraints = one.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError, x509.DuplicateExtension):
        return False
    room = constraints.path_length is None or constraints.path_length >= below
    return constraints.ca and room and in_force(one, at) and _understood(one) and _signs(one)


def _signs(one: x509.Certificate) -> bool:
    try:
        return one.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _understood(one: x509.Certificate) -> bool:
    """No critical extension that is not judged here."""
    try:
        return all(not e.critical or e.oid in _UNDERSTOOD for e in one.extensions)
    except (ValueError, x509.DuplicateExtension):
        return False


@dataclass(frozen=True, slots=True)
class Revocation:
    """`state` is `good`, `revoked` or `unchecked`; `list` the name of the CRL that said so."""

    state: str
    list: str = ""


def revocation(found: Chain, crls: Iterable[bytes], at: datetime) -> Revocation:
    """What a list of the signer's issuer says. A list that has run out says nothing of who is not on it."""
    outcome = Revocation("unchecked")
    for der in crls:
        try:
            crl = x509.load_der_x509_crl(der)
            ours = crl.issuer == found.issuer.subject and crl.is_signature_valid(found.issuer.public_key())  # type: ignore[arg-type]
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if not ours:
            continue
        entry = crl.get_revoked_certificate_by_serial_number(found.path[0].serial_number)
        if entry is not None and entry.revocation_date_utc <= at:
            return Revocation("revoked", named(der))
        if crl.next_update_utc is not None and crl.last_update_utc <= at <= crl.next_update_utc:
            outcome = Revocation("good", named(der))
    return outcome
