"""Jumps in the queue, in the logs of the others whom they concern: those whose incidents were passed, and the vendor."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.parts import Parts
from broker.store import waiting


async def jumps_owed(parts: Parts) -> list[str]:
    """Whose logs have still to tell of one."""
    async with parts.store.read() as work:
        return await waiting.owed(work)


async def record_jumps(parts: Parts, tenant: str) -> None:
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        await waiting.record_owed(tx)
