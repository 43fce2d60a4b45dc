"""English beside the Italian of the live view, of several sessions at once, of the player."""

from __future__ import annotations

from typing import Final

LIVE: Final[dict[str, str]] = {
    "Ancora nessun messaggio.": "No messages yet.",
    "Ancora nessuna attività.": "Nothing has happened yet.",
    "<kbd>J</kbd> <kbd>K</kbd> passano dall’una all’altra.": "<kbd>J</kbd> <kbd>K</kbd> go from one to the next.",
    "Fatti e messaggi": "Facts and messages",
    "Guardata, e nulla da segnalare.": "Watched, and nothing to report.",
    "In piccolo, sola lettura: {host}": "Small, read only: {host}",
    "Invia": "Send",
    "La macchina ha messo la sessione in pausa: ciò che si digita va perso.": (
        "The host has paused the session: what is typed is lost."
    ),
    "L’ordine è cambiato.": "The order has changed.",
    "Perché qui:": "Why here:",
    "Quanto tempo in più": "How much extra time",
    "Rivedi": "See again",
    "Se non torna, la sessione va in pausa tra {t}. «Interrompi» alla postazione funziona senza server.": (
        "If it does not come back, the session is paused in {t}. “Stop” at the desk works without any server."
    ),
    "Tutte insieme, la più rischiosa per prima": "All together, the riskiest first",
    "Ultima attività {t} fa.": "Last activity {t} ago.",
}
