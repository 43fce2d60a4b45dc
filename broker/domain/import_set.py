"""The tables of one import: which they are, in which order they count, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from broker.domain.import_table import ORDER, Kind, Sheet, Wrong, read


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is what its file is called, for whoever reads what is wrong in it."""

    name: str
    text: str


@dataclass(slots=True)
class Outcome:
    """`kind` None: it is no table of ours. `made` are those that would be made, in a dry run."""

    name: str
    kind: Kind | None
    made: int = 0
    unchanged: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def in_order(tables: Sequence[Table]) -> tuple[list[tuple[Sheet, Outcome]], list[Outcome]]:
    """Those that are tables, in the order in which one rests on another; and what is said of each, as they came."""
    sheets: list[tuple[Sheet, Outcome]] = []
    outcomes = []
    for table in tables:
        found = read(table.text)
        if isinstance(found, Sheet):
            outcome = Outcome(table.name, found.kind)
            if found.kind in {sheet.kind for sheet, _ in sheets}:
                outcome.wrong.append(Wrong(0, "", "kind_twice"))
            else:
                sheets.append((found, outcome))
        else:
            outcome = Outcome(table.name, None, wrong=list(found))
        outcomes.append(outcome)
    return sorted(sheets, key=lambda one: ORDER.index(one[0].kind)), outcomes
