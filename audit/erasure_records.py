"""Records of erasure before the term, and of the holds that keep it off."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import (
    Code,
    Day,
    Digest,
    Id,
)
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class ErasureDecided(Record):
    """The titolare had texts erased before their term; `statement` is the digest of his `erasure`."""

    KIND, CODE, IT, EN = "erasure.decided", "R330", "Cancellazione decisa", "Erasure decided"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class ErasureExecuted(Record):
    """What `refs` name is destroyed from here on: the openings of those records, the files of those reports.

    `reason`: term | decision, and then `decision` is the index of the `erasure.decided`.
    """

    KIND, CODE, IT, EN = "erasure.executed", "R331", "Cancellazione eseguita", "Erasure executed"
    RETAIN = "authorisation"
    reason: Code
    decision: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HoldPlaced(Record):
    """Nothing of `request` (without it: nothing at all) is erased until lifted. reason: contest | claim |
    authority. It is looked at again by `review`."""

    KIND, CODE, IT, EN = "hold.placed", "R332", "Cancellazione sospesa", "Erasure put on hold"
    RETAIN = "authorisation"
    hold: Id
    request: Id | None
    reason: Code
    review: Day


@dataclass(frozen=True, slots=True, repr=False)
class HoldLifted(Record):
    KIND, CODE, IT, EN = "hold.lifted", "R333", "Sospensione tolta", "Hold lifted"
    RETAIN = "authorisation"
    hold: Id
