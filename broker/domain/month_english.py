"""The sentences that a month's data says in Italian, in English: for who reads the report in that language.

Pure. The data is sealed as it is, so its words are found again by their shape; what has none here (a firm's own legal
texts, a later version's sentences) is given back as it stands. A test makes every sentence that is made, and looks.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Final

from broker.domain.figures import PORTAL

_PAPERS: Final = {
    "accordo sul trattamento dei dati": "data processing agreement",
    "matrice delle responsabilità": "matrix of responsibilities",
    "impegno alla riservatezza del tecnico": "the technician’s confidentiality commitment",
    "formazione del tecnico": "the technician’s training",
}
_SETTINGS: Final = {
    "ogni mese": "every month", "ogni settimana": "every week", "ogni trimestre": "every quarter",
    "dopo ogni intervento": "after every session", "nulla": "nothing", "le funzioni": "the functions", "i nomi": "the names",
    "il fornitore": "the vendor",
}  # fmt: skip
_CHOICES: Final = {
    "obbligatoria": "required", "rinunciabile": "can be waived", "informato": "told", "acconsente": "asked",
    "finisce": "ends", "continua": "goes on", "nessuna": "none", "ogni sessione": "every session",
    "utenti amministratori": "administrator accounts",
}  # fmt: skip
_FIELDS: Final = {
    "canali": "channels", "programmi esterni": "external programs", "utenti locali": "local accounts", "cartelle": "folders",
    "porte di rete": "network ports", "macchine senza agente": "hosts without an agent",
    "variabili d’ambiente": "environment variables", "testimoni esterni": "external witnesses", "profili": "presets",
    "firme per ruolo": "signatures by role", "chiave del titolare per i file sigillati": "the titolare’s key for sealed files",
    "supervisione": "supervision", "chi è alla postazione": "whoever is at the desk", "senza rete": "without a network",
    "firme necessarie": "signatures needed", "testimoni necessari": "witnesses needed",
    "sessione più lunga, in secondi": "longest session, in seconds",
    "finestra più lunga, in secondi": "longest window, in seconds",
    "nomi negli accessi": "names in accesses", "testi delle richieste": "texts of requests", "rapporti": "reports",
    "note finali e comandi": "closing notes and commands", "registrazioni": "recordings", "registrazione": "recording",
}  # fmt: skip

# Whole sentences; in braces what is taken over, translated where the table named after the colon knows it.
_SENTENCES: Final = {
    "Intervento su una macchina senza agente: dichiarato dal tecnico, non attestato.": (
        "Session on a host without an agent: declared by the technician, not attested."
    ),
    "Lo ammettono le regole firmate dal titolare. Inizio e fine sono parola del tecnico.": (
        "The rules signed by the titolare allow it. Start and end are the technician’s word."
    ),
    "Il tecnico non ha dichiarato la fine.": "The technician declared no end.",
    "L’orario di fine è quello fino a cui era autorizzato; quando ha smesso non si sa.": (
        "The end given is that up to which it was authorised; when he stopped is not known."
    ),
    "La macchina non ha più risposto.": "The host answered no more.",
    "L’orario di fine è quello dell’ultimo segnale ricevuto; non è stato stimato né completato a mano.": (
        "The end given is that of the last signal received; it was neither estimated nor completed by hand."
    ),
    "Un programma di controllo remoto era in uso fuori da ogni autorizzazione.": (
        "A remote-control program was in use outside any authorisation."
    ),
    "Lo ha visto l’agente sulla macchina; ADS e titolare sono stati avvisati.": (
        "The agent on the host saw it; ADS and titolare have been told."
    ),
    "Chi sta alla macchina ha segnalato qualcosa.": "Whoever is at the host reported something.",
    "Lo ha scritto l’agente della macchina; ADS e titolare sono stati avvisati.": (
        "The host’s agent wrote it; ADS and titolare have been told."
    ),
    "Chi seguiva l’intervento ha segnalato un momento.": "Whoever followed the session flagged a moment.",
    "Lo ha fatto mentre guardava; le sue parole sono nel registro.": (
        "He did so while watching; his words are in the log."
    ),
    "Il sistema ha impedito un collegamento o un’operazione.": "The system prevented a connection or an operation.",
    "Nessun accesso è avvenuto.": "No access took place.",
    "Aperto senza tutti gli adempimenti agli atti: {lacked:papers}.": "Opened without all papers on file: {lacked}.",
    "Dal {day} chi ne è privo non si collega.": "From {day} whoever lacks them does not connect.",
    "Il tecnico ha autorizzato una richiesta propria.": "The technician authorised a request of his own.",
    "Lo ammette il mandato firmato dal titolare.": "The mandate signed by the titolare allows it.",
    "Nessuno del cliente seguiva l’intervento.": "Nobody of the customer followed the session.",
    "Rinuncia firmata prima dell’avvio da chi ha autorizzato.": (
        "Waived before the start, signed by whoever authorised."
    ),
    "Chi doveva seguirlo non risulta entrato.": "Whoever was to follow it is not on record as having joined.",
    "L’intervento è iniziato fuori dall’orario di servizio.": "The session began outside service hours.",
    "Era autorizzato per quell’ora: la pausa di mezzogiorno non conta come fuori orario.": (
        "It was authorised for that hour: the midday break does not count as out of hours."
    ),
    "Un’altra richiesta è stata presa prima di {passed}.": "Another request was taken before {passed}.",
    "La scadenza dell’altra era vicina: l’ordine lo cambia la coda stessa.": (
        "The other’s deadline was near: the queue itself changes the order."
    ),
    "L’altra era un rapporto completo su una personalizzazione in collaudo.": (
        "The other was a complete report on a customisation under acceptance."
    ),
    "Nell’altra il lavoro era fermo.": "In the other, work had stopped.",
    "Per l’altra c’era un appuntamento.": "There was an appointment for the other.",
    "Era già al lavoro per lo stesso cliente.": "He was at work for the same customer already.",
    "Per l’altra serviva una competenza che in quel momento c’era.": (
        "The other took a skill that was there at that moment."
    ),
    "24 ore su 24": "24 hours a day",
    "Tutti i dati di questo rapporto, leggibili da un programma; uniti anche dentro questo PDF": (
        "All data of this report, for a program to read; attached to this PDF as well"
    ),
    "Pacchetto di verifica: registro, firme, prove e questo rapporto": (
        "Bundle for verification: log, signatures, evidence and the signed report"
    ),
    "Portale Verbale": "Verbale portal",
    "Nomi negli accessi": "Names in accesses",
    "Testi delle richieste": "Texts of requests",
    "Rapporti": "Reports",
    "Note finali e comandi": "Closing notes and commands",
    "Registrazioni delle sessioni": "Recordings of sessions",
    "1 mese": "1 month",
    "{n} mesi": "{n} months",
    "Servizio di {vendor}": "Service of {vendor}",
    "nomina {id}, registrazione {n}": "appointment {id}, record {n}",
    "Regole n. {n}: {changes:changes}": "Rules no. {n}: {changes}",
    "Elenco n. {n} di chi può autorizzare": "List no. {n} of who may authorise",
    "Livello minimo di prova della posta: {level}": "Least level of evidence of mail: {level}",
    "Avviso sugli amministratori: mostra {shows:settings}": "Notice of administrators: shows {shows}",
    "Cadenza dei rapporti: {cadence:settings}": "How often reports are made: {cadence}",
    "Macrocategoria {n}": "Category {n}",
    "Giorno da cui gli adempimenti mancanti bloccano: {day}": "Day from which missing papers block: {day}",
    "Contratto n. {n}": "Contract no. {n}",
    "Relay di {tool}: {relay}": "Relay of {tool}: {relay}",
    "{name}: lo fornisce {firm:settings}": "{name}: supplied by {firm}",
    "Matrice delle responsabilità": "Matrix of responsibilities",
}
_CHANGES: Final = {
    "testo non più agli atti": "text no longer on file",
    "le prime": "the first",
    "testo precedente non più agli atti": "earlier text no longer on file",
    "conservazione di {field:fields} da «{was} mesi» a «{now} mesi»": "{field} kept for “{now} months” instead of “{was} months”",
    "registrazione: cambiati documenti o finestre escluse": "recording: papers or windows left out have changed",
    "{field:fields}: cambiati": "{field}: changed",
    "{field:fields} da «{was:choices}» a «{now:choices}»": "{field} from “{was}” to “{now}”",
    "nulla di diverso": "nothing different",
}
_TABLES: Final = {"papers": _PAPERS, "settings": _SETTINGS, "choices": _CHOICES, "fields": _FIELDS}
_HOLE = re.compile(r"\\\{(\w+)(?::(\w+))?\\\}")


def in_english(month: Mapping[str, Any]) -> dict[str, Any]:
    """The month's data with what the program itself says there in English. Names and what people wrote are not
    looked at: one of them may read like a sentence of ours."""
    found = dict(month)
    _each(found, "exceptions", "what", "why")
    _each(found, "attachments", "what")
    _each(found, "administrators", "note")
    if "hosts" in found:
        found["hosts"] = [
            _said(one, "name", "place") if one["id"] == PORTAL else one for one in found["hosts"]
        ]
    if "windows" in found.get("contract", {}):
        windows = [english(one) for one in found["contract"]["windows"]]
        found["contract"] = found["contract"] | {"windows": windows}
    if "data_protection" in found:
        found["data_protection"] = dict(found["data_protection"])
        _each(found["data_protection"], "settings", "what")
        _each(found["data_protection"], "retention", "name", "keep", "minimum")
    return found


def _each(of: dict[str, Any], key: str, *fields: str) -> None:
    if key in of:
        of[key] = [_said(one, *fields) for one in of[key]]


def _said(line: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    return dict(line) | {field: english(line[field]) for field in fields if field in line}


def english(text: str) -> str:
    """A sentence of a month's data; itself where it is none that is known."""
    return _found(text, _patterns()) or text


