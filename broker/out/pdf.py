"""The monthly report as PDF/A-3a and PDF/UA-1, its JSON attached byte for byte."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence

MAX_JSON_BYTES = 64 << 20  # a month of 10,000 sessions has about 20 MiB
TIMEOUT_S = 600
TYPESETTER = (sys.executable, "-I", "-m", "broker.out.typeset")
SHEETS = (sys.executable, "-I", "-m", "broker.out.typeset_sheet")
MAX_SHEET_BYTES = 4 << 20
SHEET_TIMEOUT_S = 120
# A fixed number of threads: fewer surprises with memory, and the order of work is no input.
SURROUNDINGS = {"RAYON_NUM_THREADS": "2", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.json")


class ReportFailed(RuntimeError):
    """The data does not make a report: it does not tie, lacks a key, or exceeds a limit. Says which."""


def render(report_json: bytes, name: str, *, english: bool = False) -> bytes:
    """Typeset a month (schema: the report's README) and attach it as `name`; `english`: a reading copy.

    Equal input gives equal bytes. Blocks for seconds: call it in a thread. Raises `ReportFailed`;
    a warning of the typesetter is a failure too, because a warned-of report may lack a text.
    """
    if not _NAME.fullmatch(name):
        raise ReportFailed("the attachment's name is not a plain file name ending in .json")
    if len(report_json) > MAX_JSON_BYTES:
        raise ReportFailed("the month is too large for one report")
    return _typeset([*TYPESETTER, name, *(["en"] if english else [])], report_json, TIMEOUT_S)


def render_sheet(sheet_json: bytes) -> bytes:
    """Typeset a list or a letter (`broker/domain/sheets.py`), with nothing attached. As `render` otherwise."""
    if len(sheet_json) > MAX_SHEET_BYTES:
        raise ReportFailed("too much for one sheet")
    return _typeset(SHEETS, sheet_json, SHEET_TIMEOUT_S)


def _typeset(command: Sequence[str], data: bytes, timeout_s: int) -> bytes:
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            env=SURROUNDINGS,
        )
    except subprocess.TimeoutExpired as late:
        raise ReportFailed(f"the report was not ready after {timeout_s} s") from late
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        said = done.stderr.decode(errors="replace").strip()
        raise ReportFailed(said[-2000:] or f"the typesetter ended with status {done.returncode}")
    return done.stdout
