"""Once a day: what a term has ended for goes, and what a stop left half done is finished."""

from __future__ import annotations

from broker.cases.erase import erase_due
from broker.cases.handle_leads import forget_leads
from broker.domain.estate import Tenant
from broker.jobs.tenants import everybody
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    async def erase(tenant: Tenant) -> None:
        await erase_due(parts, tenant)

    await forget_leads(parts)
    await everybody(parts, "the erasure", erase)
