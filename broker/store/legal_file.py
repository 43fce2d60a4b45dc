"""The house's own legal texts for reports, where it has any: `legal.json` in the broker's folder."""

from __future__ import annotations

from pathlib import Path

from audit.errors import Malformed
from broker.domain.legal import USUAL, LegalText, parse
from broker.domain.refusal import Refused, Why

NAME = "legal.json"


def texts(state: Path) -> tuple[LegalText, ...]:
    """Those of the file, else the usual ones. `Refused` (report_failed) for a file that is none: no report is made
    with texts nobody chose."""
    try:
        data = (state / NAME).read_bytes()
    except FileNotFoundError:
        return USUAL
    try:
        return parse(data)
    except Malformed as wrong:
        raise Refused(Why.REPORT_FAILED, report=NAME) from wrong
