"""A document made of facts: what stands on it, as the log keeps it and as it is printed. Pure.

It is an object of texts and lists of texts, so it goes into an opening as it is. `parts` are titled; each may have
`facts` of (what, answer), `text` paragraphs and a table of `head`, `widths` (shares of the page) and `rows`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from audit.canonical import Value

Kind = Literal[
    "minute", "dpa_annex", "processing_register", "measures", "suppliers_people", "closing_certificate",
    "clean_up_minute",
]  # fmt: skip
TITLES: dict[Kind, str] = {
    "minute": "Verifica annuale sull’operato degli amministratori di sistema",
    "dpa_annex": "Allegato all’accordo sul trattamento dei dati (art. 28 GDPR)",
    "processing_register": "Registro dei trattamenti del responsabile (art. 30, par. 2, GDPR)",
    "measures": "Scheda delle misure minime (ABSC 5)",
    "suppliers_people": "Persone del fornitore e loro accessi",
    "closing_certificate": "Certificato di restituzione e cancellazione",
    "clean_up_minute": "Pulizia degli archivi di fine anno scolastico",
}
MAX_ROWS = 600  # of one table: the text of a document lies in one opening


@dataclass(frozen=True, slots=True)
class Issued:
    """A version of a document: the record `n` says when and by whom."""

    n: int
    kind: Kind
    version: int
    about: str | None
    at: datetime
    by: str


def part(
    title: str,
    *,
    facts: Sequence[tuple[str, str]] = (),
    text: Sequence[str] = (),
    head: Sequence[str] = (),
    widths: Sequence[int] = (),
    rows: Sequence[Sequence[str]] = (),
) -> dict[str, Value]:
    """A table longer than `MAX_ROWS` says how many rows it leaves out."""
    more = len(rows) - MAX_ROWS
    note = [f"Altre {more} righe non sono stampate: sono nel registro."] if more > 0 else []
    return {
        "title": title,
        "facts": [list(one) for one in facts],
        "text": [*text, *note],
        "head": list(head),
        "widths": list(widths),
        "rows": [list(row) for row in rows[:MAX_ROWS]],
    }


def document(
    kind: Kind,
    *,
    customer: str,
    vendor: str,
    on: date,
    version: int,
    facts: Sequence[tuple[str, str]],
    parts: Sequence[dict[str, Value]],
    text: Sequence[str] = (),
    signatures: Sequence[str] = (),
) -> dict[str, Value]:
    return {
        "title": TITLES[kind],
        "customer": customer,
        "vendor": vendor,
        "date": on.isoformat(),
        "foot": f"Versione {version} del {day(on)}",
        "facts": [["Cliente", customer], ["Fornitore", vendor], *(list(one) for one in facts)],
        "text": list(text),
        "parts": list(parts),
        "signatures": list(signatures),
    }


def sheet(found: dict[str, Value], n: int) -> bytes:
    """As it is set: the record that holds it is named on each page."""
    plain: dict[str, Value] = {"head": [], "widths": [], "rows": []}
    return json.dumps(
        plain | found | {"foot": f"{found['foot']}, registrazione n. {n}"}, ensure_ascii=False
    ).encode()


def same(one: dict[str, Value], other: dict[str, Value]) -> bool:
    """Whether two say the same but for version and day."""
    return all(one[name] == other[name] for name in one.keys() - {"foot", "date"})


def day(on: date) -> str:
    return f"{on:%d/%m/%Y}"
