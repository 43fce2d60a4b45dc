"""The information of art. 13 GDPR about one session, for whoever sits at the assisted machine. Pure.

Made of what the order and the customer's signed rules say; `own` is what the customer himself adds
(``privacy.txt`` in the agent's state folder): whom to write to, his own legal basis.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from agent.desk_words import chosen
from agent.language import Language
from agent.notice import MAX_LINE, Notice, plain
from agent.wire.refusals import Sentence
from audit.policy import Policy
from audit.record import RetainClass
from audit.terms import months

FILE = "privacy.txt"
MAX_OWN_BYTES = 8 * 1024
MAX_OWN_LINES = 40
VERSION = 1  # of the sentences below
TITLE = Sentence(
    "Informativa sul trattamento dei dati (art. 13 del Regolamento UE 2016/679)",
    "Privacy notice: how data are processed (Article 13 of Regulation (EU) 2016/679)",
)
_TERMS: tuple[tuple[Sentence, RetainClass], ...] = (
    (Sentence("nomi negli accessi e segnalazioni", "names in accesses, and reports from the desk"), "access"),
    (Sentence("testi della richiesta", "texts of the request"), "authorisation"),
    (Sentence("comandi, nomi dei file e note finali", "commands, names of files and closing notes"), "log"),
    (Sentence("registrazioni, se ce ne sono", "recordings, if there are any"), "recording"),
)
_SAID: dict[str, Sentence] = {
    "customer": Sentence("chi amministra questo computer", "whoever administers this computer"),
    "vendor": Sentence("il fornitore che si collega", "the vendor who connects"),
    "technician": Sentence("il tecnico", "the technician"),
    "months": Sentence("{what}: {count} mesi", "{what}: {count} months"),
    "who": Sentence("Chi tratta i dati", "Who processes the data"),
    "controller": Sentence("Titolare: {customer}.", "Titolare (the data controller): {customer}."),
    "processor": Sentence(
        "Responsabile, per conto del titolare (art. 28): {vendor}.",
        "Processor, on behalf of the titolare (art. 28): {vendor}.",
    ),
    "why": Sentence("Perché", "Why"),
    "assistance": Sentence("Assistenza a questo computer{incident}.", "Assistance to this computer{incident}."),
    "instruction": Sentence(
        "Il collegamento è un’istruzione del titolare: l’ha autorizzato {by}.",
        "The connection is an instruction of the titolare: it was authorised by {by}.",
    ),
    "no_basis": Sentence(
        "«Consenti collegamento» riguarda solo il collegamento: non è la base del trattamento.",
        "“Allow connection” is about the connection alone: it is not the legal basis of the processing.",
    ),
    "can": Sentence("Che cosa può fare {technician}", "What {technician} can do"),
    "written": Sentence("Che cosa resta scritto", "What stays on record"),
    "facts": Sentence(
        "Nel registro del titolare: chi si collega, chi ha autorizzato, chi guarda, inizio, pause e fine, quali canali e "
        "quanto vi è passato, i comandi singoli, i file passati per nome e impronta, se a questo computer qualcuno ha "
        "risposto, e ciò che da qui si segnala.",
        "In the titolare’s records: who connects, who authorised, who watches, start, pauses and end, which channels and "
        "how much passed there, single commands, the files that passed by name and fingerprint, whether somebody "
        "answered at this computer, and what is reported from here.",
    ),
    "nameless": Sentence(
        "Chi siede a questo computer non vi compare per nome.",
        "Whoever sits at this computer does not stand there by name.",
    ),
    "how_long": Sentence("Per quanto", "For how long"),
    "erased": Sentence("Poi i testi si cancellano da soli.", "After that the texts are erased by themselves."),
    "readers": Sentence("Chi legge", "Who reads it"),
    "reads": Sentence(
        "{customer}, con i suoi amministratori e il suo revisore; {vendor}, per questo lavoro.",
        "{customer}, with its administrators and its auditor; {vendor}, for this work.",
    ),
    "rights": Sentence("I suoi diritti", "Your rights"),
    "ask": Sentence(
        "Può chiedere al titolare accesso, rettifica, cancellazione e limitazione, e opporsi (artt. 15–21).",
        "You may ask the titolare for access, rectification, erasure and restriction, and object (arts. 15–21).",
    ),
    "complain": Sentence(
        "Può presentare reclamo al Garante per la protezione dei dati personali (garanteprivacy.it, art. 77).",
        "You may lodge a complaint with the Italian data protection authority (garanteprivacy.it, art. 77).",
    ),
    "to_whom": Sentence("A chi rivolgersi", "Whom to turn to"),
    "turn_to": Sentence("A {customer}, o a chi ha autorizzato: {by}.", "{customer}, or whoever authorised: {by}."),
    "unrecorded": Sentence("Nessuna registrazione.", "Not recorded."),
    "answers": Sentence(
        "Si registra ciò che i comandi rispondono, con i segreti coperti per quanto se ne conosce la forma.",
        "What commands answer is recorded, with secrets covered as far as their form is known.",
    ),
    "screen": Sentence(
        "Si registra lo schermo così come appare: nulla vi è coperto.",
        "The screen is recorded as it appears: nothing on it is covered.",
    ),
    "no_keys": Sentence("I tasti battuti no.", "Keys that are typed are not."),
    "version": Sentence(
        "Regole del titolare n. {number}, testo {version}.", "The titolare’s rules no. {number}, text {version}."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    title: str
    lines: tuple[str, ...]


def own_lines(data: bytes) -> tuple[str, ...]:
    """What the customer added, as it may be shown: bounded, no control signs, no empty lines."""
    text = data[:MAX_OWN_BYTES].decode("utf-8", "replace")
    lines = (plain(line, MAX_LINE) for line in text.splitlines()[:MAX_OWN_LINES])
    return tuple(line for line in lines if line)


def paragraphs(
    notice: Notice, policy: Policy, own: tuple[str, ...] = (), language: Language = "it"
) -> tuple[Paragraph, ...]:
    """In the order of reading."""
    customer = notice.customer or _say("customer", language)
    vendor = notice.organisation or _say("vendor", language)
    technician = notice.technician or _say("technician", language)
    say = partial(
        _say, language=language, customer=customer, vendor=vendor, technician=technician,
        by=notice.by(language), incident=f": {notice.incident}" if notice.incident else "",
    )  # fmt: skip
    chosen_terms = dict(policy.retention)
    terms = "; ".join(
        say("months", what=chosen(what, language), count=months(kind, chosen_terms)) for what, kind in _TERMS
    )
    found = [
        Paragraph(say("who"), (say("controller"), say("processor"))),
        Paragraph(say("why"), (say("assistance"), say("instruction"), say("no_basis"))),
        Paragraph(say("can"), notice.allowed(language)),
        Paragraph(
            say("written"),
            (say("facts"), say("nameless"), *(say(kept) for kept in _kept(notice))),
        ),
        Paragraph(say("how_long"), (f"{terms.capitalize()}. {say('erased')}",)),
        Paragraph(say("readers"), (say("reads"),)),
        Paragraph(say("rights"), (say("ask"), say("complain"))),
        Paragraph(say("to_whom"), own or (say("turn_to"),)),
    ]
    return tuple(one for one in found if one.lines)


def _kept(notice: Notice) -> tuple[str, ...]:
    if not notice.recording:
        return ("unrecorded",)
    return ("answers", *(("screen",) if notice.screen else ()), "no_keys")


def _say(code: str, language: Language, **facts: object) -> str:
    return chosen(_SAID[code], language).format(**facts)


def text(notice: Notice, policy: Policy, own: tuple[str, ...] = (), language: Language = "it") -> str:
    """As lines: a paragraph's title ends in a colon, what it says begins with a dash."""
    lines = [chosen(TITLE, language)]
    for one in paragraphs(notice, policy, own, language):
        lines += [f"{one.title}:", *(f"- {line}" for line in one.lines)]
    lines.append(_say("version", language, number=policy.number, version=VERSION))
    return "\n".join(lines)
