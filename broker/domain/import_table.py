"""A table to be imported: which kind it is, its rows, and what is wrong with their form. Nothing is looked up here.

One spelling per field: the heading names it, the rest is a line of text. UTF-8, semicolon or comma as the heading
has it, RFC 4180 quotes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from audit.visible import visible
from broker.domain import invoice_party
from broker.domain.email_address import read_email
from broker.domain.fiscal_code import body_number, person_number
from broker.domain.plans import PLANS
from broker.domain.refusal import Refused

MAX_BYTES = 192 * 1024
MAX_ROWS = 2000
MAX_WRONG = 200  # told of one file: who reads more mends those first
SHOWN = 40  # signs of a wrong value that are told
BOM = "\ufeff"
NO_PLAN = "senza piano"
BETWEEN = "|"  # several values in one cell

Kind = Literal["customers", "people", "hosts", "contracts", "products"]
Form = Literal[
    "line", "code", "email", "role", "plan", "day", "patron", "yes", "names", "postal_code", "province", "recipient", "cig", "cup"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """`key`: with the others that are, what a row is known by again."""

    name: str
    form: Form = "line"
    most: int = 120
    needed: bool = True
    key: bool = False


SHEETS: dict[Kind, tuple[Column, ...]] = {
    "customers": (
        Column("partita_iva", "code", key=True),
        Column("nome"),
        Column("indirizzo", needed=False),
        Column("comune", needed=False),
        Column("email", "email", needed=False),
        Column("pec", "email", needed=False),
        Column("telefono", most=40, needed=False),
        Column("codice_fiscale", "code", needed=False),
        Column("cap", "postal_code", needed=False),
        Column("provincia", "province", needed=False),
        Column("codice_destinatario", "recipient", needed=False),
        Column("scissione", "yes", needed=False),
    ),
    "people": (
        Column("cliente", "code", key=True),
        Column("persona"),
        Column("ruolo", "role"),
        Column("funzione"),
        Column("email", "email", key=True),
    ),
    "hosts": (
        Column("cliente", "code", key=True),
        Column("macchina", most=64, key=True),
        Column("luogo"),
    ),
    "contracts": (
        Column("cliente", "code", key=True),
        Column("piano", "plan"),
        Column("dal", "day", key=True),
        Column("al", "day"),
        Column("anticipato", "yes", needed=False),
        Column("pagato", "day", needed=False),
        Column("patrono", "patron", needed=False),
        Column("prodotti", "names", most=2000, needed=False),
        Column("cig", "cig", needed=False),
        Column("cup", "cup", needed=False),
    ),
    "products": (Column("prodotto", most=80, key=True),),
}
"""Kinds in the order in which one rests on those before it, but products, which contracts name."""
ORDER: tuple[Kind, ...] = ("customers", "people", "hosts", "products", "contracts")
ROLES = {"titolare": "titolare", "ads": "ads"}
_OF_INVOICES: dict[str, Callable[[str], str]] = {
    "postal_code": invoice_party.postal_code,
    "province": invoice_party.province,
    "recipient": invoice_party.recipient,
    "cig": invoice_party.cig,
    "cup": invoice_party.cup,
}
YES = {"sì": "yes", "no": "no"}


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """`row` as a spreadsheet numbers it, the heading is 1; 0: the file. `column` is empty where it is all of it."""

    row: int
    column: str
    code: str
    value: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Read cells by column; one that is empty, or whose column is not there, is not among them.

    Days are as in ISO 8601, a patron's day ``MM-DD``, *sì* and *no* ``yes`` and ``no``.
    """

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns`: the names of those that are there."""

    kind: Kind
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    wrong: tuple[Wrong, ...] = ()


@dataclass(slots=True)
class _Unreadable(Exception):
    wrong: list[Wrong] = field(default_factory=list)


def decoded(data: bytes) -> str | Wrong:
    """The text of a file: UTF-8, with or without its mark. What Excel calls *CSV* alone is not UTF-8."""
    if len(data) > MAX_BYTES:
        return Wrong(0, "", "too_large", facts=(("limit", f"{MAX_BYTES // 1024} KiB"),))
    try:
        return data.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as wrong:
        row = data.count(b"\n", 0, wrong.start) + 1
        return Wrong(row, "", "encoding")


def read(text: str) -> Sheet | tuple[Wrong, ...]:
    """The table, with what is wrong in its rows; or, where it is none, why."""
    try:
        return _read(text.removeprefix(BOM))
    except _Unreadable as no:
        return tuple(no.wrong)


def _read(text: str) -> Sheet:
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise _Unreadable([Wrong(0, "", "too_large", facts=(("limit", f"{MAX_BYTES // 1024} KiB"),))])
    lines = _cells(text)
    if not lines:
        raise _Unreadable([Wrong(0, "", "empty")])
    head = [name.strip().lower() for name in lines[0][1]]
    kind = _kind_of(head)
    if len(lines) - 1 > MAX_ROWS:
        raise _Unreadable([Wrong(0, "", "too_many_rows", facts=(("limit", str(MAX_ROWS)),))])
    rows: list[Row] = []
    wrong: list[Wrong] = []
    for number, cells in lines[1:]:
        if len(cells) != len(head):
            facts = (("found", str(len(cells))), ("wanted", str(len(head))))
            wrong.append(Wrong(number, "", "cells", facts=facts))
            continue
        given = dict(zip(head, cells, strict=True))
        found, noes = _row(kind, number, given)
        wrong += noes
        if not noes:
            rows.append(Row(number, found))
    wrong += _twice(kind, rows)
    return Sheet(kind, tuple(head), tuple(rows), tuple(sorted(wrong)[:MAX_WRONG]))


def _cells(text: str) -> list[tuple[int, list[str]]]:
    """Each line that holds anything, with the row that a spreadsheet shows it in."""
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in heading else ",", strict=True)
    found: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                found.append((number, cells))
    except csv.Error as wrong:
        raise _Unreadable([Wrong(number + 1, "", "quotes")]) from wrong
    return found


def _kind_of(head: list[str]) -> Kind:
    """The one whose columns these are; else what the nearest lacks, or has not."""
    fits = {
        kind: len({column.name for column in columns} & set(head)) / len(columns)
        for kind, columns in SHEETS.items()
    }
    kind = max(fits, key=lambda one: (fits[one], one == "customers"))
    names = {column.name for column in SHEETS[kind]}
    wrong = [Wrong(1, _shown(name), "heading_unknown") for name in dict.fromkeys(head) if name not in names]
    wrong += [
        Wrong(1, name, "heading_twice")
        for name in dict.fromkeys(head)
        if name in names and head.count(name) > 1
    ]
    if not fits[kind]:
        raise _Unreadable([Wrong(1, "", "no_kind")])
    wrong += [
        Wrong(1, one.name, "heading_missing") for one in SHEETS[kind] if one.needed and one.name not in head
    ]
    if wrong:
        raise _Unreadable(wrong[:MAX_WRONG])
    return kind


def _row(kind: Kind, number: int, given: dict[str, str]) -> tuple[dict[str, str], list[Wrong]]:
    found: dict[str, str] = {}
    wrong: list[Wrong] = []
    for column in SHEETS[kind]:
        text = given.get(column.name, "").strip()
        if not text:
            if column.needed:
                wrong.append(Wrong(number, column.name, "missing"))
            continue
        code = _bounds(column, text)
        read = None if code else _value(column, text)
        if read is None:
            facts = (("limit", str(column.most)),) if code == "too_long" else ()
            wrong.append(Wrong(number, column.name, code or column.form, _shown(text), facts))
        else:
            found[column.name] = read
    return found, wrong


def _bounds(column: Column, text: str) -> str | None:
    if len(text) > column.most:
        return "too_long"
    return "hidden_signs" if visible(text) != text or not text.isprintable() else None


def _value(column: Column, text: str) -> str | None:
    match column.form:
        case "code":
            try:
                return person_number(text) if len(text) == 16 else body_number(text)
            except Refused:
                return None
        case "email":
            try:
                return read_email(text)
            except Refused:
                return None
        case "role":
            return ROLES.get(text.lower())
        case "plan":
            plan = text.lower()
            return plan if plan in PLANS or plan == NO_PLAN else None
        case "day":
            day = _day(text, "%d/%m/%Y", "dd/mm/yyyy")
            return None if day is None else day.isoformat()
        case "patron":
            day = _day(f"{text}/2000", "%d/%m/%Y", "dd/mm/yyyy")
            return None if day is None else f"{day:%m-%d}"
        case "yes":
            return YES.get(text.lower())
        case "names":
            names = [one.strip() for one in text.split(BETWEEN)]
            return BETWEEN.join(names) if all(names) and len(set(names)) == len(names) else None
        case "postal_code" | "province" | "recipient" | "cig" | "cup":
            try:
                return _OF_INVOICES[column.form](text)
            except Refused:
                return None
        case _:
            return text


def _day(text: str, form: str, like: str) -> date | None:
    """In the one spelling, zeros and all."""
    if len(text) != len(like) or not text.isascii():
        return None
    try:
        found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, of no zone
    except ValueError:
        return None
    return found if found.year >= 2000 else None


def key_of(kind: Kind, cells: dict[str, str]) -> tuple[str, ...]:
    return tuple(cells[column.name].casefold() for column in SHEETS[kind] if column.key)


def _twice(kind: Kind, rows: list[Row]) -> list[Wrong]:
    first: dict[tuple[str, ...], int] = {}
    found = []
    last_key = [column.name for column in SHEETS[kind] if column.key][-1]
    for row in rows:
        key = key_of(kind, row.cells)
        if key in first:
            facts = (("first", str(first[key])),)
            found.append(Wrong(row.number, last_key, "twice", _shown(row.cells[last_key]), facts))
        else:
            first[key] = row.number
    return found


def _shown(text: str) -> str:
    seen = visible(text, instead="·")
    return seen if len(seen) <= SHOWN else f"{seen[: SHOWN - 1]}…"
