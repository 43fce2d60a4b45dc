"""What was said and noted beside one session: messages with their texts, flags that stand, when presence was confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from audit.leaf import Leaf
from audit.live_records import (
    ExtensionProposed,
    FlagExplained,
    FlagWithdrawn,
    MessageSent,
    MomentFlagged,
    PresenceConfirmed,
)
from broker.domain.talking import MAX_FLAGS, MAX_MESSAGES, Flag, Message
from broker.store import log, openings, requests
from broker.store.database import Work
from broker.store.tx import Tx

_FLAGS = (MomentFlagged.KIND, FlagExplained.KIND, FlagWithdrawn.KIND)


async def messages(work: Work, tenant: str, session: str, wrapping: bytes) -> list[Message]:
    """Oldest first."""
    said = await log.select_leaves(
        work, tenant, session=session, kinds=(MessageSent.KIND,), limit=MAX_MESSAGES
    )
    return [
        Message(one.n, one.time, one.actor.id, await _text(work, tenant, one.n, wrapping)) for one in said
    ]


async def _text(work: Work, tenant: str, n: int, wrapping: bytes) -> str | None:
    found = await openings.get(work, tenant, n, wrapping)
    return str(found.data["text"]) if found is not None and isinstance(found.data, dict) else None


async def count(tx: Tx, session: str, kind: str, most: int) -> int:
    """How many records of the kind there are, up to `most`."""
    return len(await log.select_leaves(tx.work, tx.tenant, session=session, kinds=(kind,), limit=most))


async def flags(work: Work, tenant: str, session: str) -> list[Flag]:
    """Oldest first."""
    told = await log.select_leaves(work, tenant, session=session, kinds=_FLAGS, limit=3 * MAX_FLAGS)
    return standing(told)


def standing(leaves: Sequence[Leaf]) -> list[Flag]:
    found: dict[int, Flag] = {}
    for leaf in leaves:
        match leaf.record:
            case MomentFlagged(by=by):
                found[leaf.n] = Flag(leaf.n, leaf.time, by)
            case FlagExplained(flag=n) if n in found:
                found[n] = Flag(n, found[n].at, found[n].by, explained=True)
            case FlagWithdrawn(flag=n):
                found.pop(n, None)
            case _:
                pass
    return list(found.values())


async def present_since(work: Work, tenant: str, session: str, request: str, watcher: str) -> datetime | None:
    """When he who has the supervision last said that he is there: by taking it, or afterwards."""
    n = await requests.supervised_n(work, tenant, request)
    if n is None:
        return None
    taken = (await log.leaf(work, tenant, n)).time
    said = await log.select_leaves(
        work, tenant, session=session, kinds=(PresenceConfirmed.KIND,), limit=MAX_MESSAGES
    )
    return max([taken, *(one.time for one in said if one.actor.id == watcher)])


async def proposed(work: Work, tenant: str, session: str) -> Leaf | None:
    """The last proposal of more time."""
    found = await log.select_leaves(work, tenant, session=session, kinds=(ExtensionProposed.KIND,), limit=1)
    return found[0] if found else None
