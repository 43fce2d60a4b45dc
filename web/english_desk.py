"""English beside the Italian of the desk, the search and the keys, one line each."""

from __future__ import annotations

from typing import Final

DESK: Final[dict[str, str]] = {
    "Cerca": "Search",
    "Che cosa si è trovato": "What was found",
    "Chi ha telefonato, dal più recente. Una telefonata di un cliente di categoria 2 non autorizza nulla.": (
        "Who rang, newest first. A call of a customer of category 2 authorises nothing."
    ),
    "Cliente, macchina, persona, numero o pagina": "Customer, host, person, number or page",
    "Contatti": "Contacts",
    "I tasti singoli sono spenti in questo browser.": "Single keys are off in this browser.",
    "Incidenti aperti": "Open incidents",
    "Messaggi pronti": "Ready messages",
    "Ne apra uno dalla coda, o prenda il prossimo: si vede qui accanto.": (
        "Open one from the queue, or take the next one: it shows here beside it."
    ),
    "Nessun incidente aperto": "No open incident",
    "Nessun incidente aperto qui": "No incident opened here",
    "Nessuna macchina": "No hosts",
    "Nessuna telefonata registrata": "No calls logged",
    "Registro": "Log",
    "Si registra da ogni pagina, in alto, o con il tasto T.": "It is logged from every page, at the top, or by the key T.",
    "Spegnere o accendere i tasti singoli": "Turn single keys off or on",
    "Stesso cliente": "Same customer",
    "Tasti": "Keys",
    "Tutti i tasti": "All keys",
    "Valgono quando nessun campo è attivo. Dentro un terminale o uno schermo i tasti vanno alla macchina.": (
        "They act while no field is active. Inside a terminal or a screen, keys go to the host."
    ),
    "tutti i tasti": "all keys",
}
