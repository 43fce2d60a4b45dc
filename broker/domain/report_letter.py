"""The letter that brings an issued report: attached where it is small, else with the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

MAX_ATTACHED_BYTES = 4 << 20  # what every mail server takes, also once it is base64

SUBJECT = "Rapporto {number} · Report {number}"
TEXT_IT = """\
{vendor} ha fatto il rapporto {number} sugli interventi presso {customer}, dal {first} al {last}.

{where_it} È firmato: la sua impronta SHA-256 è {digest}, la stessa che sta nel registro.

Se una voce non le risulta, la contesti dalla sua pagina: resta tutto com’è finché non la chiude lei.
"""
TEXT_EN = """\
{vendor} has made the report {number} on the sessions at {customer}, from {first} to {last}.

{where_en} It is signed: its SHA-256 is {digest}, the same that stands in the log.

Where an item is not as you know it, contest it on your page: everything stays as it is until you close that.
"""
_WHERE = {
    True: ("È unito a questa lettera.", "It is attached to this letter."),
    False: (
        "È troppo grande per una lettera: lo scarica qui sotto.",
        "It is too large for a letter: fetch it below.",
    ),
}


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """`pdf` is None where it is too large; `digest` is of the PDF, in hex."""

    number: str
    customer: str
    vendor: str
    first: date
    last: date
    digest: str
    pdf: bytes | None
    link: str


def compose(facts: ReportFacts, envelope: Envelope) -> bytes:
    """The whole message (RFC 5322)."""
    where_it, where_en = _WHERE[facts.pdf is not None]
    words = {
        "number": facts.number,
        "customer": one_line(facts.customer),
        "vendor": one_line(facts.vendor),
        "first": f"{facts.first:%d/%m/%Y}",
        "last": f"{facts.last:%d/%m/%Y}",
        "digest": facts.digest,
        "where_it": where_it,
        "where_en": where_en,
    }
    link = f"{facts.link}\n"
    text = f"{TEXT_IT.format(**words)}\n{link}\n--\n\n{TEXT_EN.format(**words)}\n{link}"
    message = envelope.around(SUBJECT.format(**words), text)
    if facts.pdf is not None:
        name = f"{facts.number}.pdf"
        message.add_attachment(facts.pdf, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()
