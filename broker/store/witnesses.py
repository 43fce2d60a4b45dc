"""What hosts witness, cosignature by cosignature, and since when one of them is silent."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import func, insert, select, update

from audit import instant, merkle
from audit.checkpoint import Checkpoint
from audit.note import VerifierKey
from broker.store import log, shards
from broker.store.database import Work
from broker.store.tables import cosignatures, hosts
from broker.store.tx import Tx


def external_id(vkey: VerifierKey) -> str:
    """What an external witness is called where hosts have their ids; no host's id has this form."""
    return f"w/{hashlib.sha256(vkey.text.encode()).hexdigest()[:32]}"


async def cosigned_to(work: Work, tenant: str, witness: str) -> int:
    """The size of the largest head it cosigned that is kept here; 0 for none."""
    rows = await work.run(
        select(func.max(cosignatures.c.size).label("size")).where(
            cosignatures.c.tenant == tenant, cosignatures.c.host == witness
        )
    )
    return int(rows[0].size or 0)


async def head_of_size(work: Work, tenant: str, size: int) -> Checkpoint | None:
    """The head this log had, or passed through, at that size; None if it was never so long."""
    head = await log.head(work, tenant)
    if head is None or not 0 < size <= head.size:
        return None
    root = await log.with_nodes(work, tenant, lambda read: merkle.root(size, read))
    return Checkpoint(await shards.origin_at(work, tenant, head, size), size, root)


async def keep(tx: Tx, host: str, size: int, line: str) -> None:
    """Store a checked cosignature, and remember how far this host (or `external_id`) has witnessed."""
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
