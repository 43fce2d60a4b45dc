"""What hosts witness, cosignature by cosignature, and since when one of them is silent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from audit import instant, merkle
from audit.checkpoint import Checkpoint
from broker.store import log
from broker.store.database import Work
from broker.store.tables import cosignatures, hosts
from broker.store.tx import Tx


async def head_of_size(work: Work, tenant: str, size: int) -> Checkpoint | None:
    """The head this log had, or passed through, at that size; None if it was never so long."""
    head = await log.head(work, tenant)
    if head is None or not 0 < size <= head.size:
        return None
    root = await log.with_nodes(work, tenant, lambda read: merkle.root(size, read))
    return Checkpoint(head.origin, size, root)


async def keep(tx: Tx, host: str, size: int, line: str) -> None:
    """Store a checked cosignature, and remember how far this host has witnessed."""
    where = (
        cosignatures.c.tenant == tx.tenant,
        cosignatures.c.host == host,
        cosignatures.c.size == size,
    )
    if not await tx.run(select(cosignatures.c.size).where(*where)):
        await tx.mark(
            insert(cosignatures).values(
                tenant=tx.tenant, host=host, size=size, line=line, received=instant.to_text(tx.at)
            )
        )
    await tx.mark(
        update(hosts)
        .where(hosts.c.tenant == tx.tenant, hosts.c.id == host, hosts.c.witnessed < size)
        .values(witnessed=size)
    )


async def silent(tx: Tx, host: str, since: datetime | None) -> None:
    """From when on this host's silence is still to be said; None: it speaks."""
    await tx.mark(
        update(hosts)
        .where(hosts.c.tenant == tx.tenant, hosts.c.id == host)
        .values(silent_since=None if since is None else instant.to_text(since))
    )
