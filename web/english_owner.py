"""English beside the Italian of the owner's page."""

from __future__ import annotations

from typing import Final

OWNER: Final[dict[str, str]] = {
    "60 giorni": "60 days",
    "Aggiornamenti": "Updates",
    "Altri {n}": "{n} more",
    "Fermi per il cliente": "Held up by the customer",
    "Una scadenza compare con il primo incidente di un contratto che ha un piano.": "A deadline appears with the first incident of a contract that has a plan.",
    "Qui compare ciò che scade entro 60 giorni.": "What falls due within 60 days appears here.",
    "Il grafico comincia con la prima risposta dovuta.": "The chart begins with the first answer that is due.",
    "Bene così: qui compare chi aspetta una firma o una risposta del cliente.": "That is good: whoever waits for a customer’s signature or answer appears here.",
    "Un contratto compare qui 60 giorni prima della fine.": "A contract appears here 60 days before it ends.",
    "Nessun rinnovo vicino": "No renewals soon",
    "Nessuna risposta in scadenza": "No answers due",
    "Nessuno aspetta il cliente": "Nothing is waiting for a customer",
    "Ogni numero apre le righe che lo compongono.": "Each figure opens the rows behind it.",
    "Nessuna ora negli ultimi sei mesi": "No hours in the last six months",
    "Ore e importi": "Hours and amounts",
    "Per mese e per cliente, sommati dai registri.": "By month and by customer, added up from the logs.",
    "Apri ore e importi": "Open hours and amounts",
    "Sommo le ore dai registri dei clienti.": "Adding up the hours from the customers’ logs.",
    "Ogni cifra è la somma dei rendiconti a cui porta.": "Each figure is the sum of the statements it leads to.",
    "Il grafico comincia con la prima sessione chiusa o il primo lavoro registrato.": "The chart begins with the first closed session or the first recorded work.",
    "Ore per mese": "Hours by month",
    "Questo mese nessuna ora e nulla da addebitare.": "No hours and nothing to charge this month.",
    "fuori contratto": "outside the contract",
    "in contratto": "in the contract",
    "Ostacolo": "Obstacle",
    "Prossime scadenze": "Next deadlines",
    "Qui non ci sono classifiche per persona: i tempi sono per incidente e contratto.": "There are no rankings of people here: times are by incident and contract.",
    "Rinnovi e pagamenti": "Renewals and payments",
    "Scade": "Due",
    "in ore di servizio": "in service hours",
    "Clienti aggiornati: {n} su {of}.": "Customers up to date: {n} of {of}.",
}
