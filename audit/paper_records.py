"""Records of what stands on file before anybody may intervene: category, papers, who does what, sub-processors.

A paper is named by kind, reference, date and, where a file was given, its SHA-256: the file itself stays
with whoever signed it. Part of the closed union in `records`.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Digest, Instant, Reference
from audit.record import Record


@dataclass(frozen=True, slots=True)
class CategorySet(Record):
    """The customer's macro-category from `since` up to `until` (exclusive; absent: until the next one).

    1: the vendor is its administrator by appointment of the titolare, and `paper` … `file` name that
    appointment; 2: it has its own, and nothing is named. What was never set is 2.
    """

    KIND, CODE, IT, EN = "category.set", "R420", "Macrocategoria stabilita", "Macro-category set"
    RETAIN = "authorisation"
    category: int
    since: Instant
    until: Instant | None = None
    paper: Code | None = None  # appointment | contract | resolution
    reference: Reference | None = None
    dated: Day | None = None
    file: Digest | None = None


PaperRecord = CategorySet
