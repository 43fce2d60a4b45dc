"""Letters about the vendor's programs: a solution is out, a customisation waits to be tested, its days are over.

They name program and version, and lead to the page; what a defect is stands there alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line

ProgramLetter = Literal["solved", "testing", "expired", "malfunction"]

_SUBJECTS: dict[ProgramLetter, str] = {
    "solved": "{customer}: c’è la soluzione di {about} · The solution is out",
    "testing": "{customer}: collaudo di {program} fino al {until} · Acceptance test",
    "expired": "{customer}: collaudo di {program} scaduto · Acceptance test over",
    "malfunction": "{customer}: rapporto di malfunzionamento su {program} · Malfunction report",
}
_TEXTS: dict[ProgramLetter, tuple[str, str]] = {
    "solved": (
        "Di {about}, di cui conosce il rimedio temporaneo, c’è la soluzione: {program}. Che cosa cambia si legge qui:",
        "{about}, whose temporary remedy you know, is solved by {program}. What changes is here:",
    ),
    "testing": (
        (
            "La personalizzazione {program} è in collaudo fino alle 24 del {until}. Se qualcosa non va, dalla pagina si invia un "
            "rapporto di malfunzionamento: completo, passa davanti alla coda. Se tutto va, si preme «Collaudo superato»:"
        ),
        (
            "The customisation {program} is to be tested until midnight of {until}. If something is wrong, send a malfunction "
            "report from the page: a whole one goes ahead of the queue. If all is well, press “Acceptance passed”:"
        ),
    ),
    "expired": (
        (
            "I quindici giorni per il collaudo della personalizzazione {program} sono finiti il {until}. Il contratto non cambia: "
            "{vendor} La contatterà. La pagina:"
        ),
        (
            "The fifteen days to test the customisation {program} ended on {until}. The contract does not change: {vendor} will "
            "get in touch. The page:"
        ),
    ),
    "malfunction": (
        (
            "{customer} ha inviato un rapporto di malfunzionamento sulla personalizzazione {program}, che è in collaudo. "
            "L’incidente {about}:"
        ),
        "{customer} sent a malfunction report on the customisation {program}, which is being tested. Incident {about}:",
    ),
}


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """`about` is a defect's or an incident's number; `program` names product and version; `until` is a window's
    last local day."""

    customer: str
    vendor: str
    program: str
    about: str = ""
    until: date | None = None


def compose(letter: ProgramLetter, facts: ProgramFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). Names come from people: nothing in them can begin a header."""
    words = {
        "customer": one_line(facts.customer),
        "vendor": one_line(facts.vendor),
        "program": one_line(facts.program),
        "about": one_line(facts.about),
        "until": "" if facts.until is None else f"{facts.until:%d/%m/%Y}",
    }
    it, en = (text.format(**words) for text in _TEXTS[letter])
    body = f"{it}\n{link}\n\n--\n\n{en}\n{link}\n"
    return envelope.around(_SUBJECTS[letter].format(**words), body).as_bytes()
