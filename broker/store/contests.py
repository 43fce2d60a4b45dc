"""What a customer contests, as his log has it, and the words of it."""

from __future__ import annotations

from typing import cast

from audit.report_records import ContestAnswered, ContestClosed, ContestOpened
from broker.domain.contest import About, Contest, Outcome, Turn
from broker.store import log, openings
from broker.store.database import Work

_KINDS = (ContestOpened.KIND, ContestAnswered.KIND, ContestClosed.KIND)
_MANY = 1_000_000


async def every(work: Work, tenant: str) -> list[Contest]:
    """In the order in which they were opened."""
    found: dict[str, Contest] = {}
    for leaf in await log.select_leaves(work, tenant, kinds=_KINDS, limit=_MANY):
        turn = Turn(leaf.n, leaf.actor.id, leaf.actor.role, leaf.time)
        match leaf.record:
            case ContestOpened(contest=one, request=request, report=report, row=row):
                found[one] = Contest(one, About(request, report, row), (turn,))
            case ContestAnswered(contest=one):
                found[one] = found[one].answered(turn)
            case ContestClosed(contest=one, outcome=outcome):
                found[one] = found[one].ended(cast(Outcome, outcome), leaf.time)
            case _:
                pass
    return list(found.values())


async def one(work: Work, tenant: str, contest: str) -> Contest | None:
    return next((found for found in await every(work, tenant) if found.id == contest), None)


async def words(work: Work, tenant: str, contest: Contest, wrapping: bytes) -> dict[int, str]:
    """What was written, by record; a text that was erased is left out."""
    found: dict[int, str] = {}
    for turn in contest.turns:
        opening = await openings.get(work, tenant, turn.n, wrapping)
        if opening is not None:
            found[turn.n] = str(opening.data["text"])
    return found
