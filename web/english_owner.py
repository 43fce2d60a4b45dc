"""English beside the Italian of the owner's page."""

from __future__ import annotations

from typing import Final

OWNER: Final[dict[str, str]] = {
    "60 giorni": "60 days",
    "Aggiornamenti": "Updates",
    "Altri {n}": "{n} more",
    "Fermi per il cliente": "Held up by the customer",
    "Nessun rinnovo vicino": "No renewal is near",
    "Nessuna risposta in scadenza": "No answer is due",
    "Nessuno aspetta il cliente": "Nothing waits for a customer",
    "Ogni numero apre le righe che lo compongono.": "Each figure opens the rows that make it.",
    "Ostacolo": "Obstacle",
    "Prossime scadenze": "Next deadlines",
    "Qui non ci sono classifiche per persona: i tempi sono per incidente e contratto.": "No ranking of people here: times are of incidents and contracts.",
    "Rinnovi e pagamenti": "Renewals and payments",
    "Scade": "Due",
    "in ore di servizio": "in hours of service",
    "Clienti aggiornati: {n} su {of}.": "Customers up to date: {n} of {of}.",
}
