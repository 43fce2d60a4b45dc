"""Documents as a customer's log has them, and what stands on each."""

from __future__ import annotations

from typing import Any, cast

from audit.canonical import Value
from audit.commitment import SALT_BYTES, Opening
from audit.duty_records import DocumentIssued
from audit.record import Actor
from broker.domain.document import Issued, Kind
from broker.store import log, openings
from broker.store.database import Work
from broker.store.tx import Tx


async def every(work: Work, tenant: str) -> list[Issued]:
    """In the order in which they were issued."""
    found = []
    for leaf in await log.select_leaves(work, tenant, kinds=(DocumentIssued.KIND,), limit=log.ALL):
        if isinstance(leaf.record, DocumentIssued):
            one = leaf.record
            kind = cast(Kind, one.document)
            found.append(Issued(leaf.n, kind, one.version, one.about, leaf.time, leaf.actor.id))
    return found


async def versions(work: Work, tenant: str, kind: Kind, about: str | None = None) -> list[Issued]:
    return [one for one in await every(work, tenant) if (one.kind, one.about) == (kind, about)]


async def text(work: Work, tenant: str, n: int, wrapping: bytes) -> dict[str, Any] | None:
    """None once it was erased."""
    opening = await openings.get(work, tenant, n, wrapping)
    return None if opening is None else dict(opening.data)


async def issue(
    tx: Tx, kind: Kind, version: int, written: dict[str, Value], actor: Actor, about: str | None = None
) -> int:
    """Its record's index."""
    opening = Opening(tx.chance.octets(SALT_BYTES), written)
    return await tx.append(DocumentIssued(kind, version, about), actor=actor, opening=opening)
