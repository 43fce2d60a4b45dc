"""Mails that came, and letters with receipts. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, TypedDict

from web.client.call import Calls, File


class MailAnswer(TypedDict):
    """A mail that came, as it was judged."""

    mail: str
    tenant: str
    # Its number in the log; null of a stranger's.
    record: int | None
    # In UTC, to the millisecond.
    came: str
    # `imap` or `lmtp`.
    way: str
    # SHA-256, in hex.
    sha256: str
    # Bytes.
    size: int
    # What kind of mail it is, by its code.
    transport: str
    # How much it proves: `E0` to `E4`.
    level: str
    # Whoever wrote it approved its request by passkey: both are E2.
    confirmed: bool
    # What was judged, by its code.
    code: str
    # Why, by codes.
    reasons: list[str]
    # Of whose it is known to be.
    person: str | None
    request: str | None
    incident: str | None
    state: Literal["bound", "open", "set_aside", "nothing"]


class LetterAnswer(TypedDict):
    """A letter that was sent, with its receipts."""

    letter: str
    tenant: str
    channel: str
    purpose: str
    # The number of the report it brings.
    about: str | None
    recipient: str
    person: str | None
    state: Literal[
        "waiting",
        "sending",
        "sent",
        "uncertain",
        "not_taken",
        "accepted",
        "late",
        "undelivered",
        "refused",
        "delivered",
    ]
    receipts: list[Literal["accepted", "late", "undelivered", "refused", "delivered"]]
    # In UTC, to the millisecond.
    made: str
    sent: str | None
    # A day has passed, and nobody knows how it ended.
    overdue: bool


class LeftMail(TypedDict):
    mailbox: str
    uid: int
    # By its code.
    why: str


class PostAnswer(TypedDict):
    """Newest first."""

    mails: list[MailAnswer]
    letters: list[LetterAnswer]
    # On their server still, and not recorded.
    left: list[LeftMail]
    # From which level on the caller's customer believes a mail.
    least: str | None
    # Whether mail is received here at all.
    receives: bool


class Least(TypedDict):
    # From which level on a mail is believed.
    least: str


class SenderAnswer(TypedDict):
    person: str
    # Whose DKIM signature counts for him.
    domain: str
    # His certified box.
    box: str
    # Its beginning alone.
    fiscal_code: str
    name: str
    role: str
    email: str


class SaidSender(TypedDict):
    """What is empty was not said."""

    person: str
    # Whose DKIM signature counts for him.
    domain: str
    # His certified box.
    box: str
    # Its beginning alone.
    fiscal_code: str


class MailReason(TypedDict):
    code: str
    it: str
    en: str


class MailAttachment(TypedDict):
    name: str
    # As the mail declares it.
    type: str
    # Bytes.
    size: int
    # As its first bytes say.
    sort: str
    # Opening it may run something.
    warns: bool


_MailWhole = TypedDict("_MailWhole", {"from": str})


class MailWhole(_MailWhole):
    mail: str
    tenant: str
    # Its number in the log; null of a stranger's.
    record: int | None
    # In UTC, to the millisecond.
    came: str
    # `imap` or `lmtp`.
    way: str
    # SHA-256, in hex.
    sha256: str
    # Bytes.
    size: int
    # What kind of mail it is, by its code.
    transport: str
    # How much it proves: `E0` to `E4`.
    level: str
    # Whoever wrote it approved its request by passkey: both are E2.
    confirmed: bool
    # What was judged, by its code.
    code: str
    # Why, by codes.
    reasons: list[str]
    # Of whose it is known to be.
    person: str | None
    request: str | None
    incident: str | None
    state: Literal["bound", "open", "set_aside", "nothing"]
    sentences: list[MailReason]
    to: str
    subject: str
    # As the mail writes it.
    date: str
    text: str
    # The text is HTML's source: there was no plain text.
    html_source: bool
    # Its form is not looked into.
    unread: bool
    attachments: list[MailAttachment]


class MailAside(TypedDict):
    mail: str


class Post:
    """Mails that came, and letters with receipts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> PostAnswer:
        """Mails and letters."""
        found: PostAnswer = self._calls.json("GET", "/api/post")
        return found

    def rules(self, *, least: str) -> Least:
        """The least proof that a customer wants of a mail."""
        found: Least = self._calls.json("PUT", "/api/post/rules", body={"least": least})
        return found

    def senders(self) -> builtins.list[SenderAnswer]:
        """Who of a customer may write, and by what he is known."""
        found: builtins.list[SenderAnswer] = self._calls.json("GET", "/api/post/senders")
        return found

    def know(
        self,
        *,
        person: str,
        domain: str | None = None,
        box: str | None = None,
        fiscal_code: str | None = None,
    ) -> SaidSender:
        """By what a person's mail is known."""
        found: SaidSender = self._calls.json(
            "PUT",
            "/api/post/senders/{person}",
            at={"person": person},
            body={"domain": domain, "box": box, "fiscal_code": fiscal_code},
        )
        return found

    def show(self, *, mail: str) -> MailWhole:
        """A mail, and what it proves."""
        found: MailWhole = self._calls.json("GET", "/api/post/mails/{mail}", at={"mail": mail})
        return found

    def raw(self, *, mail: str) -> File:
        """A mail's bytes as they came."""
        return self._calls.file("GET", "/api/post/mails/{mail}/raw", at={"mail": mail})

    def bind(self, *, mail: str, request: str) -> MailAnswer:
        """Say which request a mail is about."""
        found: MailAnswer = self._calls.json(
            "POST", "/api/post/mails/{mail}/binding", at={"mail": mail}, body={"request": request}
        )
        return found

    def report(self, *, mail: str, text: str) -> MailAnswer:
        """Make an incident of a mail."""
        found: MailAnswer = self._calls.json(
            "POST", "/api/post/mails/{mail}/incident", at={"mail": mail}, body={"text": text}
        )
        return found

    def aside(self, *, mail: str) -> MailAside:
        """Nothing is to be done about a mail."""
        found: MailAside = self._calls.json("POST", "/api/post/mails/{mail}/aside", at={"mail": mail})
        return found
