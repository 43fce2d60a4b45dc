"""What operations on the post answer. Whatever a mail says is a stranger's words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from broker.api.answers import Instant, Sha256
from broker.domain import dispatch
from broker.domain.received_mail import State


class MailAnswer(TypedDict):
    """A mail that came, as it was judged."""

    mail: Annotated[str, Field(examples=["m-1a2b3c4d"])]
    tenant: str
    record: Annotated[int | None, Field(description="Its number in the log; null of a stranger's.")]
    came: Instant
    way: Annotated[str, Field(description="`imap` or `lmtp`.")]
    sha256: Sha256
    size: Annotated[int, Field(description="Bytes.")]
    transport: Annotated[str, Field(description="What kind of mail it is, by its code.")]
    level: Annotated[str, Field(description="How much it proves: `e0` to `e4`.")]
    confirmed: Annotated[
        bool, Field(description="Whoever wrote it approved its request by passkey: both together are e2.")
    ]
    code: Annotated[str, Field(description="What was judged, by its code.")]
    reasons: Annotated[list[str], Field(description="Why, by codes.")]
    person: Annotated[str | None, Field(description="Of whose it is known to be.")]
    request: str | None
    incident: str | None
    state: State


class MailReason(TypedDict):
    code: str
    it: str
    en: str


class MailAttachment(TypedDict):
    name: str
    type: Annotated[str, Field(description="As the mail declares it.")]
    size: Annotated[int, Field(description="Bytes.")]
    sort: Annotated[str, Field(description="As its first bytes say.")]
    warns: Annotated[bool, Field(description="Opening it may run something.")]


# A word of the language, so no class can be written of it.
_From = TypedDict("_From", {"from": str})


class MailWhole(MailAnswer, _From):
    sentences: list[MailReason]
    to: str
    subject: str
    date: Annotated[str, Field(description="As the mail writes it.")]
    text: str
    html_source: Annotated[bool, Field(description="The text is HTML's source: there was no plain text.")]
    unread: Annotated[bool, Field(description="Its form is not looked into.")]
    attachments: list[MailAttachment]


class LetterAnswer(TypedDict):
    """A letter that was sent, with its receipts."""

    letter: str
    tenant: str
    channel: str
    purpose: str
    about: Annotated[str | None, Field(description="The number of the report it brings.")]
    recipient: str
    person: str | None
    state: dispatch.State
    receipts: list[dispatch.Certified]
    made: Instant
    sent: Instant | None
    overdue: Annotated[bool, Field(description="A day has passed, and nobody knows how it ended.")]


class LeftMail(TypedDict):
    mailbox: str
    uid: int
    why: Annotated[str, Field(description="By its code.")]


class PostAnswer(TypedDict):
    """Newest first."""

    mails: list[MailAnswer]
    letters: list[LetterAnswer]
    left: Annotated[list[LeftMail], Field(description="On their server still, and not recorded.")]
    least: Annotated[
        str | None, Field(description="From which level on the caller's customer believes a mail.")
    ]
    receives: Annotated[bool, Field(description="Whether mail is received here at all.")]


class Least(TypedDict):
    least: Annotated[str, Field(description="From which level on a mail is believed.", examples=["e1"])]


class SaidSender(TypedDict):
    """What is empty was not said."""

    person: str
    domain: Annotated[str, Field(description="Whose DKIM signature counts for him.")]
    box: Annotated[str, Field(description="His certified box.")]
    fiscal_code: Annotated[str, Field(description="Its beginning alone.")]


class SenderAnswer(SaidSender):
    name: str
    role: str
    email: str


class MailAside(TypedDict):
    mail: str
