"""The letter about something that whoever sits at a machine reported from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

SUBJECT = "Segnalazione da {host} · Reported from {host}"
# Of a session, and of none.
ABOUT_IT = (
    "a proposito del collegamento di {technician} di {organisation}",
    "senza dire di quale collegamento",
)
ABOUT_EN = (
    "about the connection of {technician} of {organisation}",
    "without saying of which connection",
)
TEXT_IT = """\
Chi sta a {host} di {customer} ha premuto «Segnala», {about} (avviso ricevuto il {received}).

Se ha scritto una frase, la si legge nella pagina. Senta chi era alla macchina; una sessione ancora aperta si chiude da qui, o con «Interrompi» dalla macchina.

Il fatto è la riga {record} del registro, firmata dalla macchina, e un’eccezione del rapporto del mese.
{link}
"""
TEXT_EN = """\
Whoever sits at {host} of {customer} pressed “Segnala”, {about} (received on {received}).

If a sentence was written, it stands on the page. Ask whoever was at the machine; a session that is still open can be ended from here, or with “Interrompi” at the machine.

The fact is record {record} of the log, signed by the machine, and an exception of the month's report.
{link}
"""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """`technician` is empty where the report speaks of no session this broker knows."""

    customer: str
    host: str
    technician: str
    organisation: str
    received: datetime
    record: int
    zone: str


def compose(facts: DeskFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). Names come from people: nothing in them can begin a header."""
    words = {
        "customer": one_line(facts.customer),
        "host": one_line(facts.host),
        "received": f"{facts.received.astimezone(ZoneInfo(facts.zone)):%d/%m/%Y %H:%M (%Z)}",
        "record": facts.record,
        "link": link,
    }
    who = {"technician": one_line(facts.technician), "organisation": one_line(facts.organisation)}
    of_none = not who["technician"]
    about_it, about_en = ABOUT_IT[of_none].format(**who), ABOUT_EN[of_none].format(**who)
    text = f"{TEXT_IT.format(about=about_it, **words)}\n--\n\n{TEXT_EN.format(about=about_en, **words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()