def _found(text: str, patterns: Patterns) -> str:
    for pattern, said, tables in patterns:
        if match := pattern.fullmatch(text):
            words = {name: _part(part, tables.get(name, "")) for name, part in match.groupdict().items()}
            return said.format(**words)
    return ""


def _part(text: str, table: str) -> str:
    if table == "changes":
        return "; ".join(_found(one, _changes()) or one for one in text.split("; "))
    if table == "papers":
        return ", ".join(_PAPERS.get(one, one) for one in text.split(", "))
    return _TABLES[table].get(text, text) if table else text


Patterns = list[tuple[re.Pattern[str], str, dict[str, str]]]


@functools.cache
def _patterns() -> Patterns:
    return [_compiled(italian, said) for italian, said in _SENTENCES.items()]


@functools.cache
def _changes() -> Patterns:
    return [_compiled(italian, said) for italian, said in _CHANGES.items()]


def _compiled(italian: str, said: str) -> tuple[re.Pattern[str], str, dict[str, str]]:
    """The template as a pattern, and which table each hole is looked up in. Order counts: the first that fits."""
    escaped = re.escape(italian).replace("\\:", ":")
    tables = {name: table for name, table in _HOLE.findall(escaped) if table}
    return re.compile(_HOLE.sub(r"(?P<\1>.+?)", escaped), re.DOTALL), said, tables
