"""The list of administrators of a day as a table for a spreadsheet (L-03)."""

from __future__ import annotations

from collections.abc import Sequence

from audit import spreadsheet
from broker.domain.appointments import Listed

HEAD = (
    "Nome", "Funzione", "Titolo", "Ambiti", "Sistemi", "Dal", "Fino al", "Valutazione del", "Nominato da", "Registrazione",
)  # fmt: skip
_SOURCES = {"set": "elenco firmato di chi autorizza", "appointment": "nomina"}


def table(lines: Sequence[Listed]) -> bytes:
    return spreadsheet.table(HEAD, (_row(one) for one in lines))


def _row(one: Listed) -> Sequence[object]:
    return (
        one.name, one.function, _SOURCES[one.source], ", ".join(one.areas) or "non limitati",
        ", ".join(one.hosts) or "tutti", one.first.isoformat(), one.last.isoformat(),
        one.evaluated, one.by, one.n,
    )  # fmt: skip
