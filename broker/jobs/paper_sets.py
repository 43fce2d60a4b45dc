"""Sets that the key on paper signed come into force once they have waited."""

from __future__ import annotations

from broker.cases.take_announced import take_announced
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    async def take(tenant: Tenant) -> None:
        await take_announced(parts, tenant.id)

    await customers(parts, "sets by the key on paper", take)
