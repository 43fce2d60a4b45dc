"""The letter about a list that the key on paper signed: what happens, from when it counts, how to object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

SUBJECT = (
    "{customer}: un elenco nuovo di chi può autorizzare attende · A new list of who may authorise is waiting"
)
TEXT_IT = """\
Il {announced}, a nome di {by}, è stato annunciato con la chiave di recupero su carta un elenco nuovo di chi può autorizzare collegamenti alle macchine di {customer}.

Vale dal {counts}, se nessuno si oppone. Ogni macchina conta le sue 72 ore da quando ne ha avuto notizia.

Se lo ha chiesto chi doveva, non c’è nulla da fare. Altrimenti ci si opponga prima di allora:

1. Dalla pagina, chi del cliente può autorizzare oggi: entri e firmi l’opposizione.
   {link}
2. A voce, con chi siede alle postazioni: dica di interrompere o negare i collegamenti che nessuno ha chiesto.
3. Su ogni macchina, chi la amministra: il comando qui sotto ferma lì l’elenco nuovo, anche senza il servizio del fornitore.
   verbale-agent revoke --approver {fingerprint}
"""
TEXT_EN = """\
On {announced}, in the name of {by}, a new list of who may authorise connections to the hosts of {customer} was announced with the recovery key on paper.

It counts from {counts}, unless somebody objects. Every host counts its own 72 hours from when it heard of it.

If it was asked by whoever should, there is nothing to do. Otherwise object before then:

1. On the page, whoever of the customer may authorise today: log in and sign the objection.
   {link}
2. By word, with whoever sits at the desks: tell them to interrupt or deny connections that nobody asked for.
3. On each host, whoever administers it: this command stops the new list there, also without the vendor's service.
   verbale-agent revoke --approver {fingerprint}
"""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """`by` is the name of who announced it; `fingerprint` the digits of his new key, as the signing page and hosts show them."""

    customer: str
    by: str
    announced: datetime
    counts: datetime
    fingerprint: str
    zone: str


def compose(facts: PaperFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). Names come from people: nothing in them can begin a header."""
    words = {
        "customer": one_line(facts.customer),
        "by": one_line(facts.by),
        "announced": _moment(facts.announced, facts.zone),
        "counts": _moment(facts.counts, facts.zone),
        "fingerprint": facts.fingerprint,
        "link": link,
    }
    text = f"{TEXT_IT.format(**words)}\n--\n\n{TEXT_EN.format(**words)}"
    return envelope.around(SUBJECT.format(**words), text).as_bytes()


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M (%Z)}"
