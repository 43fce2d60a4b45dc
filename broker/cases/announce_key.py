"""The next year's log key is said in this year's log, in good time for those who have to be told by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import log, next_log

BEFORE = timedelta(days=40)


async def announce_key(parts: Parts, tenant: Tenant, at: datetime) -> bool:
    """Whether it was still to be said. Hosts follow by themselves; a witness outside needs a new trust file."""
    async with parts.store.read() as work:
        head = await log.head(work, tenant.id)
    if head is None or head.ends is None or head.successor is not None or at < head.ends - BEFORE:
        return False
    async with parts.store.tx(tenant.id, at) as tx:
        if tx.grown.signed.successor is not None:
            return False
        await next_log.announce(tx, tx.grown, "year")
        tx.announce("people", tenant.id)
    return True
