"""The mails Verbale sends: plain text, Italian then English, and a link that has no power by itself.

They name who, where, when and what may be done, and never the texts of a request: mail travels and stays in the
open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from zoneinfo import ZoneInfo

from audit.channel_words import Pair
from audit.visible import visible
from broker.domain.envelope import Envelope

MAX_LINE = 120
MAX_POWER = 400  # a folder's name and what may be done with its files


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter about a request can say. `answered_by` is a name, empty in a letter that speaks of no answer;
    `account` the user of the host."""

    request: str
    technician: str
    organisation: str
    customer: str
    host: str
    incident: str
    not_before: datetime
    not_after: datetime
    zone: str
    answered_by: str = ""
    account: str = ""
    may: tuple[Pair, ...] = ()  # what the request lets him do, in the words of the pages
    declared: str = ""  # on a host without an agent: the licensed tool it goes through


# Subject and sentence, Italian and English, of each letter.
_LETTERS: dict[str, tuple[str, str, str, str]] = {
    "request_opened": (
        "Richiesta di accesso a {host}",
        (
            "{technician} di {organisation} chiede di collegarsi a {host} di {customer}, {window}. "
            "La richiesta aspetta la sua decisione: può autorizzarla, rifiutarla o rispondere che la risolve lei."
        ),
        "Request for access to {host}",
        (
            "{technician} of {organisation} asks to connect to {host} of {customer}, {window}. "
            "The request awaits your decision: you can authorise it, refuse it, or say that you will solve it."
        ),
    ),
    "request_waits": (
        "Una richiesta di accesso a {host} aspetta ancora",
        (
            "{technician} di {organisation} chiede di collegarsi a {host} di {customer}, {window}. L’ADS, avvisato per "
            "primo, non ha ancora risposto: può farlo anche lei."
        ),
        "A request for access to {host} is still waiting",
        (
            "{technician} of {organisation} asks to connect to {host} of {customer}, {window}. The ADS, who was told "
            "first, has not answered yet: you can answer too."
        ),
    ),
    "delegation_expired": (
        "La delega per {host} è finita",
        (
            "{answered_by} ha provato ad autorizzare {technician} di {organisation} su {host}, ma la delega o il mandato "
            "non vale più per quel tempo. Nulla è stato autorizzato. Può rinnovare la delega, o rispondere lei."
        ),
        "The delegation for {host} has ended",
        (
            "{answered_by} tried to authorise {technician} of {organisation} on {host}, but the delegation or mandate "
            "no longer holds for that time. Nothing was authorised. You can renew it, or answer yourself."
        ),
    ),
    "approved": (
        "Autorizzazione data per {host}",
        (
            "{answered_by} ha autorizzato {technician} di {organisation} a collegarsi a {host}, {window}. "
            "Chi autorizza può revocare in ogni momento, anche a sessione aperta."
        ),
        "Authorisation given for {host}",
        (
            "{answered_by} authorised {technician} of {organisation} to connect to {host}, {window}. "
            "Approvers can revoke at any time, also while a session is open."
        ),
    ),
    "approved_by_mandate": (
        "Autorizzazione data in mandato per {host}",
        (
            "{answered_by} di {organisation} ha autorizzato, entro il mandato del titolare, {technician} "
            "a collegarsi a {host}, {window}. Il titolare e l’ADS possono revocare in ogni momento, anche a sessione aperta."
        ),
        "Authorisation given under a mandate for {host}",
        (
            "{answered_by} of {organisation} authorised, within the titolare’s mandate, {technician} "
            "to connect to {host}, {window}. The titolare and the ADS can revoke at any time, also while a session is open."
        ),
    ),
    "approved_own": (
        "Richiesta autoapprovata in mandato per {host}",
        (
            "{technician} di {organisation} ha autorizzato da sé, entro il mandato del titolare, la propria richiesta "
            "di collegarsi a {host}, {window}. Il titolare e l’ADS possono revocare in ogni momento, anche a sessione aperta."
        ),
        "Request self-approved under a mandate for {host}",
        (
            "{technician} of {organisation} authorised, within the titolare’s mandate, a request of their own "
            "to connect to {host}, {window}. The titolare and the ADS can revoke at any time, also while a session is open."
        ),
    ),
    "refused": (
        "Richiesta per {host} rifiutata",
        "{answered_by} ha rifiutato la richiesta di {technician} per {host}. Nessuno si collegherà.",
        "Request for {host} refused",
        "{answered_by} refused the request of {technician} for {host}. Nobody will connect.",
    ),
    "refusal_explained": (
        "Motivo del rifiuto per {host}",
        "{answered_by} ha scritto perché ha rifiutato la richiesta per {host}. Il motivo si legge nella pagina.",
        "Reason of the refusal for {host}",
        "{answered_by} wrote why the request for {host} was refused. The reason is on the page.",
    ),
    "withdrawn": (
        "Richiesta per {host} ritirata",
        "{technician} di {organisation} ha ritirato la richiesta per {host}. Non deve fare nulla.",
        "Request for {host} withdrawn",
        "{technician} of {organisation} withdrew the request for {host}. There is nothing for you to do.",
    ),
    "revoked": (
        "Autorizzazione per {host} revocata",
        (
            "{answered_by} ha revocato l’autorizzazione di {technician} per {host}. "
            "Una sessione aperta viene chiusa."
        ),
        "Authorisation for {host} revoked",
        "{answered_by} revoked the authorisation of {technician} for {host}. An open session is being ended.",
    ),
    "solved": (
        "Richiesta per {host} risolta dal cliente",
        "{answered_by} risolve da sé l’incidente {incident} su {host}. Nessuno si collegherà.",
        "Request for {host} solved by the customer",
        "{answered_by} solves incident {incident} on {host} without help. Nobody will connect.",
    ),
    "supervised": (
        "Supervisione presa in carico per {host}",
        "La supervisione per {host} è presa in carico: può avviare la sessione, {window}.",
        "Supervision taken for {host}",
        "Supervision for {host} has been taken: you can start the session, {window}.",
    ),
    "handed_on": (
        "{answered_by} le passa la supervisione su {host}",
        (
            "{answered_by} guarda la sessione di {technician} su {host} e le chiede di continuare lei. Per farlo apra "
            "la pagina e prema «Prendo in carico la supervisione»: firma la sua passkey. Fino ad allora guarda "
            "{answered_by}."
        ),
        "{answered_by} hands supervision on {host} over to you",
        (
            "{answered_by} is watching the session of {technician} on {host} and asks you to go on. Open the page "
            "and press “I take over supervision”: your passkey signs. Until then {answered_by} watches."
        ),
    ),
    "lapsed": (
        "Richiesta per {host} scaduta",
        "Il tempo della richiesta di {technician} per {host} è finito. Se serve ancora, ne occorre una nuova.",
        "Request for {host} lapsed",
        "The time of the request of {technician} for {host} is over. If still needed, a new one must be made.",
    ),
    "playback_asked": (
        "Il fornitore chiede di guardare una registrazione su {host}",
        (
            "{answered_by} di {organisation} chiede di guardare ciò che è stato registrato della sessione di "
            "{technician} su {host}, per un incidente. Serve il sì di un’altra persona del fornitore; lei può "
            "negarlo dalla pagina."
        ),
        "The vendor asks to play a recording on {host}",
        (
            "{answered_by} of {organisation} asks to play what was recorded of the session of {technician} on "
            "{host}, because of an incident. It takes the yes of another person of the vendor; you can turn it "
            "down on the page."
        ),
    ),
    "playback_allowed": (
        "Il fornitore può guardare una registrazione su {host}",
        (
            "{answered_by} di {organisation} può guardare per un giorno ciò che è stato registrato della sessione "
            "di {technician} su {host}: un’altra persona del fornitore ha confermato. Lei può togliere il permesso "
            "dalla pagina, e ogni lettura resta scritta nel suo registro."
        ),
        "The vendor may play a recording on {host}",
        (
            "{answered_by} of {organisation} may play for a day what was recorded of the session of {technician} "
            "on {host}: another person of the vendor confirmed. You can withdraw the leave on the page, and every "
            "reading is a record in your log."
        ),
    ),
    "playback_second": (
        "Una registrazione su {host} aspetta il suo sì",
        (
            "{answered_by} chiede di guardare ciò che è stato registrato della sessione di {technician} su {host} "
            "di {customer}, per un incidente. Serve la conferma di un’altra persona: legga e decida dalla pagina."
        ),
        "A recording on {host} awaits your yes",
        (
            "{answered_by} asks to play what was recorded of the session of {technician} on {host} of {customer}, "
            "because of an incident. It takes another person’s confirmation: read and decide on the page."
        ),
    ),
}
KINDS = tuple(_LETTERS)
# These say what may be done, so that nobody has to open the page to learn it.
OF_POWERS = ("request_opened", "request_waits", "approved", "approved_by_mandate", "approved_own")
# These lead to the session's recordings, `handed_on` to its live view, all others to the request.
OF_RECORDINGS = ("playback_asked", "playback_allowed", "playback_second")

