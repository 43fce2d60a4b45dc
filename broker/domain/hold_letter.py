"""The letter on the day by which a hold on erasure was to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from broker.domain.erasing import Hold
from broker.domain.letters import one_line

BEGINS = timedelta(hours=7)  # of that day, in the customer's own morning

SUBJECT = "Sospensione della cancellazione da rivedere · Hold on erasure to be reviewed"
TEXT_IT = """\
Oggi, {day}, va rivista la sospensione {hold} presso {customer}: {what_it}. Finché c’è, nulla di ciò che tiene si cancella, nemmeno a termine.

Se il motivo è finito la tolga; se dura, la tolga e ne metta una nuova con una nuova data.
"""
TEXT_EN = """\
Today, {day}, the hold {hold} of {customer} is to be reviewed: {what_en}. While it stands, nothing that it keeps is erased, not even at its term.

If its reason has ended, lift it; if it lasts, lift it and place a new one with a new date.
"""


@dataclass(frozen=True, slots=True)
class HoldFacts:
    customer: str
    hold: Hold
    link: str


def to_review(hold: Hold, at: datetime, zone: str) -> bool:
    """From the morning of its day on."""
    today: date = (at.astimezone(ZoneInfo(zone)) - BEGINS).date()
    return today >= hold.review


def compose(facts: HoldFacts, *, to: Address, sender: str, message_id: str, at: datetime) -> bytes:
    """The whole message (RFC 5322)."""
    hold, everything = facts.hold, facts.hold.request is None
    words = {
        "day": f"{hold.review:%d/%m/%Y}",
        "hold": hold.id,
        "customer": one_line(facts.customer),
        "what_it": "tutto è tenuto" if everything else f"richiesta {hold.request}",
        "what_en": "everything is kept" if everything else f"request {hold.request}",
    }
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Verbale", addr_spec=sender)
    message["To"] = to
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Subject"] = SUBJECT
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
    link = f"{facts.link}\n"
    message.set_content(f"{TEXT_IT.format(**words)}\n{link}\n--\n\n{TEXT_EN.format(**words)}\n{link}")
    return message.as_bytes()
