"""Requests whose window is over lapse, and unused grants with them."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.lapse import lapse_overdue
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())

    async def lapse(tenant: Tenant) -> None:
        await lapse_overdue(parts, tenant.id, at)

    await customers(parts, "the lapse", lapse)
