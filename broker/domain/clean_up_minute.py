"""The minute of a clean-up of a school's archives: on whose word, what was there before and after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from audit.canonical import Value
from broker.domain.document import day, document, part
from broker.domain.instants import day_of
from broker.domain.school import CleanUp


def minute(
    found: CleanUp, *, customer: str, vendor: str, titolare: str, technician: str, zone: str, on: date
) -> dict[str, Value]:
    """Of one that is counted before and after."""
    assert found.instructed is not None  # nothing is counted before it is
    rows = [(str(n), name, *_figures(found.counts[n])) for n, name in enumerate(found.archives, 1)]
    before = sum(found.counts[n]["before"] for n in found.counts)
    after = sum(found.counts[n]["after"] for n in found.counts)
    return document(
        "clean_up_minute",
        customer=customer,
        vendor=vendor,
        on=on,
        version=1,
        facts=[
            ("Pulizia di fine anno scolastico", f"da concludere entro il {day(found.due)}"),
            ("Istruzione firmata da", f"{titolare}, il {day(day_of(found.instructed, zone))}"),
            ("Impronta dell’istruzione", found.statement),
            ("Eseguita da", technician),
            ("Righe prima e dopo", f"{before} e {after}"),
        ],
        text=[
            (
                "Il titolare del trattamento ha ordinato per iscritto, con la sua firma, di cancellare dati personali negli "
                "archivi qui nominati (art. 28, par. 3, lett. a, GDPR). Nessun altro archivio era compreso nell’istruzione."
            ),
        ],
        parts=[
            part(
                "Archivi",
                head=("N.", "Archivio", "Righe prima", "Righe dopo", "Differenza"),
                widths=(6, 46, 16, 16, 16),
                rows=rows,
            ),
            part(
                "Come si controlla",
                text=[
                    (
                        "I conteggi li ha dichiarati il tecnico; ciascuno è una registrazione del registro del cliente, con ora "
                        "e autore. Il rapporto del mese riporta gli stessi numeri e l’impegno di questo verbale."
                    )
                ],
            ),
        ],
        signatures=["Il titolare del trattamento", "Per il fornitore"],
    )


def _figures(counts: Mapping[str, int]) -> tuple[str, str, str]:
    return str(counts["before"]), str(counts["after"]), str(counts["after"] - counts["before"])