# These bring the window for a calendar, or its end where it stood in one.
OF_WINDOWS = ("approved", "approved_by_mandate", "approved_own", "supervised", "withdrawn", "revoked")

_FOOT_IT = "Questo collegamento apre la pagina; da solo non autorizza nulla."
_FOOT_EN = "This link opens the page; by itself it authorises nothing."


_DECLARED_IT = (
    "Intervento dichiarato dal tecnico, non attestato: su questa macchina non c’è un agente di Verbale. Passa solo "
    "dallo strumento con licenza {tool}. Inizio e fine sono parola del tecnico; da qui nessuno può seguirlo né fermarlo."
)
_DECLARED_EN = (
    "A session declared by the technician, not attested: there is no agent of Verbale on this host. It goes through "
    "the licensed tool {tool} alone. Start and end are the technician’s word; from here nobody can watch or stop it."
)


_WINDOW_IT, _WINDOW_EN = "La finestra è unita, per il calendario.", "The window is attached, for a calendar."


def compose(
    kind: str, facts: Facts, envelope: Envelope, link: str, code: str = "", window: bytes = b""
) -> bytes:
    """The whole message (RFC 5322). Names come from people: nothing in them can begin a header. `code` names the
    request in an answer to it (`request_code.py`), where the reader may answer. `window`: a calendar (RFC 5545) with
    it, attached."""
    words = _words(facts)
    subject_it, text_it, subject_en, text_en = (part.format(**words) for part in _LETTERS[kind])
    if facts.declared:
        text_it += f"\n\n{_DECLARED_IT.format(tool=one_line(facts.declared))}"
        text_en += f"\n\n{_DECLARED_EN.format(tool=one_line(facts.declared))}"
    elif kind in OF_POWERS and facts.may:
        text_it += _listed(f"Può, come utente {words['account']}:", [italian for italian, _ in facts.may])
        text_en += _listed(f"May, as account {words['account']}:", [english for _, english in facts.may])
    if window:
        text_it, text_en = f"{text_it}\n\n{_WINDOW_IT}", f"{text_en}\n\n{_WINDOW_EN}"
    text = f"{text_it}\n\n{link}\n{_FOOT_IT}\n\n--\n\n{text_en}\n\n{link}\n{_FOOT_EN}\n"
    subject = f"{subject_it} · {subject_en}"
    message = envelope.around(f"{subject} [{code}]" if code else subject, text)
    if window:
        # PUBLISH invites nobody and asks for no answer (RFC 5546 §1.4); the part says it too (RFC 6047 §2.4).
        told = {"charset": "utf-8", "method": "PUBLISH"}
        message.add_attachment(
            window, maintype="text", subtype="calendar", params=told, filename="finestra.ics"
        )
    return message.as_bytes()


def address(name: str, email: str) -> Address:
    """A recipient; `email` as people are admitted with it (`email_address.py`)."""
    return Address(one_line(name), addr_spec=email)


def one_line(text: str, most: int = MAX_LINE) -> str:
    """Text for a header or a sentence: no line ends, nothing that is not seen, not too long."""
    return " ".join(visible(text, instead=" ").split())[:most]


def _listed(title: str, lines: list[str]) -> str:
    return "\n\n" + "\n".join([title, *(f"- {one_line(line, MAX_POWER)}" for line in lines)])


def _words(facts: Facts) -> dict[str, str]:
    names = (
        "request",
        "technician",
        "organisation",
        "customer",
        "host",
        "incident",
        "answered_by",
        "account",
    )
    words = {name: one_line(getattr(facts, name)) for name in names}
    zone = ZoneInfo(facts.zone)
    begin, end = facts.not_before.astimezone(zone), facts.not_after.astimezone(zone)
    last = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%d/%m/%Y %H:%M}"
    words["window"] = f"{begin:%d/%m/%Y %H:%M} – {last} ({end:%Z})"
    return words
