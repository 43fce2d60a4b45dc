"""Requests whose window is over lapse, and unused grants with them; ends that nobody declared are presumed."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.lapse import lapse_overdue
from broker.cases.presume_declared import presume_declared
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())

    async def lapse(tenant: Tenant) -> None:
        await lapse_overdue(parts, tenant.id, at)
        await presume_declared(parts, tenant.id, at)

    await customers(parts, "the lapse", lapse)
