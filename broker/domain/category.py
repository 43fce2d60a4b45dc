"""A customer's macro-category: 1, the vendor is its administrator by the titolare's appointment; 2, it has its own.

Requirements S-24. What was set speaks from an instant on, and never of the past, so a session keeps the
category that held when it began. Where nothing was set, or what was set has ended, it is 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from audit import instant
from audit.paper_records import CategorySet
from broker.domain.papers import Paper
from broker.domain.refusal import Refused, Why

Category = Literal[1, 2]
APPOINTMENTS = ("appointment", "contract", "resolution")  # the paper that makes the vendor the administrator


@dataclass(frozen=True, slots=True)
class Validity:
    """`until` is exclusive; None: until another one begins. `paper`: the appointment, of category 1."""

    category: Category
    since: datetime
    until: datetime | None = None
    paper: Paper | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    @classmethod
    def of(cls, record: CategorySet) -> Validity:
        until = None if record.until is None else instant.parse(record.until)
        paper = None
        if record.paper is not None and record.reference is not None and record.dated is not None:
            paper = Paper(record.paper, record.reference, record.dated, record.file)
        return cls(1 if record.category == 1 else 2, instant.parse(record.since), until, paper)

    def record(self) -> CategorySet:
        return CategorySet(
            category=self.category,
            since=instant.to_text(self.since),
            until=None if self.until is None else instant.to_text(self.until),
            paper=None if self.paper is None else self.paper.kind,
            reference=None if self.paper is None else self.paper.reference,
            dated=None if self.paper is None else self.paper.dated,
            file=None if self.paper is None else self.paper.file,
        )


def valid_at(found: Iterable[Validity], at: datetime) -> Validity | None:
    """Of what was set, oldest first: the last that speaks of that instant."""
    held = [one for one in found if one.holds(at)]
    return held[-1] if held else None


def category_at(found: Iterable[Validity], at: datetime) -> Category:
    one = valid_at(found, at)
    return 2 if one is None else one.category


def settled(wanted: Validity, at: datetime) -> Validity:
    """What may be set at that moment: `appointment_missing` for 1 without its paper, and nothing of the past."""
    if wanted.since < at:
        raise Refused(Why.BAD_INPUT, field="since")
    if wanted.until is not None and wanted.until <= wanted.since:
        raise Refused(Why.BAD_INPUT, field="until")
    if wanted.category == 1 and wanted.paper is None:
        raise Refused(Why.APPOINTMENT_MISSING)
    if wanted.category == 2 and wanted.paper is not None:
        raise Refused(Why.BAD_INPUT, field="paper")
    if wanted.paper is not None and wanted.paper.kind not in APPOINTMENTS:
        raise Refused(Why.BAD_INPUT, field="paper")
    return wanted
