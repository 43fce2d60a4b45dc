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
    "Altri mesi": "Other months",
    "Questo browser controlla che il registro di oggi contenga questo mese…": (
        "This browser checks that today’s log contains this month…"
    ),
    "Integro.": "Sound.",
    "Non integro.": "Not sound.",
    "Questo browser ha calcolato che il registro di oggi contiene per intero quello su cui è fatto il rapporto: voci {size}.": (
        "This browser has computed that today’s log contains, whole, the one that the report was drawn from: records {size}."
    ),
    "Il registro di oggi non contiene quello su cui è fatto il rapporto. Può essere stato riscritto. Non firmi nulla, chieda conto al fornitore, e dia pacchetto e rapporto a chi verifica.": (
        "Today’s log does not contain the one that the report was drawn from. It may have been rewritten. Sign nothing, "
        "ask the vendor to account for it, and give bundle and report to whoever verifies."
    ),
    "La testa del registro non è firmata con la sua chiave. Non firmi nulla, e chieda conto al fornitore.": (
        "The head of the log is not signed by its key. Sign nothing, and ask the vendor to account for it."
    ),
    "Adesso il registro pubblicato non si può leggere: nulla è stato controllato.": (
        "The published log cannot be read now: nothing was checked."
    ),
    'È uno script che le dà il fornitore. Ciò che non dipende da lui è il pacchetto, con <a href="/verifica.html" download>verifica.html</a> tenuta da parte.': (
        "It is a script that the vendor gives you. What does not depend on him is the bundle, with "
        '<a href="/verifica.html" download>verifica.html</a> that you have put aside.'
    ),
    "N.": "No.",
    "Inizio": "Start",
    "Interventi": "Sessions",
    "Durata": "Length",
    "Autorizzato da": "Authorised by",
    "Supervisione": "Supervision",
    "Contesta la voce {n}": "Contest item {n}",
    "Nessun intervento: nessuno si è collegato.": "No session: nobody connected.",
}
