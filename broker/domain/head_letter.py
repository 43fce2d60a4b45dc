"""The weekly letter with the log's head: what the titolare keeps, so that nobody can change what was before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

BEGINS = timedelta(hours=7)  # of Monday, in the customer's own morning: then his week begins

SUBJECT = "Testa del registro di {customer}, {size} registrazioni · Head of the log, {size} records"
TEXT_IT = """\
Questa è la testa del registro di {customer}: {size} registrazioni, il {day}.

La conservi (basta questa lettera in una cartella sua): chi la possiede si accorge se qualcuno, il fornitore compreso, cambia, toglie o retrodata ciò che era registrato fin qui. Per controllare un pacchetto mensile contro la testa unita a questa lettera:

    verbale-verify PACCHETTO.zip --trust trust.json --head {file}
"""
TEXT_EN = """\
This is the head of the log of {customer}: {size} records, on {day}.

Keep it (this letter in a folder of its own is enough): whoever has it notices if anybody, the vendor included, changes, removes or back-dates what was recorded so far. To check a monthly bundle against the head attached to this letter:

    verbale-verify BUNDLE.zip --trust trust.json --head {file}
"""


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """`shown` is the head with the log's own signature, as text; `note` with those of its witnesses too."""

    customer: str
    size: int
    shown: str
    note: bytes
    zone: str


def week_of(at: datetime, zone: str) -> str:
    """``2026-W48``: the customer's local week (ISO 8601), which begins on Monday at seven; sorts as text."""
    year, week, _ = (at.astimezone(ZoneInfo(zone)) - BEGINS).isocalendar()
    return f"{year:04d}-W{week:02d}"


def compose(facts: HeadFacts, envelope: Envelope) -> bytes:
    """The whole message (RFC 5322), the note attached as bytes that no mail program re-words."""
    file = f"testa-{facts.size}.note"
    day = f"{envelope.at.astimezone(ZoneInfo(facts.zone)):%d/%m/%Y %H:%M (%Z)}"
    words = {"customer": one_line(facts.customer), "size": facts.size, "day": day, "file": file}
    text = f"{TEXT_IT.format(**words)}\n{facts.shown}\n--\n\n{TEXT_EN.format(**words)}\n{facts.shown}"
    message = envelope.around(SUBJECT.format(**words), text)
    message.add_attachment(facts.note, maintype="application", subtype="octet-stream", filename=file)
    return message.as_bytes()
