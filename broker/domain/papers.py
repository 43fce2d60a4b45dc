"""A paper on file, as it is named: kind, reference, date, and the digest of its file where one was given.

The file itself stays with whoever signed it; `Refused` with `bad_input` and the field that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.forms import CODE, DAY, DIGEST, REFERENCE, Form
from broker.domain.refusal import Refused, Why


@dataclass(frozen=True, slots=True)
class Paper:
    """`dated` is a local day (``2026-11-22``), `file` a SHA-256 in hex."""

    kind: str
    reference: str
    dated: str
    file: str | None = None


def named(kind: str, reference: str, dated: str, file: str | None, today: date) -> Paper:
    """As somebody typed it; nothing is on file that is dated after `today`."""
    paper = Paper(
        _of(CODE, kind, "paper"),
        _of(REFERENCE, " ".join(reference.split()), "reference"),
        _of(DAY, dated, "dated"),
        None if not file else _of(DIGEST, file.strip().lower(), "file"),
    )
    if date.fromisoformat(paper.dated) > today:
        raise Refused(Why.BAD_INPUT, field="dated")
    return paper


def _of(form: Form, text: str, field: str) -> str:
    if not form.fits(text):
        raise Refused(Why.BAD_INPUT, field=field)
    return text
