"""Every customer's heads are stamped by the timestamp authority; while it is away they wait, and nothing else does."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from broker.cases.stamp_heads import stamp_heads
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts
from broker.ports import TimestampAuthority

_log = logging.getLogger("verbale.timestamps")


def stamping(authority: TimestampAuthority) -> Callable[[Parts], Awaitable[None]]:
    """The job, for the timetable."""

    async def tick(parts: Parts) -> None:
        away = False

        async def stamp(tenant: Tenant) -> None:
            nonlocal away
            if away:  # one authority for all: who comes later in the same turn would only wait for it again
                return
            try:
                await stamp_heads(parts, tenant, authority)
            except OSError as no:
                away = True
                _log.warning("heads wait for their timestamp: %s", no)

        await customers(parts, "the timestamp", stamp)

    return tick
