"""What has ended is closed, in order: on the first of the month, at six in the tenant's own morning.

It waits for hosts that have still to list their sessions, but not for long.
"""

from __future__ import annotations

from broker.cases.close_month import close_month
from broker.domain.estate import Tenant
from broker.domain.months import due, waits
from broker.jobs.tenants import customers
from broker.parts import Parts
from broker.store import estate, reports


async def tick(parts: Parts) -> None:
    async def close(tenant: Tenant) -> None:
        async with parts.store.read() as work:
            closed = await reports.months(work, tenant.id)
            hosts = await estate.enrolled_hosts(work, tenant.id)
        at = parts.clock.now()
        # The first that fails keeps back the later ones of its customer: months have an order.
        for period in due(tenant, closed, at):
            if waits(period, tenant, closed, hosts, at):
                return
            await close_month(parts, tenant.id, period)

    await customers(parts, "the month", close)
