"""What a letter with receipts consists of, and its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

MAX_BYTES = 25 * 1024 * 1024  # before its transport encoding adds a third: providers take 30 MB and more


@dataclass(frozen=True, slots=True)
class Attachment:
    """`type` as ``application/pdf``."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` in Italian, then English. `person`: whom it is for, where that is a person of the customer's."""

    purpose: str  # a code: report | notice
    recipient: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    person: str | None = None

    @property
    def size(self) -> int:
        """Bytes of text and attachments."""
        return len(self.text.encode()) + sum(len(one.data) for one in self.attachments)


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The whole message (RFC 5322)."""
    message = envelope.around(one_line(letter.subject), letter.text)
    for one in letter.attachments:
        kind, _, sort = one.type.partition("/")
        message.add_attachment(one.data, maintype=kind, subtype=sort, filename=one_line(one.name))
    return message.as_bytes()


def to(letter: Letter) -> Address:
    """The recipient as a header has it: a certified box, without anybody's name."""
    return Address(addr_spec=letter.recipient)
