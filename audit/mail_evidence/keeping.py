"""What is kept of a judged mail: the record's fields, its opening and its evidence (FORMAT.md §16)."""

from __future__ import annotations

from dataclasses import dataclass

from audit import instant
from audit.canonical import Value
from audit.mail_evidence.digests import mail_digest
from audit.mail_evidence.dns import DnsSnapshot
from audit.mail_evidence.judgement import Envelope, Judgement
from audit.mail_evidence.known import Known
from audit.mail_record import MailReceived
from audit.record import EvidenceKind

MAX_SHOWN = 1000  # signs of a header that is kept beside the mail; all of it is in the mail


@dataclass(frozen=True, slots=True)
class Kept:
    """To be appended as one: `record`, `opening` sealed beside it, `evidence` as (kind, bytes)."""

    record: MailReceived
    opening: dict[str, Value]
    evidence: tuple[tuple[EvidenceKind, bytes], ...]


def kept(
    mail: str, raw: bytes, envelope: Envelope, dns: DnsSnapshot, known: Known, judgement: Judgement
) -> Kept:
    """`mail` is its id in the log."""
    claims, sender = judgement.claims, judgement.sender
    opening: dict[str, Value] = {
        "message_id": claims.message_id[:MAX_SHOWN],
        "sender": claims.sender[:MAX_SHOWN],
        "subject": claims.subject[:MAX_SHOWN],
        "mail_from": envelope.mail_from[:MAX_SHOWN],
        "recipients": [one[:MAX_SHOWN] for one in envelope.recipients[:100]],
        "source": envelope.source[:MAX_SHOWN],
        "known": known.narrowed(judgement.anchors).to_value(),
    }
    record = MailReceived(
        mail, instant.to_text(envelope.received), mail_digest(raw), claims.replay, len(raw),
        judgement.transport.value, judgement.level.code, judgement.code, None if sender is None else sender.person,
    )  # fmt: skip
    return Kept(record, opening, (("mail", raw), ("dns", dns.encode())))
