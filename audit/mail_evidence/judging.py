"""Judging a mail: raw bytes, how they came, the DNS and what is known of the customer -> a judgement."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from audit.errors import Malformed
from audit.mail_evidence.addresses import Address
from audit.mail_evidence.attachments import look
from audit.mail_evidence.codes import Level, Transport
from audit.mail_evidence.daticert import Daticert
from audit.mail_evidence.digests import replay_digest
from audit.mail_evidence.dkim_check import check_arc, check_dkim
from audit.mail_evidence.dns import Dns
from audit.mail_evidence.judgement import Claims, Envelope, Judgement, Sender
from audit.mail_evidence.known import Known, Registered
from audit.mail_evidence.pec import MESSAGE_KIND, PecEnvelope, differs, open_envelope, original_of
from audit.mail_evidence.senders import read_from, remarks, stranger, undelegated
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
    found = _Found(Claims(replay=replay_digest(b"", raw)))
    try:
        message = read_message(raw)
        found.claims = _claims(message)
        _Judge(envelope.received, dns, known, found).whole(message)
    except Unfit as unfit:
        found.stop(unfit.code)
    except Exception:  # noqa: BLE001
        # Third parties' parsers on bytes of a stranger: whatever they throw is a verdict, never a traceback.
        # Nothing is swallowed: a fault of ours shows as `unreadable` on good mail, which every test would see.
        found.stop("unreadable")
    return _closed(found, known)


@dataclass(slots=True)
class _Found:
    """`proved` is what makes a level, `blockers` why it has no power all the same, `remarks` what else is told."""

    claims: Claims
    transport: Transport = Transport.ORDINARY
    sender: Registered | None = None
    proved: str | None = None
    blockers: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def stop(self, code: str) -> None:
        """It was not judged to its end, so nothing is proven."""
        self.proved = None
        self.blockers.insert(0, code)


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
    return Judgement(
        level, listed[0], listed, found.transport, sender, found.claims, frozenset(found.anchors)
    )


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


def _timely(written: datetime | None, at: datetime) -> list[str]:
    if written is None:
        return ["date_missing"]
    if written > at + AHEAD:
        return ["date_ahead"]
    return ["too_old"] if at - written > MAX_AGE else []


class _Judge:
    """One mail being judged: what was seen so far is in `found`, whatever stops it."""

    def __init__(self, at: datetime, dns: Dns, known: Known, found: _Found) -> None:
        self._at = at
        self._dns = dns
        self._known = known
        self._found = found

    def whole(self, message: Entity) -> None:
        found = self._found
        try:
            opened = open_envelope(message, self._known, self._at, found.anchors)
        finally:
            if found.anchors:  # a provider signed it, whatever is wrong inside
                found.transport = Transport.PEC
        if opened is None:
            self._ordinary(message)
        elif opened.daticert is not None:
            self._certified(opened, opened.daticert)
        else:
            # Ordinary mail that reached a certified box: what is inside is judged as what it is (C-14).
            found.transport = Transport.ANOMALY
            found.remarks.append("pec_outside_circuit")
            original = original_of(opened)
            found.claims = _claims(original)
            self._ordinary(original)

    def _ordinary(self, message: Entity) -> None:
        found, known = self._found, self._known
        author = read_from(message)
        found.sender = known.by_address(author.address, pec=False)
        found.claims = replace(found.claims, sender=str(author.address))
        found.remarks += remarks(message, author)
        if found.sender is None:
            found.blockers += stranger(author.address, known)
        self._signature(message, author.address.domain if found.sender is None else found.sender.domain)
        self._power(found.claims.written)
        self._attached(parts(message))

    def _signature(self, message: Entity, organisation: str) -> None:
        found, forwarders = self._found, self._known.forwarders
        signature = check_dkim(message, organisation, self._dns, self._at)
        if not signature.passed and forwarders:
            arc = check_arc(message, organisation, forwarders, self._dns, self._at)
            if arc is not None and arc.passed:
                found.remarks.append(signature.code)
                signature = arc
            elif arc is not None:
                found.remarks.append(arc.code)
        found.remarks += signature.remarks
        if signature.passed:
            found.proved = signature.code
            found.claims = replace(found.claims, domain=signature.domain)
        else:
            found.blockers.append(signature.code)

    def _power(self, written: datetime | None) -> None:
        """What keeps a mail from having power though it is the sender's."""
        lacking = None if self._found.sender is None else undelegated(self._found.sender, self._at)
        self._found.blockers += [*([lacking] if lacking else []), *_timely(written, self._at)]

    def _attached(self, leaves: list[Entity]) -> None:
        """Signed attachments raise the level only of a mail that is its sender's anyhow: a signed file may
        have been sent on by anybody."""
        found, listed = self._found, self._known.trusted_list
        signed = look(leaves, self._known, self._at, found.anchors)
        found.claims = replace(found.claims, signed=signed)
        found.remarks += [one.verdict for one in signed]
        if signed and listed is not None and listed.old(self._at):
            found.remarks.append("trusted_list_old")
        person = found.sender
        if person is None or found.proved is None or not person.fiscal_code:
            return
        ours = person.fiscal_code.upper()
        if any(one.verdict == "signed_qualified" and one.fiscal_code == ours for one in signed):
            found.remarks.insert(0, found.proved)
            found.proved = "qualified_signature"

    def _certified(self, opened: PecEnvelope, certified: Daticert) -> None:
        found, facts = self._found, certified.facts
        found.transport = Transport.PEC if facts.kind == MESSAGE_KIND else Transport.RECEIPT
        # The outer Message-ID is not signed, the provider's own identifier is.
        found.claims = Claims(
            message_id=facts.message_id, subject=facts.subject, sender=facts.sender, written=facts.at,
            replay=replay_digest(facts.identifier.encode(), opened.signed), certified=facts,
        )  # fmt: skip
        if facts.kind != MESSAGE_KIND:
            found.blockers.append("pec_receipt")
            found.remarks += ["pec_partial"] if certified.partial else []
            return
        original = original_of(opened)
        author = read_from(original)
        leaves = parts(original)
        found.claims = replace(found.claims, text=text_of(leaves))
        found.remarks += remarks(original, author)
        found.sender = _by_sender(facts.sender, self._known)
        if found.sender is None:
            alike = [code for code in stranger(author.address, self._known) if code == "lookalike_address"]
            found.blockers += ["pec_sender_unregistered", *alike]
        if (code := differs(opened, certified, original, str(author.address))) is not None:
            found.blockers.append(code)
        if certified.partial:
            found.blockers.append("pec_partial")
        found.proved = None if found.blockers else "pec_valid"
        self._power(opened.at)
        self._attached(leaves)


def _by_sender(text: str, known: Known) -> Registered | None:
    try:
        return known.by_address(Address.parse(text), pec=True)
    except Malformed:
        return None
