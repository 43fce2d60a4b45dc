"""English beside the Italian of the service desk's templates, one line each."""

from __future__ import annotations

from typing import Final

INCIDENTS: Final[dict[str, str]] = {
    "Almeno un anno dal primo.": "A year from the first, at least.",
    "Altri contratti": "Other contracts",
    "Anomalia": "Fault",
    "Anomalia descritta dal cliente": "The fault as the customer describes it",
    "Attribuisca la gravità": "Set the severity",
    "Attribuisci": "Set",
    "Cambia gravità": "Change the severity",
    "Che cosa non funziona": "What does not work",
    "Chi chiama": "Who calls",
    "Chiudi l’incidente": "Close the incident",
    "Cliente di categoria 2: avvisa l’ADS e il titolare con il collegamento per rispondere, e non parte nessuna scadenza. Di categoria 1: la telefonata è già la segnalazione.": (
        "A customer of category 2: the ADS and the titolare get a link to answer, and no deadline starts. "
        "Of category 1: the call is the report already."
    ),
    "Da leggere a chi chiama": "Read this to the caller",
    "Da leggere a chi chiama, se il cliente è di categoria 2": "Read this to the caller, if the customer is of category 2",
    "Date come 24/12/2026, separate da spazi.": "Dates such as 24/12/2026, day first, separated by spaces.",
    "Dove richiamare": "Where to call back",
    "Giorni di chiusura": "Days closed",
    "Gravità": "Severity",
    "Incidenti": "Incidents",
    "Giorno e mese, 03/11, o Pasqua+50. Vuoto: quello della sede del fornitore.": (
        "Day and month, 03/11, or easter+50. Empty: that of the vendor’s seat."
    ),
    "Motivo": "Reason",
    "Nessun incidente": "No incidents",
    "Non scriva password.": "Write no passwords.",
    "Nuovo contratto": "New contract",
    "Pagamento anticipato": "To be paid in advance",
    "Pagato il": "Paid on",
    "Piano": "Plan",
    "Prendere in carico": "Taking it",
    "Aggiungi": "Add",
    "I programmi del fornitore, su cui dà assistenza. Chi segnala ne sceglie uno, o «altro».": (
        "The vendor’s programs, on which support is given. Whoever reports chooses one, or “something else”."
    ),
    "Nessun prodotto": "No products",
    "Nome del programma": "Name of the program",
    "Prodotti": "Products",
    "Prodotti compresi": "Products covered",
    "Senza questo segno li comprende tutti. Ciò che non è compreso è «Fuori contratto».": (
        "Without this mark it covers all of them. What is not covered is “Outside the contract”."
    ),
    "Solo questi": "Only these",
    "Su quale programma": "On which program",
    "«Fuori contratto»: si può segnalare, e l’assistenza si paga a parte.": (
        "“Outside the contract”: it can be reported, and support is paid for separately."
    ),
    "Primo giorno": "First day",
    "Quanto pesa sul lavoro": "How far work is held up",
    "Registra e avvisa": "Log and notify",
    "Registra il contratto": "Record the contract",
    "Registra telefonata": "Log a call",
    "Santo patrono": "Patron saint’s day",
    "Scade alla fine del primo, secondo o quarto semiturno intero dopo quello della segnalazione.": (
        "Due at the end of the first, second or fourth whole half shift after the one of the report."
    ),
    "Scelga il motivo": "Choose the reason",
    "Segnala al fornitore": "Report to the vendor",
    "Segnalati": "Reported",
    "Segnali un’anomalia": "Report a fault",
    "Tempi letti per semiturni interi": "Times read by whole half-shifts",
    "Ultimo giorno": "Last day",
    "Usati {used} minuti su {total}": "Used {used} of {total} minutes",
    "Vuoto: in attesa di pagamento.": "Leave empty while payment is awaited.",
    "la attribuisce il tecnico": "the technician sets it",
    "È una proposta: la gravità la attribuisce il tecnico.": "A proposal: the technician sets the severity.",
}
