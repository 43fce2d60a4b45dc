"""Refusals about months, their reports and what is printed: status, Italian, English (`api.refusals` says how)."""

from __future__ import annotations

from broker.domain.refusal import Why

REPORTS: dict[Why, tuple[int, str, str]] = {
    Why.MONTH_NOT_ENDED: (
        409,
        "Il mese non è ancora finito. Lo chiuda dal primo giorno del mese seguente.",
        "The month has not ended yet. Close it from the first day of the next one.",
    ),
    Why.MONTH_ENDED: (
        409,
        "Il mese è finito e non se ne fa più un rapporto parziale. Lo chiuda senza --partial.",
        "The month has ended and is no longer reported in part. Close it without --partial.",
    ),
    Why.MONTH_BEFORE_CUSTOMER: (
        409,
        "In quel mese il cliente non c’era ancora. Indichi un mese da {first} in poi.",
        "The customer was not here yet in that month. Name a month from {first} on.",
    ),
    Why.MONTH_OUT_OF_TURN: (
        409,
        "I mesi si chiudono uno dopo l’altro e adesso tocca a {next}. Chi amministra il broker chiuda prima quello.",
        "Months are closed one after the other, and the next is {next}. The broker's administrator closes that first.",
    ),
    Why.MONTH_CLOSED: (
        409,
        "Il mese è già stato chiuso. Il rapporto si scarica dalla pagina del titolare.",
        "The month is closed already. Its report is on the titolare's page.",
    ),
    Why.REPORT_FAILED: (
        500,
        "Il rapporto non si è potuto comporre; il registro è intatto. Il fornitore guardi nel diario del server.",
        "The report could not be typeset; the log is whole. The vendor should read the server's journal.",
    ),
    Why.PRINTING_BUSY: (
        503,
        "Si stanno già preparando molti documenti da stampare. Riprovi tra un minuto: nulla è andato perso.",
        "Many documents are being typeset already. Try again in a minute: nothing was lost.",
    ),
    Why.REPORT_ERASED: (
        410,
        "La copia di questo rapporto presso il fornitore è stata cancellata: vale quella che ha lei.",
        "The vendor’s copy of this report was erased: the one you keep counts.",
    ),
}
