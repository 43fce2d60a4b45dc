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
    "Ostacolo": "Obstacle",
    "Prossime scadenze": "Next deadlines",
    "Qui non ci sono classifiche per persona: i tempi sono per incidente e contratto.": "There are no rankings of people here: times are by incident and contract.",
    "Rinnovi e pagamenti": "Renewals and payments",
    "Scade": "Due",
    "in ore di servizio": "in service hours",
    "Clienti aggiornati: {n} su {of}.": "Customers up to date: {n} of {of}.",
}
