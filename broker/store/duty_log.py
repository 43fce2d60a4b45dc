"""Requests of people concerned, a customer's leaving and reviews of accounts, as the log has them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from sqlalchemy import select

from audit.duty_records import (
    AccountsReviewed,
    CustomerLeft,
    LeavingBegun,
    LeavingConfirmed,
    LeavingStopped,
    RightAnswered,
    RightAsked,
    RightExtended,
)
from broker.domain.leaving import Leaving
from broker.domain.right import Asked, Outcome, Right
from broker.store import log
from broker.store.database import Work
from broker.store.tables import subject_keys

_RIGHTS = (RightAsked.KIND, RightExtended.KIND, RightAnswered.KIND)
_LEAVING = (LeavingBegun.KIND, LeavingConfirmed.KIND, LeavingStopped.KIND, CustomerLeft.KIND)


@dataclass(frozen=True, slots=True)
class Review:
    at: datetime
    by: str
    kept: tuple[str, ...]


async def rights(work: Work, tenant: str) -> list[Right]:
    """In the order in which they were noted."""
    found: dict[str, Right] = {}
    for leaf in await log.select_leaves(work, tenant, kinds=_RIGHTS, limit=log.ALL):
        match leaf.record:
            case RightAsked() as one:
                days = date.fromisoformat(one.received), date.fromisoformat(one.due)
                found[one.right] = Right(one.right, leaf.n, cast(Asked, one.asked), *days)
            case RightExtended(right=name, due=due):
                found[name] = replace(found[name], due=date.fromisoformat(due), extended=True)
            case RightAnswered(right=name, outcome=outcome):
                found[name] = replace(found[name], outcome=cast(Outcome, outcome), answered=leaf.time)
            case _:
                pass
    return list(found.values())


async def leaving(work: Work, tenant: str) -> Leaving | None:
    """The last one."""
    found: Leaving | None = None
    for leaf in await log.select_leaves(work, tenant, kinds=_LEAVING, limit=log.ALL):
        match leaf.record:
            case LeavingBegun(leaving=name):
                found = Leaving(name, leaf.actor.id, leaf.actor.role, leaf.time)
            case LeavingConfirmed(last=last) if found is not None:
                found = replace(found, state="confirmed", last=date.fromisoformat(last))
            case LeavingStopped() if found is not None:
                found = replace(found, state="stopped")
            case CustomerLeft() if found is not None:
                found = replace(found, state="left")
            case _:
                pass
    return found


async def has_left(work: Work, tenant: str) -> bool:
    return bool(await log.select_leaves(work, tenant, kinds=(CustomerLeft.KIND,), limit=1))


async def keys(work: Work, tenant: str) -> list[str]:
    """What the keys are of that still open something."""
    rows = await work.run(select(subject_keys.c.subject).where(subject_keys.c.tenant == tenant))
    return sorted(row.subject for row in rows)


async def last_review(work: Work, tenant: str) -> Review | None:
    leaves = await log.select_leaves(work, tenant, kinds=(AccountsReviewed.KIND,), limit=1)
    for leaf in leaves:
        if isinstance(leaf.record, AccountsReviewed):
            return Review(leaf.time, leaf.actor.id, leaf.record.kept)
    return None
