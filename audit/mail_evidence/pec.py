"""Certified mail (PEC, RFC 6109): known by the provider's S/MIME signature and by nothing else (C-11).

Headers, file names and a well made daticert.xml prove nothing: anybody writes them. They only say that a mail
which is not signed *presents itself* as certified, which is worth telling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID

from audit.mail_evidence import chains, cms, daticert
from audit.mail_evidence.daticert import Daticert
from audit.mail_evidence.known import Known, named
from audit.mail_evidence.shape import Entity, Unfit, decoded, entity, parts, pieces, read_message

WINDOW = timedelta(hours=1)  # between the certified time and that of the signature: made in one go
AHEAD = timedelta(minutes=15)
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
_BOX = "posta-certificata"
MESSAGE_KIND = "posta-certificata"


@dataclass(frozen=True, slots=True)
class PecEnvelope:
    """What a configured provider signed. `signed` are the bytes under the signature, `original` the message it
    carries; `daticert` is missing in an envelope around ordinary mail."""

    signed: bytes
    at: datetime
    daticert: Daticert | None
    original: bytes | None


def open_envelope(message: Entity, known: Known, received: datetime, anchors: set[str]) -> PecEnvelope | None:
    """The envelope; None where this is no certified mail and does not say so. What is believed of `known` is
    named in `anchors`. `Unfit` (`pec_envelope_invalid`) where it says so and no configured provider signed it."""
    try:
        opened = _signed(message, known, received, anchors)
    except Exception:  # noqa: BLE001
        # Third parties' parsers on bytes of a stranger: a signature that nobody can read is no provider's.
        opened = None
    if opened is None:
        if _presents(message):
            raise Unfit("pec_envelope_invalid")
        return None
    signed, at = opened
    certified, original = None, None
    for part in parts(entity(signed)):
        if part.name.lower() == "daticert.xml":
            if certified is not None:
                raise Unfit("pec_daticert_rejected")
            certified = daticert.parse(part.content())
        elif part.kind == "message/rfc822" and original is None:
            original = part.content()
    return PecEnvelope(signed, at, certified, original)


def _signed(
    message: Entity, known: Known, received: datetime, anchors: set[str]
) -> tuple[bytes, datetime] | None:
    """The bytes under a provider's signature, and its time."""
    if message.kind != "multipart/signed":
        return None
    found = pieces(message)
    if len(found) != 2:
        return None
    signature = entity(found[1])
    if signature.kind not in _SIGNATURES:
        return None
    # What is signed has CRLF at the ends of its lines, however the message was kept (RFC 5751 §3.1.1).
    signed = re.sub(rb"\r?\n", b"\r\n", found[0])
    whole = cms.read(signature.content())
    for signer in whole.signers(signed):
        at = signer.at or received
        if not (signer.intact and _is_provider(signer.certificate) and at <= received + AHEAD):
            continue
        chain = chains.chain(signer.certificate, whole.certificates, chains.read(known.providers), at)
        if chain is None:
            continue
        state = chains.revocation(chain, known.crls, at)
        if state.state != "revoked":
            anchors |= {named(chain.anchor), *([state.list] if state.list else [])}
            return signed, at
    return None


def _is_provider(certificate: x509.Certificate) -> bool:
    """Its e-mail is posta-certificata@… (RFC 6109): a person's certificate under the same authority is not."""
    return any(one.lower().startswith(f"{_BOX}@") for one in _mailboxes(certificate))


def _mailboxes(certificate: x509.Certificate) -> Sequence[str]:
    found = [str(a.value) for a in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return found
    return [*found, *names.get_values_for_type(x509.RFC822Name)]


def _presents(message: Entity) -> bool:
    """Whether it wants to be taken for certified mail."""
    if message.all("x-trasporto") or message.all("x-ricevuta") or message.all("x-tiporicevuta"):
        return True
    if f"{_BOX}@" in decoded(b" ".join(message.all("from"))).lower():
        return True
    return any(part.name.lower() in {"daticert.xml", "postacert.eml"} for part in parts(message))


def original_of(envelope: PecEnvelope) -> Entity:
    """The message inside, held to the same bounds as any mail."""
    if envelope.original is None:
        raise Unfit("pec_message_missing")
    return read_message(envelope.original)


def differs(envelope: PecEnvelope, certified: Daticert, original: Entity, author: str) -> str | None:
    """The first check between the envelope's parts that fails (C-13). `author` is who the original names."""
    facts = certified.facts
    if facts.sender.casefold() != author.casefold():
        return "pec_sender_differs"
    # A provider gives a message an id of its own and keeps the sender's in X-Riferimento-Message-ID.
    ids = {original.one(name) for name in ("message-id", "x-riferimento-message-id")} - {""}
    if facts.message_id not in ids:
        return "pec_id_differs"
    if facts.at is None or abs(facts.at - envelope.at) > WINDOW:
        return "pec_time_outside"
    return None
