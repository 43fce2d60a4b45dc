"""The information of art. 13 GDPR about one session, for whoever sits at the assisted machine. Pure.

Made of what the order and the customer's signed rules say; `own` is what the customer himself adds
(``privacy.txt`` in the agent's state folder): whom to write to, his own legal basis.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.notice import MAX_LINE, Notice, plain
from audit.policy import Policy
from audit.record import RetainClass
from audit.terms import months

FILE = "privacy.txt"
MAX_OWN_BYTES = 8 * 1024
MAX_OWN_LINES = 40
VERSION = 1  # of the sentences below
TITLE = "Informativa sul trattamento dei dati (art. 13 del Regolamento UE 2016/679)"
_TERMS: tuple[tuple[str, RetainClass], ...] = (
    ("nomi negli accessi e segnalazioni", "access"),
    ("testi della richiesta", "authorisation"),
    ("comandi, nomi dei file e note finali", "log"),
    ("registrazioni, se ce ne sono", "recording"),
)
_WRITTEN = (
    "Nel registro del titolare: chi si collega, chi ha autorizzato, chi guarda, inizio, pause e fine, quali canali e "
    "quanto vi è passato, i comandi singoli, i file passati per nome e impronta, se a questo computer qualcuno ha "
    "risposto, e ciò che da qui si segnala."
)
_RIGHTS = "Può chiedere al titolare accesso, rettifica, cancellazione e limitazione, e opporsi (artt. 15–21)."
_COMPLAINT = (
    "Può presentare reclamo al Garante per la protezione dei dati personali (garanteprivacy.it, art. 77)."
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    title: str
    lines: tuple[str, ...]


def own_lines(data: bytes) -> tuple[str, ...]:
    """What the customer added, as it may be shown: bounded, no control signs, no empty lines."""
    text = data[:MAX_OWN_BYTES].decode("utf-8", "replace")
    lines = (plain(line, MAX_LINE) for line in text.splitlines()[:MAX_OWN_LINES])
    return tuple(line for line in lines if line)


def paragraphs(notice: Notice, policy: Policy, own: tuple[str, ...] = ()) -> tuple[Paragraph, ...]:
    """In the order of reading."""
    customer = notice.customer or "chi amministra questo computer"
    vendor = notice.organisation or "il fornitore che si collega"
    chosen = dict(policy.retention)
    terms = [f"{what}: {months(kind, chosen)} mesi" for what, kind in _TERMS]
    found = [
        Paragraph(
            "Chi tratta i dati",
            (f"Titolare: {customer}.", f"Responsabile, per conto del titolare (art. 28): {vendor}."),
        ),
        Paragraph(
            "Perché",
            (
                f"Assistenza a questo computer{f': {notice.incident}' if notice.incident else ''}.",
                f"Il collegamento è un’istruzione del titolare: l’ha autorizzato {notice.by()}.",
                "«Consenti collegamento» riguarda solo il collegamento: non è la base del trattamento.",
            ),
        ),
        Paragraph(f"Che cosa può fare {notice.technician or 'il tecnico'}", notice.may),
        Paragraph(
            "Che cosa resta scritto",
            (
                _WRITTEN,
                "Chi siede a questo computer non vi compare per nome.",
                *_kept(notice),
            ),
        ),
        Paragraph("Per quanto", ("; ".join(terms).capitalize() + ". Poi i testi si cancellano da soli.",)),
        Paragraph(
            "Chi legge",
            (f"{customer}, con i suoi amministratori e il suo revisore; {vendor}, per questo lavoro.",),
        ),
        Paragraph(
            "I suoi diritti",
            (_RIGHTS, _COMPLAINT),
        ),
        Paragraph("A chi rivolgersi", own or (f"A {customer}, o a chi ha autorizzato: {notice.by()}.",)),
    ]
    return tuple(one for one in found if one.lines)


def _kept(notice: Notice) -> tuple[str, ...]:
    if not notice.recording:
        return ("Nessuna registrazione.",)
    answers = (
        "Si registra ciò che i comandi rispondono, con i segreti coperti per quanto se ne conosce la forma."
    )
    screen = "Si registra lo schermo così come appare: nulla vi è coperto."
    return (answers, *((screen,) if notice.screen else ()), "I tasti battuti no.")


def text(notice: Notice, policy: Policy, own: tuple[str, ...] = ()) -> str:
    """As lines: a paragraph's title ends in a colon, what it says begins with a dash."""
    lines = [TITLE]
    for one in paragraphs(notice, policy, own):
        lines += [f"{one.title}:", *(f"- {line}" for line in one.lines)]
    lines.append(f"Regole del titolare n. {policy.number}, testo {VERSION}.")
    return "\n".join(lines)
