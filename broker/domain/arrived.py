"""A mail as it came, before anybody judged it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOST_LEFT_TRIES = 1000  # hourly: some six weeks; a server keeps a mail longer, and it is named on the page


@dataclass(frozen=True, slots=True)
class Arrived:
    """`raw` are the bytes as the server gave them, nothing changed. `came` is when the server took it.

    Sender and recipients are those of the envelope, where the way in has one; they prove nothing.
    """

    raw: bytes
    came: datetime
    way: str  # imap | lmtp
    mail_from: str = ""
    recipients: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a mailbox a mail lies (RFC 9051 §2.3.1.1): `uid` means something under this `validity` only."""

    mailbox: str
    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every mail of the mailbox up to `uid` was dealt with. Up to `again` the mailbox is being read once more,
    because its numbers changed: what is known by its bytes is no second mail."""

    mailbox: str
    validity: int
    uid: int
    again: int


@dataclass(frozen=True, slots=True)
class Left:
    """A mail that could not be recorded, and lies on the server still."""

    place: Place
    why: str  # a code
    tries: int
    due: datetime
