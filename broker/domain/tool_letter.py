"""The letter about a licensed tool that ran, or took a connection, outside any grant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

SUBJECT = "{host}: {tool} fuori da ogni autorizzazione · {tool} outside any authorisation"
RUNNING = ("{tool} è in uso su {host} di {customer}", "{tool} is running on {host} of {customer}")
CONNECTED = (
    "qualcuno si è collegato con {tool} a {host} di {customer}, così dice il registro di quel programma",
    "somebody connected with {tool} to {host} of {customer}, so that program’s own log says",
)
TEXT_IT = """\
L’agente di Verbale ha visto che {seen}, e nessuna sessione autorizzata lo spiega (avviso ricevuto il {received}).

Verbale non lo ha fermato: può averlo avviato chi lavora alla macchina. Chieda a chi la usa; se nessuno ne sa nulla, faccia chiudere il programma e scolleghi la macchina dalla rete.

Il fatto è la riga {record} del registro, firmata dalla macchina, e un’eccezione del rapporto del mese.
{link}
"""
TEXT_EN = """\
The agent of Verbale saw that {seen}, and no authorised session explains it (received on {received}).

Verbale did not stop it: whoever works at the machine may have started it. Ask those who use it; if nobody knows, have the program closed and the machine taken off the network.

The fact is record {record} of the log, signed by the machine, and an exception of the month's report.
{link}
"""


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """`tool` as the rules or the agent name it; `connected`: by the tool's own log somebody connected."""

    customer: str
    host: str
    tool: str
    connected: bool
    received: datetime
    record: int
    zone: str


def compose(facts: ToolFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). Names come from people and hosts: nothing in them can begin a header."""
    words = {
        "customer": one_line(facts.customer),
        "host": one_line(facts.host),
        "tool": one_line(facts.tool),
        "received": f"{facts.received.astimezone(ZoneInfo(facts.zone)):%d/%m/%Y %H:%M (%Z)}",
        "record": facts.record,
        "link": link,
    }
    seen_it, seen_en = (text.format(**words) for text in (CONNECTED if facts.connected else RUNNING))
    text = f"{TEXT_IT.format(seen=seen_it, **words)}\n--\n\n{TEXT_EN.format(seen=seen_en, **words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()
