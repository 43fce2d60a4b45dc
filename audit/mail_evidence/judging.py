"""Judging a mail: raw bytes, how they came, the DNS and what is known of the customer -> a judgement."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from audit.errors import Malformed
from audit.mail_evidence.addresses import Address
from audit.mail_evidence.attachments import look
from audit.mail_evidence.codes import Level, Transport
from audit.mail_evidence.digests import replay_digest
from audit.mail_evidence.dkim_check import check_arc, check_dkim
from audit.mail_evidence.dns import Dns
from audit.mail_evidence.judgement import Claims, Envelope, Judgement, Sender
from audit.mail_evidence.known import Known, Registered
from audit.mail_evidence.pec import MESSAGE_KIND, PecEnvelope, differs, open_envelope, original_of
from audit.mail_evidence.senders import From, read_from, remarks, stranger, undelegated
from audit.mail_evidence.shape import Entity, Unfit, parts, read_message, text_of

MAX_AGE = timedelta(hours=24)
AHEAD = timedelta(minutes=15)
_LIBRARIES = ("asn1crypto", "defusedxml", "dkim", "pyhanko")


def available() -> bool:
    """Whether the extra `[mail]` is installed; without it nothing is judged."""
    return all(importlib.util.find_spec(name) is not None for name in _LIBRARIES)


def judge(raw: bytes, envelope: Envelope, dns: Dns, known: Known) -> Judgement:
    """Never raises on what the mail holds. Of `envelope` only the instant of arrival decides anything.

    That the mail came before is not asked here: see `Judgement.repeated`.
    """
    at = envelope.received
    claims = Claims(replay=replay_digest(b"", raw))
    try:
        message = read_message(raw)
        claims = _claims(message)
        found = _judged(message, claims, at, dns, known)
    except Unfit as unfit:
        return _closed(_Found(claims, Transport.ORDINARY, None, blockers=[unfit.code]), known)
    except Exception:  # noqa: BLE001
        # Third parties' parsers on bytes of a stranger: whatever they throw is a verdict, never a traceback.
        # Nothing is swallowed: a fault of ours shows as `unreadable` on good mail, which every test would see.
        return _closed(_Found(claims, Transport.ORDINARY, None, blockers=["unreadable"]), known)
    return _closed(found, known)


@dataclass(slots=True)
class _Found:
    """`proved` is what makes a level, `blockers` why it has no power all the same, `remarks` what else is told."""

    claims: Claims
    transport: Transport
    sender: Registered | None
    proved: str | None = None
    blockers: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    anchors: frozenset[str] = frozenset()


_LEVELS = {
    "dkim_aligned": Level.E1,
    "arc_forwarded": Level.E1,
    "pec_valid": Level.E3,
    "qualified_signature": Level.E4,
}


def _closed(found: _Found, known: Known) -> Judgement:
    level = Level.E0 if found.proved is None or found.sender is None else _LEVELS[found.proved]
    reasons = [*found.blockers, *([found.proved] if found.proved else []), *found.remarks]
    if level < known.minimum and found.transport is not Transport.RECEIPT:
        reasons.append("below_minimum")
    one = found.sender
    sender = None if one is None else Sender(one.person, one.role, one.address)
    listed = tuple(dict.fromkeys(reasons))
    return Judgement(level, listed[0], listed, found.transport, sender, found.claims, found.anchors)


def _claims(message: Entity) -> Claims:
    leaves = parts(message)
    return Claims(
        message_id=message.one("message-id"),
        subject=message.one("subject"),
        written=_written(message),
        text=text_of(leaves),
        replay=replay_digest(b"".join(message.all("message-id")), message.body),
    )


def _written(message: Entity) -> datetime | None:
    try:
        found = parsedate_to_datetime(message.one("date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return None if found.tzinfo is None else found


def _judged(message: Entity, claims: Claims, at: datetime, dns: Dns, known: Known) -> _Found:
    opened = open_envelope(message, known, at)
    if opened is None:
        return _ordinary(message, claims, at, dns, known)
    if opened.daticert is None:
        return _anomaly(opened, claims, at, dns, known)
    return _certified(opened, at, known)


# ------------------------------------------------------------------------------- ordinary mail


def _ordinary(message: Entity, claims: Claims, at: datetime, dns: Dns, known: Known) -> _Found:
    author = read_from(message)
    one = known.by_address(author.address, pec=False)
    organisation = author.address.domain if one is None else one.domain
    found = _Found(replace(claims, sender=str(author.address)), Transport.ORDINARY, one)
    found.remarks += remarks(message, author)
    signature = check_dkim(message, organisation, dns, at)
    if not signature.passed and known.forwarders:
        arc = check_arc(message, organisation, known.forwarders, dns, at)
        if arc is not None and arc.passed:
            found.remarks.append(signature.code)
            signature = arc
        elif arc is not None:
            found.remarks.append(arc.code)
    found.remarks += signature.remarks
    if one is None:
        found.blockers += stranger(author.address, known)
    if signature.passed:
        found.proved = signature.code
        found.claims = replace(found.claims, domain=signature.domain)
    else:
        found.blockers.append(signature.code)
    _power(found, one, at)
    found.blockers += _timely(claims.written, at)
    _attached(found, parts(message), at, known)
    return found


def _power(found: _Found, one: Registered | None, at: datetime) -> None:
    lacking = None if one is None else undelegated(one, at)
    if lacking is not None:
        found.blockers.append(lacking)


def _timely(written: datetime | None, at: datetime) -> list[str]:
    if written is None:
        return ["date_missing"]
    if written > at + AHEAD:
        return ["date_ahead"]
    return ["too_old"] if at - written > MAX_AGE else []


def _attached(found: _Found, leaves: Sequence[Entity], at: datetime, known: Known) -> None:
    """Signed attachments raise the level only of a mail that is its sender's anyhow: a signed file may have
    been sent on by anybody."""
    looked = look(list(leaves), known, at)
    found.claims = replace(found.claims, signed=looked.signed)
    found.anchors |= looked.anchors
    found.remarks += [signed.verdict for signed in looked.signed]
    listed = known.trusted_list
    if looked.signed and listed is not None and listed.old(at):
        found.remarks.append("trusted_list_old")
    one = found.sender
    if one is None or found.proved is None or not one.fiscal_code:
        return
    ours = [
        s
        for s in looked.signed
        if s.verdict == "signed_qualified" and s.fiscal_code == one.fiscal_code.upper()
    ]
    if ours:
        found.remarks.insert(0, found.proved)
        found.proved = "qualified_signature"


# ------------------------------------------------------------------------------- certified mail


def _anomaly(opened: PecEnvelope, claims: Claims, at: datetime, dns: Dns, known: Known) -> _Found:
    """Ordinary mail that reached a certified box: what is inside is judged as what it is (C-14)."""
    try:
        original = original_of(opened)
        found = _ordinary(original, _claims(original), at, dns, known)
    except Unfit as unfit:
        found = _Found(claims, Transport.ANOMALY, None, blockers=[unfit.code])
    found.transport = Transport.ANOMALY
    found.remarks.append("pec_outside_circuit")
    found.anchors |= opened.anchors
    return found


def _certified(opened: PecEnvelope, at: datetime, known: Known) -> _Found:
    assert opened.daticert is not None
    facts = opened.daticert.facts
    # The outer Message-ID is not signed, the provider's own identifier is.
    replay = replay_digest(facts.identifier.encode(), opened.signed)
    claims = Claims(
        message_id=facts.message_id, subject=facts.subject, sender=facts.sender, written=facts.at, replay=replay,
        certified=facts,
    )  # fmt: skip
    if facts.kind != MESSAGE_KIND:
        state = ["pec_partial"] if opened.daticert.partial else []
        return _Found(
            claims, Transport.RECEIPT, None, blockers=["pec_receipt"], remarks=state, anchors=opened.anchors
        )
    found = _Found(claims, Transport.PEC, None, anchors=opened.anchors)
    try:
        original = original_of(opened)
        author = read_from(original)
    except Unfit as unfit:
        found.blockers.append(unfit.code)
        return found
    leaves = parts(original)
    found.claims = replace(claims, text=text_of(leaves))
    found.sender = _by_sender(facts.sender, known)
    found.remarks += remarks(original, author)
    if found.sender is None:
        found.blockers += ["pec_sender_unregistered", *_alike(author, known)]
    if (code := differs(opened, opened.daticert, original, str(author.address))) is not None:
        found.blockers.append(code)
    if opened.daticert.partial:
        found.blockers.append("pec_partial")
    if not found.blockers:
        found.proved = "pec_valid"
    _power(found, found.sender, at)
    found.blockers += _timely(opened.at, at)
    _attached(found, leaves, at, known)
    return found


def _by_sender(text: str, known: Known) -> Registered | None:
    try:
        return known.by_address(Address.parse(text), pec=True)
    except Malformed:
        return None


def _alike(author: From, known: Known) -> list[str]:
    return [code for code in stranger(author.address, known) if code == "lookalike_address"]
