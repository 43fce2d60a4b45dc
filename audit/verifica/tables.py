"""The tables of FORMAT.md as data: the JavaScript verifier has them from there, and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from audit.canonical import Value

_FIELD = re.compile(r"`([a-z0-9_]+)` (\[?)([a-z0-9_]+)\]?(\??)")
_OPENING = {"": "never", "may": "may", "yes": "must"}


def read() -> dict[str, Value]:
    """`kinds` of records, `moves` in their order, `objects` that are signed, `words` of closed lists,
    `terms` of retention in months."""
    text = files("audit").joinpath("FORMAT.md").read_text(encoding="utf-8")
    moves: dict[str, dict[str, Value]] = {}
    for what, kind, states, after in _rows(text, "moves"):
        moves.setdefault(what, {})[_name(kind)] = {"from": states.split(", "), "after": after or None}
    return {
        "kinds": {_name(row[1]): _kind(row) for row in _rows(text, "kinds")},
        "moves": moves,
        "objects": {_name(name): _fields(line) for name, line in _rows(text, "objects")},
        "terms": {
            _name(row[0]): {"shortest": int(row[1]), "usual": int(row[2]), "longest": int(row[3])}
            for row in _rows(text, "terms")
        },
        "words": {name: [_name(word) for word in line.split(", ")] for name, line in _rows(text, "words")},
    }


def _rows(text: str, mark: str) -> Iterator[list[str]]:
    """Rows of the table between the two marks, without its head."""
    start = text.index("-->\n", text.index(f"<!-- {mark}")) + 4
    lines = text[start : text.index(f"\n<!-- /{mark} -->")].splitlines()
    for line in lines[2:]:
        yield [cell.strip() for cell in line[1:-1].split("|")]


def _name(cell: str) -> str:
    return cell.strip("`")


def _kind(row: list[str]) -> Value:
    _, _, retain, body, evidence, opening = row
    return {
        "retain": retain,
        "body": _fields(body),
        "evidence": [_name(one) for one in evidence.split(", ") if one],
        "opening": _OPENING[opening],
    }


def _fields(line: str) -> list[Value]:
    found = [_FIELD.fullmatch(field) for field in line.split(", ") if field]
    if not all(found):
        raise ValueError(f"a row of FORMAT.md that nobody can read: {line}")
    return [
        {"name": one[1], "form": one[3], "list": bool(one[2]), "optional": bool(one[4])}
        for one in found
        if one is not None
    ]
