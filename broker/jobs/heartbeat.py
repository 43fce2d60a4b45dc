"""Every log shows once a day that it lives, also when nothing happens."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.heartbeat import heartbeat
from broker.jobs.tenants import everybody
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())
    for tenant in await everybody(parts):
        await heartbeat(parts, tenant, at)
