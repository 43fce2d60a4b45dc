"""What the broker answered, as lines for a terminal or a pipe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from audit.visible import visible

NOTHING = "Nessuna riga."


def lines(value: Any, *, aligned: bool) -> Iterator[str]:
    """Rows of a table under their fields' names: aligned for the eye, else with tabs between, for `cut`."""
    match value:
        case []:
            yield NOTHING
        case [dict(), *_]:
            yield from _table(value, aligned=aligned)
        case list():
            yield from (_cell(one) for one in value)
        case dict():
            for name, one in value.items():
                if isinstance(one, list) and one and isinstance(one[0], dict):
                    yield f"{visible(name)}:"
                    yield from ("  " + line for line in _table(one, aligned=aligned))
                else:
                    yield f"{visible(name)}: {_cell(one)}"
        case _:
            yield _cell(value)


def _table(rows: list[dict[str, Any]], *, aligned: bool) -> Iterator[str]:
    heads = list(dict.fromkeys(name for row in rows for name in row))
    cells = [heads, *([_cell(row.get(head)) for head in heads] for row in rows)]
    if not aligned:
        yield from ("\t".join(row) for row in cells)
        return
    widths = [max(len(row[n]) for row in cells) for n in range(len(heads))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(value: Any) -> str:
    """One line, whatever somebody wrote: no sign that moves a cursor or ends a column."""
    match value:
        case None:
            return "-"
        case bool():
            return "sì" if value else "no"
        case str():
            return visible(value.replace("\n", " ⏎ "), instead="·")
        case dict() | list():
            return visible(json.dumps(value, ensure_ascii=False), instead="·")
        case _:
            return str(value)
