"""Letters about a mail that came, and about letters of ours: what it is, and where it can be read; never its text."""

from __future__ import annotations

from dataclasses import dataclass

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line


@dataclass(frozen=True, slots=True)
class PostFacts:
    """`sender` is the registered person's name, `request` empty where the mail is about none; `code` without
    brackets, empty where the reader could not answer with it."""

    customer: str
    sender: str
    request: str
    code: str


# Subject and sentence, Italian and English. None of them asks for anything but to open a page and read.
_LETTERS: dict[str, tuple[str, str, str, str]] = {
    "mail_confirm": (
        "La sua mail sulla richiesta {request} è arrivata: confermi con la passkey",
        (
            "La sua mail è arrivata ed è legata alla richiesta {request}. Una mail da sola non autorizza nessuno: "
            "per autorizzare apra la pagina, legga che cosa si chiede e firmi con la sua passkey, anche dal telefono. "
            "Se non è stata lei a scrivere, apra la pagina e rifiuti la richiesta."
        ),
        "Your mail about request {request} came: confirm with your passkey",
        (
            "Your mail came and is bound to request {request}. A mail alone authorises nobody: to authorise, open the "
            "page, read what is asked for and sign with your passkey, from a phone too. If it was not you who wrote, "
            "open the page and refuse the request."
        ),
    ),
    "mail_came": (
        "Mail di {customer} sulla richiesta {request}",
        (
            "È arrivata una mail legata alla richiesta {request} di {customer}. Finché chi autorizza non firma con la "
            "sua passkey, nessuno può collegarsi. Chi l’ha scritta, da quanto risulta, si vede nella pagina."
        ),
        "Mail of {customer} about request {request}",
        (
            "A mail bound to request {request} of {customer} came. Until an approver signs with a passkey, nobody can "
            "connect. Who wrote it, as far as is known, is on the page."
        ),
    ),
    "ads_wrote": (
        "Copia per lei: mail dell’ADS {sender}",
        (
            "{sender}, che agisce per sua delega, ha scritto al fornitore. Lei non deve fare nulla: la copia della mail, "
            "con quello che ne risulta provato, è nella pagina."
        ),
        "Copy for you: mail of the ADS {sender}",
        (
            "{sender}, who acts by your delegation, wrote to the vendor. There is nothing for you to do: the copy of the "
            "mail, with what it proves, is on the page."
        ),
    ),
    "ads_without_delegation": (
        "Mail di {sender} senza una delega che valga",
        (
            "{sender} ha scritto al fornitore, ma la sua delega è finita o non c’è: la mail non conta come parola di "
            "{customer}. Se vuole che possa agire per lei, gli dia una nuova delega dalla pagina «Deleghe»."
        ),
        "Mail of {sender} without a delegation that holds",
        (
            "{sender} wrote to the vendor, but that delegation has ended or does not exist: the mail does not count as the "
            "word of {customer}. To let them act for you, give a new delegation on the page “Delegations”."
        ),
    ),
    "letter_failed": (
        "Una lettera con ricevuta per {customer} non risulta consegnata",
        (
            "Una lettera con ricevuta per {customer} non è stata consegnata, o da più di un giorno non se ne sa l’esito. "
            "Non si rispedisce da sola: veda nella pagina «Posta» a che punto è, e decida."
        ),
        "A letter with receipts for {customer} is not shown as delivered",
        (
            "A letter with receipts for {customer} was not delivered, or for more than a day nobody knows what became of "
            "it. It is not sent again by itself: see on the page “Post” where it is, and decide."
        ),
    ),
}
KINDS = tuple(_LETTERS)
OF_OURS = "letter_failed"  # about a letter that went out, not a mail that came
_FOOT_IT = "Questo collegamento apre la pagina; da solo non autorizza nulla."
_FOOT_EN = "This link opens the page; by itself it authorises nothing."


def compose(kind: str, facts: PostFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). Names come from people: nothing in them can begin a header."""
    words = {name: one_line(getattr(facts, name)) for name in ("customer", "sender", "request")}
    subject_it, text_it, subject_en, text_en = (part.format(**words) for part in _LETTERS[kind])
    subject = f"{subject_it} · {subject_en}"
    if facts.code:
        subject += f" [{facts.code}]"
    text = f"{text_it}\n\n{link}\n{_FOOT_IT}\n\n--\n\n{text_en}\n\n{link}\n{_FOOT_EN}\n"
    return envelope.around(subject, text).as_bytes()
