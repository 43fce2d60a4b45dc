"""Why a name is kept, in Italian and in English, by what keeps it (`domain.erasing_names.Stay`)."""

from __future__ import annotations

# Terms are those of the rules the titolare signed; the shortest are the law's.
KEPT: dict[str, tuple[str, str]] = {
    "access": (
        "resta fino al {until}, perché gli accessi restino attribuibili (mai meno di sei mesi, secondo le regole)",
        "it stays until {until}, so that accesses remain attributable (never less than six months, as the rules say)",
    ),
    "authorisation": (
        "resta fino al {until}, come prova di chi ha chiesto o autorizzato (mai meno di dodici mesi, secondo le regole)",
        "it stays until {until}, as proof of who asked or authorised (never less than twelve months, as the rules say)",
    ),
    "log": (
        "resta fino al {until}, termine dell’ammissione (mai meno di un mese, secondo le regole)",
        "it stays until {until}, the term of the admission (never less than a month, as the rules say)",
    ),
    "request": (
        "sta nel testo di una richiesta, che si conserva fino al {until} se il titolare non la cancella prima",
        "it stands in the text of a request, which is kept until {until} unless the titolare erases that sooner",
    ),
    "report": (
        "lo riporta un rapporto, che si conserva fino al {until} (mai meno di dodici mesi, secondo le regole)",
        "a report prints it, which is kept until {until} (never less than twelve months, as the rules say)",
    ),
    "hold": (
        "la cancellazione è sospesa, e la toglie chi l’ha messa o il titolare",
        "erasure is on hold, which whoever placed it lifts, or the titolare",
    ),
    "customer": (
        "lo usa ancora il registro di un cliente, e se ne va con l’ultimo",
        "the log of a customer still uses it, and it goes with the last",
    ),
    "erased": ("è già cancellato", "it is erased already"),
}
