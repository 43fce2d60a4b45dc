"""What was asked and answered about requests that wait, as the log has it, and the words of it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from audit.leaf import Leaf
from broker.domain.clarifying import KINDS, Clarifications, Turn, by_request
from broker.domain.request import Asked
from broker.store import openings
from broker.store.database import Work
from broker.store.tables import entries
from broker.store.tx import Tx


async def since(work: Work | Tx, tenant: str, n: int) -> dict[str, Clarifications]:
    """By request, of all that the log says of it from the record `n` on."""
    rows = await work.run(
        select(entries.c.leaf)
        .where(entries.c.tenant == tenant, entries.c.n >= n, entries.c.kind.in_(KINDS))
        .order_by(entries.c.n)
    )
    return by_request(Leaf.parse(bytes(row.leaf)) for row in rows)


async def of_request(work: Work | Tx, asked: Asked) -> Clarifications:
    return (await since(work, asked.tenant, asked.opened_n)).get(asked.id, Clarifications())


async def told(work: Work, asked: Asked, wrapping: bytes) -> Clarifications:
    """With the texts."""
    found: list[Turn] = []
    for turn in (await of_request(work, asked)).turns:
        opening = await openings.get(work, asked.tenant, turn.n, wrapping)
        found.append(turn if opening is None else replace(turn, text=str(opening.data["text"])))
    return Clarifications(tuple(found))
