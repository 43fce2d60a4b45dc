"""English of the pages that lead to other systems: webhooks, calendars."""

from __future__ import annotations

from typing import Final

PLUGS: Final[dict[str, str]] = {
    "Notifiche ad altri sistemi": "Notifications to other systems",
    "Ogni fatto del registro può andare anche a un altro sistema, nell’ordine in cui è scritto e con la prova che vi si trova. Dove va, e da quando, è scritto nel registro stesso.": (
        "Every fact of the log can also go to another system, in the order in which it is written and with the proof that it is there. Where it goes, and since when, stands in the log itself."
    ),
    "Il segreto, questa volta sola": "The secret, this once",
    "Con questo l’altro sistema riconosce ciò che viene da qui (Standard Webhooks). Lo copi ora: non si vedrà più. Se ne aveva già uno, vale ancora un giorno.": (
        "By this the other system recognises what comes from here (Standard Webhooks). Copy it now: it will not be shown again. If there was one already, it counts for a day more."
    ),
    "Indirizzo": "Address",
    "Calendario": "Calendar",
    "Finestre di assistenza, collaudi e scadenze che la riguardano, nel suo programma di calendario. Senza nomi di persone e senza testi.": (
        "Windows of assistance, acceptance tests and due dates that concern you, in your calendar program. Without names of people and without texts."
    ),
    "Il suo indirizzo, questa volta solo": "Your address, this once",
    "Aggiungi al calendario": "Add to calendar",
    "Chi ha questo indirizzo legge le sue date, anche il gestore del calendario a cui lo dà. Se l’ha visto qualcun altro, ne faccia uno nuovo.": (
        "Whoever has this address reads your dates, also the provider of the calendar that you give it to. If somebody else saw it, make a new one."
    ),
    "Un indirizzo c’è già e vale. Uno nuovo lo sostituisce.": "There is an address and it counts. A new one replaces it.",
    "Fai un indirizzo nuovo": "Make a new address",
    "Fai un indirizzo": "Make an address",
    "Togli l’indirizzo": "Remove the address",
    "Ultimi invii": "Last deliveries",
    "Nessun altro sistema riceve nulla": "No other system receives anything",
    "Apri verso un sistema": "Open to a system",
    "https://…, che prende POST. Niente reti interne, nessun rinvio.": (
        "https://…, which takes POST. No internal networks, no redirects."
    ),
    "Quali fatti": "Which facts",
    "Escono voci del registro con pseudonimi, mai nomi e testi. Chi risponde di quel sistema lo decide lei.": (
        "Records of the log go out with pseudonyms, never names or texts. Who answers for that system is yours to decide."
    ),
}
