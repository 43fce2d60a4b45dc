"""What stands on file, as one log tells it: a fold over its records, so that there is nothing to get out of step.

A customer's log holds its agreement, matrix, category and sub-processors; the vendor's what its technicians
signed and learned, and for whom they work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from audit.leaf import Leaf
from audit.paper_records import (
    CategorySet,
    DutiesDated,
    MatrixSet,
    PaperFiled,
    PaperWithdrawn,
    PersonEmployed,
    SubprocessorAnnounced,
    SubprocessorAnswered,
)
from audit.person_records import PersonLeft
from broker.domain.category import Validity
from broker.domain.papers import Filed

KINDS = tuple(
    kind.KIND
    for kind in (
        CategorySet, PaperFiled, PaperWithdrawn, MatrixSet, SubprocessorAnnounced, SubprocessorAnswered,
        PersonEmployed, DutiesDated, PersonLeft,
    )
)  # fmt: skip
ROWS = ("authorise", "supervise", "train", "credentials")
Answer = Literal["agreed", "objected"]


@dataclass(frozen=True, slots=True)
class Subprocessor:
    """A company whose people work for the vendor. `place`: the country it works from (art. 28(4), 44)."""

    id: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Announced:
    """A sub-processor as the customer was told of it; `notice` is the last day of the notice."""

    subprocessor: str
    authorisation: str  # general | specific
    notice: str
    answer: str | None = None

    def counts(self, day: date) -> bool:
        """Whether its people may work at that customer's (art. 28(2), L-32)."""
        if self.answer is not None:
            return self.answer == "agreed"
        return self.authorisation == "general" and day.isoformat() > self.notice


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who must do what: people of the customer, or the vendor by its tenant's id."""

    authorise: tuple[str, ...] = ()
    supervise: tuple[str, ...] = ()
    train: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()

    @property
    def rows(self) -> dict[str, tuple[str, ...]]:
        return dict(zip(ROWS, (self.authorise, self.supervise, self.train, self.credentials), strict=True))

    @property
    def whole(self) -> bool:
        """Whether every row names somebody (S-28)."""
        return all(self.rows.values())

    def without(self, person: str) -> Matrix:
        """Once that person has left: a row that named nobody else names nobody."""
        return Matrix(*(tuple(one for one in row if one != person) for row in self.rows.values()))


@dataclass(slots=True)
class Register:
    """`block`: the day that was set from which what lacks blocks; None: nobody set one."""

    filed: list[Filed] = field(default_factory=list)
    categories: list[Validity] = field(default_factory=list)
    matrix: Matrix = Matrix()
    subprocessors: dict[str, Announced] = field(default_factory=dict)
    employers: dict[str, str | None] = field(default_factory=dict)
    block: date | None = None

    @classmethod
    def of(cls, leaves: Iterable[Leaf]) -> Register:
        """Those of `KINDS`, oldest first."""
        found = cls()
        for leaf in leaves:
            found._hear(leaf)
        return found

    def has(self, kind: str, day: date, person: str | None = None) -> bool:
        """Whether a paper of that kind, that person's own, holds on that day."""
        return any(one.paper.kind == kind and one.person == person and one.holds(day) for one in self.filed)

    def _hear(self, leaf: Leaf) -> None:
        match leaf.record:
            case CategorySet() as told:
                self.categories.append(Validity.of(told))
            case PaperFiled() as told:
                self.filed.append(Filed.of(told))
            case PaperWithdrawn(filing=filing):
                self.filed = [one for one in self.filed if one.id != filing]
            case MatrixSet() as told:
                self.matrix = Matrix(told.authorise, told.supervise, told.train, told.credentials)
            case SubprocessorAnnounced(subprocessor=one, authorisation=how, notice=notice):
                self.subprocessors[one] = Announced(one, how, notice)
            case SubprocessorAnswered(subprocessor=one, answer=answer) if one in self.subprocessors:
                self.subprocessors[one] = replace(self.subprocessors[one], answer=answer)
            case PersonEmployed(person=person, subprocessor=employer):
                self.employers[person] = employer
            case DutiesDated(block=block):
                self.block = date.fromisoformat(block)
            case PersonLeft(person=person):
                self.matrix = self.matrix.without(person)
            case _:
                pass
