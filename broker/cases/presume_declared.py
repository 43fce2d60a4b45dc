"""What was allowed on a host without an agent is over, and its technician declared no end: it is presumed there."""

from __future__ import annotations

from datetime import datetime

from audit.record import BROKER
from broker.domain import declared as sitting
from broker.parts import Parts
from broker.store import declared_sessions


async def presume_declared(parts: Parts, tenant: str, at: datetime) -> int:
    """How many of the tenant's were presumed. Never an invented time: the last one that was allowed."""
    async with parts.store.read() as work:
        if not await declared_sessions.overdue(work, tenant, at):
            return 0
    async with parts.store.tx(tenant, at) as tx:
        found = await declared_sessions.overdue(tx, tenant, at)
        for one in found:
            after, record = sitting.presume(one)
            await declared_sessions.move(tx, one, after, record, actor=BROKER)
    return len(found)
