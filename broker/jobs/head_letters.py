"""On Monday at seven, in each customer's own morning, the head of his log goes out by mail."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.send_heads import send_heads
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())

    async def send(tenant: Tenant) -> None:
        await send_heads(parts, tenant, at)

    await customers(parts, "the head", send)
