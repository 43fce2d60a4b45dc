"""Tables for a spreadsheet set to Italian: UTF-8, semicolons, every cell quoted, CRLF (RFC 4180)."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from audit.visible import visible

BOM = b"\xef\xbb\xbf"
FORMULA = "=+-@|%＝＋－＠"  # what a spreadsheet may take for the beginning of a formula or of a command


def cell(value: object) -> str:
    """No invisible signs, and no text that a spreadsheet would work out instead of showing it."""
    if isinstance(value, int):
        return str(value)
    shown = visible(unicodedata.normalize("NFC", str(value)), instead=" ").strip()
    return f"'{shown}" if shown[:1] and shown[0] in FORMULA else shown


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, bom: bool = True) -> bytes:
    """With a byte order mark unless told otherwise: without it Excel takes UTF-8 for something else."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow
    write(head)
    for row in rows:
        write([cell(value) for value in row])
    return (BOM if bom else b"") + out.getvalue().encode()
