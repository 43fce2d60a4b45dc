"""A customer's log goes on under a new key at once: the old one may be known to somebody."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import log, next_log


async def rotate_log_key(parts: Parts, tenant: str) -> str:
    """The origin of the log that is in use from now on. `Refused` (not_found, log_behind, log_closed)."""
    at = whole_ms(parts.clock.now())
    async with parts.store.read() as work:
        if await log.head(work, tenant) is None:
            raise Refused(Why.NOT_FOUND)
    async with parts.store.tx(tenant, at) as tx:
        await next_log.open_next(tx, tx.grown, "key")
        origin = tx.grown.signed.origin
        tx.announce("people", tenant)
    return origin
