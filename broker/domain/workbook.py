"""A workbook (XLSX) of plain tables: texts, whole numbers, amounts and days, and no formula.

A text that looks like the beginning of a formula stays a text when somebody edits its cell, too. The same tables
always give the same bytes.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from audit.spreadsheet import FORMULA
from audit.visible import visible

MAX_TEXT = 32_767  # of one cell, as spreadsheets have it
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | Decimal | date
_MADE = datetime(1980, 1, 1, tzinfo=UTC)  # a workbook says when it was made; what is in it says that better


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: of its tab, at most 31 signs and none of ``[]:*?/\\``. `widths` in signs, a column each."""

    name: str
    head: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class _Formats:
    head: Format
    money: Format
    day: Format
    quoted: Format


def workbook(tables: Sequence[Table]) -> bytes:
    """The file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        formats = _Formats(
            book.add_format({"bold": True}),
            book.add_format({"num_format": "#,##0.00"}),
            book.add_format({"num_format": "dd/mm/yyyy"}),
            book.add_format({"quote_prefix": True}),
        )
        for table in tables:
            _fill(book.add_worksheet(table.name), table, formats)
    return out.getvalue()


def _fill(sheet: Worksheet, table: Table, formats: _Formats) -> None:
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(table.head, table.widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, formats.head)
    for row, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell, formats)


def _write(sheet: Worksheet, row: int, column: int, value: Cell, formats: _Formats) -> None:
    match value:
        case str():
            text = visible(unicodedata.normalize("NFC", value), instead=" ").strip()[:MAX_TEXT]
            if text:
                sheet.write_string(row, column, text, formats.quoted if text[0] in FORMULA else None)
        case date():
            sheet.write_datetime(row, column, value, formats.day)
        case Decimal():
            sheet.write_number(row, column, float(value), formats.money)  # a cell holds no other number
        case _:
            sheet.write_number(row, column, value)
