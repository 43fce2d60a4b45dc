"""English of the pages of the access log and of the register of administrators."""

from __future__ import annotations

from typing import Final

ACCESS: Final[dict[str, str]] = {
    "Profili delle regole": "Presets of the rules",
    "Che cosa NIS2 e PCI DSS chiedono all’assistenza remota, e che cosa lo soddisfa. Un profilo propone regole; valgono solo quando le firma, e finché il profilo vi è scritto nessuno può firmarne di diverse da quanto chiede.": (
        "What NIS2 and PCI DSS ask of remote assistance, and what meets it. A preset proposes rules; they hold only once you sign them, and while the preset is named in them nobody can sign rules other than it asks."
    ),
    "Che cosa chiede": "What it asks",
    "Controllo": "Control",
    "Com’è": "How it stands",
    "Non è una certificazione: dice che cosa fa questo prodotto nell’assistenza remota.": (
        "This is no certification: it says what this product does in remote assistance."
    ),
    "Proposta secondo il profilo {name}.": "Proposed by the preset {name}.",
    "Nulla è cambiato finché non firma.": "Nothing has changed until you sign.",
    "Profili che queste regole rispettano": "Presets that these rules keep",
    "Con un profilo scelto, regole diverse da quanto chiede non si possono firmare.": (
        "With a preset chosen, rules other than it asks cannot be signed."
    ),
    "Che cosa chiedono, e come stiamo": "What they ask, and how we stand",
    "Esporta evidenze incidente": "Export evidence of an incident",
    "Per chi deve notificare un incidente (24 ore, 72 ore, un mese): sessioni, tentativi negati, ciò che è avvenuto fuori da ogni autorizzazione, contestazioni, violazioni e cambi di chiavi e regole, con le prove e un riepilogo in italiano e in inglese. Senza nomi né testi.": (
        "For whoever must notify an incident (24 hours, 72 hours, one month): sessions, denied attempts, what happened outside any authorisation, contested items, breaches and changes of keys and rules, with proofs and a summary in Italian and English. Without names or texts."
    ),
    "Termini e forma della notifica sono suoi. Che si esporti è registrato.": (
        "Terms and form of the notification are yours. That it is exported is recorded."
    ),
    "Accessi precedenti": "Earlier accesses",
    "Richieste precedenti": "Earlier requests",
    "Sessioni precedenti": "Earlier sessions",
    "Accessi, conteggi": "Accesses, counted",
    "Accessi, dal più recente": "Accesses, the latest first",
    "Al giorno": "To",
    "Alla data del": "As of",
    "Ambiti": "Areas",
    "Ambiti di operatività": "Areas of work",
    "Amministratori di sistema": "System administrators",
    "Avviso per chi lavora": "Notice for people at work",
    "Cambia": "Change",
    "Chi": "Who",
    "Chi l’ha valutata": "Evaluated by",
    "Da portare via": "To carry away",
    "Dal giorno": "From",
    "Di questo periodo e di questi filtri, tutti. Che si scarichi è registrato.": (
        "All of them, of this period and these filters. That they are downloaded is recorded."
    ),
    "Dove": "Where",
    "Elenco di quel giorno": "List of that day",
    "Esito": "Outcome",
    "Evento": "Event",
    "Funzione": "Function",
    "I miei accessi": "My accesses",
    "I sistemi che trattano dati di chi lavora qui sono amministrati da:": (
        "The systems with data of the people who work here are administered by:"
    ),
    "Il nostro personale, oggi": "Our people, today",
    "In tutto": "In all",
    "L’avviso mostra": "The notice shows",
    "L’avviso per ora non mostra nulla: lo decide il titolare.": (
        "The notice shows nothing for now: the titolare decides."
    ),
    "La nomina non apre nulla: chi può autorizzare lo dice l’elenco firmato dal titolare.": (
        "The appointment opens nothing: who may authorise, the list signed by the titolare says."
    ),
    "Mostra": "Show",
    "Nessun accesso": "No access",
    "Nessun amministratore in quel giorno": "No administrator on that day",
    "Nomina": "Appoint",
    "Nominato per": "Appointed for",
    "Nuova nomina": "New appointment",
    "Per registro": "By log",
    "Periodo": "Period",
    "Persona": "Person",
    "Quanti, e mai di chi: il registro lo leggono il cliente e, per la sua parte, ciascuno.": (
        "How many, and never whose: the customer reads the log and, for their part, each person."
    ),
    "Quando": "When",
    "Registro degli accessi": "Access log",
    "Registro di": "Log of",
    "Se i sistemi trattano dati di chi lavora da lei, deve poter sapere chi li amministra.": (
        "If systems hold data of the people who work for you, they must be able to know who administers them."
    ),
    "Senza, la nomina non vale.": "Without it the appointment does not count.",
    "Solo accessi degli amministratori di sistema": "Accesses of system administrators alone",
    "Solo il totale: con meno di tre tecnici ogni altro conto parlerebbe di una persona.": (
        "The total alone: with fewer than three technicians any other count would tell of one person."
    ),
    "Valutata il": "Evaluated on",
    "Valutazione di esperienza, capacità e affidabilità": "Evaluation of experience, ability and reliability",
    "nessun cliente": "no customer",
    "voce {n}": "record {n}",
    "{organisation}, al {day}": "{organisation}, as of {day}",
}
