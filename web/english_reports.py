"""English beside the Italian of the pages about reports and what is contested in them."""

from __future__ import annotations

from typing import Final

REPORTS: Final[dict[str, str]] = {
    "Contestazioni": "Contests",
    "Voci contestate": "Contested items",
    "Nessuna voce è contestata.": "No item is contested.",
    "Contesto questa voce": "I contest this item",
    "Contesto una voce": "I contest an item",
    "Si apre un dialogo con il fornitore. Finché non lo chiude lei, nulla di ciò che riguarda si cancella.": (
        "This opens a thread with the vendor. Until you close it, nothing it is about is erased."
    ),
    "Sessione {session}": "Session {session}",
    "Rapporto": "Report",
    "Voce": "Item",
    "Il numero di un intervento, o di un’eccezione come E3. Vuota: tutto il rapporto.": (
        "The number of a session, or of an exception such as E3. Empty: all of the report."
    ),
    "Che cosa non le risulta": "What does not match what you know",
    "Resta sigillato nel registro; non scriva password.": "It stays sealed in the log; write no passwords.",
    "Contesta": "Contest",
    "Si contesta una voce di un rapporto, oppure una sessione dalla sua pagina.": (
        "An item of a report can be contested, or a session from its page."
    ),
    "Che cosa è stato detto": "What was said",
    "Risposta": "Answer",
    "Il suo testo": "Your text",
    "Rispondi": "Answer it",
    "Chiudi la contestazione": "Close the contest",
    "Com’è finita": "How it ended",
    "Chiudi": "Close",
    "Rapporti concordati": "Reports agreed",
    "Cambia la cadenza": "Change how often",
    "Il mese si chiude comunque.": "The month is closed all the same.",
    "Periodo": "Period",
}
