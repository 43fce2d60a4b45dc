"""The letter on the day by which a hold on erasure was to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from broker.domain.envelope import Envelope
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


def compose(facts: HoldFacts, envelope: Envelope) -> bytes:
    """The whole message (RFC 5322)."""
    hold, everything = facts.hold, facts.hold.request is None
    words = {
        "day": f"{hold.review:%d/%m/%Y}",
        "hold": hold.id,
        "customer": one_line(facts.customer),
        "what_it": "tutto è tenuto" if everything else f"richiesta {hold.request}",
        "what_en": "everything is kept" if everything else f"request {hold.request}",
    }
    link = f"{facts.link}\n"
    text = f"{TEXT_IT.format(**words)}\n{link}\n--\n\n{TEXT_EN.format(**words)}\n{link}"
    return envelope.around(SUBJECT, text).as_bytes()
