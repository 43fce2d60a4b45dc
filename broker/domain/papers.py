"""A paper on file, as it is named: kind, reference, date, and the digest of its file where one was given.

The file itself stays with whoever signed it; `Refused` with `bad_input` and the field that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from audit.forms import CODE, DAY, DIGEST, REFERENCE, Form
from audit.paper_records import PaperFiled
from broker.domain.refusal import Refused, Why

PaperKind = Literal["dpa", "dpia", "confidentiality", "training"]
OF_CUSTOMERS: tuple[PaperKind, ...] = ("dpa", "dpia")
OF_PEOPLE: tuple[PaperKind, ...] = ("confidentiality", "training")  # of the vendor's technicians


@dataclass(frozen=True, slots=True)
class Paper:
    """`dated` is a local day (``2026-11-22``), `file` a SHA-256 in hex."""

    kind: str
    reference: str
    dated: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper as it was filed: of a `person` where it is somebody's. `until` is its last local day."""

    id: str
    paper: Paper
    until: str | None = None
    person: str | None = None

    def holds(self, day: date) -> bool:
        return self.paper.dated <= day.isoformat() and (self.until is None or day.isoformat() <= self.until)

    @classmethod
    def of(cls, told: PaperFiled) -> Filed:
        paper = Paper(told.paper, told.reference, told.dated, told.file)
        return cls(told.filing, paper, told.until, told.person)

    def record(self) -> PaperFiled:
        paper = self.paper
        return PaperFiled(
            self.id, paper.kind, paper.reference, paper.dated, self.until, self.person, paper.file
        )


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


def last_day(until: str, dated: str) -> str | None:
    """The last day of a paper of that date; None where it has none."""
    if not until:
        return None
    if _of(DAY, until, "until") < dated:
        raise Refused(Why.BAD_INPUT, field="until")
    return until


def _of(form: Form, text: str, field: str) -> str:
    if not form.fits(text):
        raise Refused(Why.BAD_INPUT, field=field)
    return text
