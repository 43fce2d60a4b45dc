"""Every log shows once a day that it lives, also when nothing happens, and names its successor in time."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.announce_key import announce_key
from broker.cases.heartbeat import heartbeat
from broker.domain.estate import Tenant
from broker.jobs.tenants import everybody
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())

    async def beat(tenant: Tenant) -> None:
        await heartbeat(parts, tenant, at)
        await announce_key(parts, tenant, at)

    await everybody(parts, "the heartbeat", beat)
