"""What every letter bears beside its words: from whom to whom, when, and the marks of a machine's mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """`sender` is a plain address; `message_id` with its angle brackets (RFC 5322 §3.6.4), the same at each attempt."""

    to: Address
    sender: str
    message_id: str
    at: datetime

    def around(self, subject: str, text: str) -> EmailMessage:
        """A plain-text message. Neither text may come from people unless it was made `one_line`."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address("Verbale", addr_spec=self.sender)
        message["To"] = self.to
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = self.message_id
        message["Subject"] = subject
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
        message.set_content(text)
        return message
