"""The record of a received mail and what is sealed beside it (FORMAT.md §16)."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Digest, Id, Instant
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class MailReceived(Record):
    """A mail came, and what it proves by itself. `came` is when; the leaf's `time` is when it was recorded.

    `digest` and `size` are of the raw bytes, `replay` is `mail_evidence.digests.replay_digest`; `level`
    (`e0` … `e4`), `code` and `transport` are words of `mail_evidence.codes`. `person` is the registered
    sender, where there is one. `sealed`: Message-ID, sender, subject, how it came, and what was known of the
    customer when it was judged.
    """

    KIND, CODE, IT, EN = "mail.received", "R450", "Messaggio ricevuto", "Mail received"
    RETAIN = "authorisation"
    EVIDENCE = ("mail", "dns")
    SEALED = "must"
    mail: Id
    came: Instant
    digest: Digest
    replay: Digest
    size: int
    transport: Code
    level: Code
    code: Code
    person: Id | None = None
