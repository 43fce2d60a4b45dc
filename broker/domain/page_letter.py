"""Letters that lead to a page and say nothing of what stands there: a word in a contest, a question about a request and
its answer, mail to be read, why nobody can intervene yet, that the approvers are asked once more, that somebody asked
about a plan, the clean-up of a school year."""

from __future__ import annotations

from dataclasses import dataclass

from broker.domain.envelope import Envelope
from broker.domain.letters import one_line


@dataclass(frozen=True, slots=True)
class PageFacts:
    """`writer` is whose act it tells of, `about` a number that names the thing, `count` how many wait, `day` by
    when it is due."""

    customer: str
    writer: str
    about: str
    count: int
    day: str = ""


# Subject and sentence, Italian and English. None of them asks for anything but to open a page and read.
_LETTERS: dict[str, tuple[str, str, str, str]] = {
    "contest_word": (
        "Contestazione {about}: una nuova parola",
        "{writer} ha scritto nella contestazione {about} di {customer}. Il testo si legge nella pagina; lì si risponde.",
        "Contest {about}: a new word",
        "{writer} wrote in contest {about} of {customer}. The text is on the page; one answers there.",
    ),
    "contest_closed": (
        "Contestazione {about} chiusa",
        "{writer} ha chiuso la contestazione {about} di {customer}. L’esito si legge nella pagina.",
        "Contest {about} closed",
        "{writer} closed contest {about} of {customer}. The outcome is on the page.",
    ),
    "clarification_asked": (
        "Richiesta {about}: un chiarimento",
        (
            "{writer} chiede un chiarimento sulla richiesta {about} di {customer}, che aspetta. La domanda si legge nella "
            "pagina; lì si risponde."
        ),
        "Request {about}: a question",
        (
            "{writer} asks about request {about} of {customer}, which is waiting. The question is on the page; one answers "
            "there."
        ),
    ),
    "clarification_answered": (
        "Richiesta {about}: la risposta alla sua domanda",
        (
            "{writer} ha risposto alla sua domanda sulla richiesta {about} di {customer}. La risposta si legge nella "
            "pagina; la richiesta aspetta la sua decisione."
        ),
        "Request {about}: the answer to your question",
        (
            "{writer} answered your question about request {about} of {customer}. The answer is on the page; the request "
            "awaits your decision."
        ),
    ),
    "mail_unread": (
        "Posta da leggere: {count}",
        (
            "È arrivata posta che nessun codice lega a una richiesta: {count} da leggere. Chi la legge dice a quale "
            "richiesta si riferisce, apre l’incidente che segnala, o la mette da parte."
        ),
        "Mail to be read: {count}",
        (
            "Mail came that no code binds to a request: {count} to be read. Whoever reads it says which request it is "
            "about, opens the incident it reports, or sets it aside."
        ),
    ),
    "webhook_failing": (
        "Notifiche a un altro sistema ferme: {about}",
        (
            "Da tre giorni, o perché l’altro sistema ha detto di non volerle più, le notifiche {about} di {customer} non "
            "arrivano: sono ferme. Nulla è perso: da quando le riprende, ripartono dal punto in cui erano."
        ),
        "Webhook stopped: {about}",
        (
            "For three days, or because the other system said it wants them no more, notifications {about} of {customer} "
            "do not arrive: they have stopped. Nothing is lost: once you resume them, they go on from where they were."
        ),
    ),
    "lead_came": (
        "Richieste di contatto da leggere: {count}",
        "Qualcuno che non è ancora cliente ha chiesto di essere ricontattato: {count} in attesa di risposta.",
        "Requests for contact to be read: {count}",
        "Somebody who is no customer yet asked to be contacted: {count} awaiting an answer.",
    ),
    "cannot_intervene": (
        "Incidente {about}: perché il fornitore non può ancora intervenire",
        (
            "Per l’incidente {about} di {customer} nessun tecnico può collegarsi finché il titolare o l’ADS non lo "
            "autorizza per iscritto, con la sua firma: una telefonata o la richiesta di chi usa la macchina non bastano. "
            "Lo scrive {writer}. Dalla pagina può dare il suo sì, oppure rispondere che lo risolve lei."
        ),
        "Incident {about}: why the vendor cannot intervene yet",
        (
            "For incident {about} of {customer} no technician can connect until the titolare or the ADS authorises it in "
            "writing, with their signature: a call, or the wish of whoever uses the machine, does not suffice. {writer} "
            "writes this. On the page you can give your yes, or answer that you will solve it."
        ),
    ),
    "routed": (
        "Incidente {about}: tocca prima a voi",
        (
            "Un vostro cliente ha segnalato un incidente su un programma che ha da voi: {about}. Dalla pagina potete "
            "dire che lo avete risolto, o passarlo al fornitore, che ve lo addebita."
        ),
        "Incident {about}: it is yours first",
        (
            "A customer of yours reported an incident on a program that he has from you: {about}. On the page you can "
            "say that you solved it, or pass it to the vendor, who charges you for it."
        ),
    ),
    "asked_again": (
        "La richiesta {about} aspetta la sua decisione",
        (
            "{writer} le ricorda la richiesta {about} di {customer}: finché chi autorizza non firma, nessuno può "
            "collegarsi. Dalla pagina può autorizzarla, rifiutarla o rispondere che la risolve lei."
        ),
        "Request {about} awaits your decision",
        (
            "{writer} reminds you of request {about} of {customer}: until an approver signs, nobody can connect. On the "
            "page you can authorise it, refuse it, or say that you will solve it."
        ),
    ),
    "clean_up_due": (
        "{customer}: pulizia degli archivi di fine anno scolastico",
        (
            "A {customer} gli archivi dell’anno scolastico vanno puliti entro il {day}. È una cancellazione di dati "
            "personali: si fa solo dopo che il titolare ha firmato quali archivi. Il tecnico conta le righe prima e dopo, e "
            "chiude con il verbale."
        ),
        "{customer}: clean-up of the school year’s archives",
        (
            "At {customer} the archives of the school year are to be cleaned by {day}. It erases personal data: it is done "
            "only once the titolare has signed which archives. The technician counts the rows before and after, and closes "
            "with the minute."
        ),
    ),
    "clean_up_instructed": (
        "{customer}: il titolare ha firmato la pulizia degli archivi",
        "{writer} ha firmato l’istruzione per pulire gli archivi di {customer}, entro il {day}. La pagina dice quali.",
        "{customer}: the titolare signed the clean-up of archives",
        "{writer} signed the instruction to clean archives of {customer}, by {day}. The page says which.",
    ),
    "clean_up_closed": (
        "{customer}: pulizia degli archivi conclusa",
        (
            "{writer} ha concluso la pulizia degli archivi di {customer}. Il verbale, con i conteggi prima e dopo, si legge "
            "nella pagina; il rapporto del mese riporta gli stessi numeri."
        ),
        "{customer}: clean-up of archives closed",
        (
            "{writer} closed the clean-up of archives of {customer}. The minute, with the counts before and after, is on the "
            "page; the month’s report has the same numbers."
        ),
    ),
}
KINDS = tuple(_LETTERS)
_FOOT_IT = "Questo collegamento apre la pagina; da solo non autorizza nulla."
_FOOT_EN = "This link opens the page; by itself it authorises nothing."


def compose(kind: str, facts: PageFacts, envelope: Envelope, link: str) -> bytes:
    """The whole message (RFC 5322). Names come from people: nothing in them can begin a header."""
    words = {name: one_line(getattr(facts, name)) for name in ("customer", "writer", "about", "day")}
    subject_it, text_it, subject_en, text_en = (
        part.format(**words, count=facts.count) for part in _LETTERS[kind]
    )
    text = f"{text_it}\n\n{link}\n{_FOOT_IT}\n\n--\n\n{text_en}\n\n{link}\n{_FOOT_EN}\n"
    return envelope.around(f"{subject_it} · {subject_en}", text).as_bytes()
