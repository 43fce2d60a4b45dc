"""The digests a mail is known by: its bytes, and what makes a second copy of it the same mail (C-08)."""

from __future__ import annotations

from hashlib import sha256

_TAG = b"verbale/mail-replay/v1\n"


def mail_digest(raw: bytes) -> str:
    """SHA-256 of the bytes as they came: the name of the evidence."""
    return sha256(raw).hexdigest()


def replay_digest(message_id: bytes, body: bytes) -> str:
    """Of Message-ID and body: a copy that went another way has other trace headers, and the same of these.

    Line ends count as one kind, and those at the end of the body not at all, because mail servers change both.
    """
    lines = body.replace(b"\r\n", b"\n").rstrip(b"\n")
    return sha256(_TAG + sha256(message_id.strip()).digest() + sha256(lines).digest()).hexdigest()
