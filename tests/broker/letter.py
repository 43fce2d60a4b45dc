"""A letter as its reader has it."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage


def read(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def said(mail: EmailMessage) -> str:
    """Its words, whatever is attached."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
