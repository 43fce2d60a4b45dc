"""English beside the Italian of the owner's page."""

from __future__ import annotations

from typing import Final

OWNER: Final[dict[str, str]] = {
    "60 giorni": "60 days",
    "Aggiornamenti": "Updates",
    "Altri {n}": "{n} more",
    "Fermi per il cliente": "Held up by the customer",
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
