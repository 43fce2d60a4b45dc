"""Requests whose window is over lapse, and unused grants with them."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.lapse import lapse_overdue
from broker.jobs.tenants import customers
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())
    for tenant in await customers(parts):
        await lapse_overdue(parts, tenant.id, at)
