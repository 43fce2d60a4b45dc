"""In each customer's own morning: whose hold on erasure is to be reviewed hears of it by mail."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.remind_holds import remind_holds
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())

    async def remind(tenant: Tenant) -> None:
        await remind_holds(parts, tenant, at)

    await customers(parts, "the holds", remind)
