"""Words of the service desk: severities as the vendor defines them, plans, states, reasons."""

from __future__ import annotations

from web.present.reader import Pair
from web.views import Mark

DEFINITIONS: dict[str, Pair] = {
    "A": (
        "L’azienda ha una perdita o un degrado importante del servizio.",
        "The company has a major loss or degradation of service.",
    ),
    "B": (
        "L’azienda ha una perdita o un degrado moderato dei servizi, ma il lavoro può continuare senza impatti.",
        "The company has a moderate loss or degradation of services, but work can go on without impact.",
    ),
    "C": (
        "L’azienda funziona con impedimenti secondari.",
        "The company works, with minor hindrances.",
    ),
}
NO_PLAN: Pair = ("Senza piano", "No plan")
HOURS: dict[str, Pair] = {
    "basic": ("Conta l’orario 09–13 e 14–18, da lunedì a venerdì, festivi esclusi.",
              "Counted are 09–13 and 14–18, Monday to Friday, without public holidays."),
    "professional": ("Conta l’orario 09–13 e 14–18, tutti i giorni, festivi compresi.",
                     "Counted are 09–13 and 14–18, every day, public holidays too."),
    "enterprise": ("Conta ogni ora, di giorno e di notte.", "Every hour counts, day and night."),
}  # fmt: skip
STATES: dict[str, tuple[Mark, Pair]] = {
    "contact": ("stop", ("Serve il titolare", "It takes the titolare")),
    "open": ("stop", ("Manca l’autorizzazione", "Not authorised")),
    "routed": ("wait", ("Se ne occupa il rivenditore", "With the reseller")),
    "workable": ("ok", ("In coda", "In the queue")),
    "taken": ("ok", ("Preso in carico", "Taken")),
    "closed": ("off", ("Chiuso", "Closed")),
}
ORIGINS: dict[str, Pair] = {
    "phone": ("per telefono", "by phone"),
    "portal": ("dalla pagina", "on the page"),
    "mail": ("per posta", "by mail"),
    "pec": ("per PEC", "by PEC"),
    "technician": ("aperto dal tecnico", "opened by the technician"),
    "reseller": ("dal rivenditore", "by the reseller"),
}
CHANGES: dict[str, Pair] = {
    "worsened": ("È peggiorato", "It got worse"),
    "eased": ("È migliorato", "It got better"),
    "misjudged": ("Era stata valutata male", "It had been misjudged"),
}
AWAITED: dict[str, Pair] = {
    "customer": ("In attesa del cliente", "Waiting for the customer"),
    "authorisation": ("In attesa di autorizzazione", "Waiting for authorisation"),
}
ANSWERS: dict[str, Pair] = {
    "call": ("chiamata", "a call"),
    "message": ("messaggio", "a message"),
    "session": ("sessione avviata", "a session begun"),
    "declared": (
        "sessione che il tecnico dichiara di avere iniziato",
        "a session that the technician declares begun",
    ),
}
JUMPS: dict[str, Pair] = {
    "acceptance_customisation": (
        "rapporto completo su una personalizzazione in collaudo",
        "a whole report on a customisation on test",
    ),
    "deadline_near": ("la scadenza era entro 30 minuti di servizio", "its deadline was within 30 minutes of service"),
    "work_stopped": ("Il lavoro del cliente è fermo", "The customer’s work has stopped"),
    "appointment": ("Appuntamento concordato", "An agreed appointment"),
    "same_customer": ("Sto già lavorando per questo cliente", "I am at work for this customer already"),
    "expertise": ("Serve la competenza di chi lo prende", "It takes the skill of whoever takes it"),
}  # fmt: skip
OUTCOMES: dict[str, Pair] = {
    "solved": ("Risolto", "Solved"),
    "not_solved": ("Non risolto", "Not solved"),
    "solved_by_customer": ("Risolto dal cliente", "Solved by the customer"),
    "duplicate": ("Già segnalato", "Reported before"),
    "solved_by_reseller": ("Risolto dal rivenditore", "Solved by the reseller"),
    "withdrawn": ("Ritirato dal cliente", "Withdrawn by the customer"),
}
TAKE_OVERS: dict[str, Pair] = {
    "no_answer": ("Il rivenditore non risponde", "The reseller does not answer"),
    "urgent": ("Non si può aspettare", "It cannot wait"),
    "asked": ("Lo chiede il cliente", "The customer asks for it"),
    "relation_over": ("Non è più il suo rivenditore", "He is no longer its reseller"),
}
READ_ALOUD: Pair = (
    (
        "Non posso collegarmi su una telefonata: serve il sì scritto del titolare o del vostro amministratore di sistema. "
        "Li avviso adesso e la richiamo appena arriva."
    ),
    (
        "I cannot connect because of a call: it takes the written yes of the titolare or of your system administrator. "
        "I will tell them now and call you back as soon as it comes."
    ),
)
