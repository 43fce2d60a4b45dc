"""Yearly verifications as a customer's log has them, and the accesses that they look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

from audit.duty_records import VerificationClosed, VerificationJudged, VerificationOpened
from audit.log_records import HeadStamped, LogGap
from audit.yearly_sample import Accesses
from broker.domain.verification import Conclusion, Outcome, Verification, Word
from broker.store import log, openings
from broker.store.database import Work

_KINDS = (VerificationOpened.KIND, VerificationJudged.KIND, VerificationClosed.KIND)


async def every(work: Work, tenant: str) -> list[Verification]:
    """In the order in which they were opened."""
    found: dict[str, Verification] = {}
    for leaf in await log.select_leaves(work, tenant, kinds=_KINDS, limit=log.ALL):
        match leaf.record:
            case VerificationOpened() as one:
                found[one.verification] = Verification(
                    one.verification, date.fromisoformat(one.first), date.fromisoformat(one.until), one.size,
                    one.root, one.drawn, one.sample, leaf.time, leaf.actor.id,
                )  # fmt: skip
            case VerificationJudged(verification=name, item=item, outcome=outcome):
                word = Word(leaf.n, cast(Outcome, outcome), leaf.actor.id)
                found[name] = replace(found[name], words={**found[name].words, item: word})
            case VerificationClosed(verification=name, conclusion=conclusion):
                ended = cast(Conclusion, conclusion)
                found[name] = replace(found[name], conclusion=ended, closed=leaf.time)
            case _:
                pass
    return list(found.values())


async def one(work: Work, tenant: str, verification: str) -> Verification | None:
    return next((found for found in await every(work, tenant) if found.id == verification), None)


async def accesses(work: Work, tenant: str, size: int) -> Accesses:
    """Of the first `size` records."""
    found = Accesses()
    for leaf in await log.select_leaves(work, tenant, kinds=tuple(sorted(Accesses.KINDS)), limit=log.ALL):
        if leaf.n < size:
            found.feed(leaf)
    return found


async def notes(work: Work, tenant: str, found: Verification, wrapping: bytes) -> dict[str, str]:
    """By item, what was written of it; what was erased is not there."""
    said: dict[str, str] = {}
    for item, word in found.words.items():
        opening = await openings.get(work, tenant, word.n, wrapping)
        if opening is not None:
            said[item] = str(opening.data["note"])
    return said


async def told(work: Work, tenant: str, size: int) -> tuple[int, int]:
    """Timestamps and declared gaps among the first `size` records."""
    kinds = (HeadStamped.KIND, LogGap.KIND)
    leaves = [
        one for one in await log.select_leaves(work, tenant, kinds=kinds, limit=log.ALL) if one.n < size
    ]
    stamps = sum(isinstance(one.record, HeadStamped) for one in leaves)
    return stamps, len(leaves) - stamps
