"""Silent agents: ends are presumed, left-over sessions stopped, and the silence itself is recorded. Ends that no
log took down when they were ordered are recorded, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from audit.instant import whole_ms
from broker.cases.keep_seen import keep_seen
from broker.cases.note_silence import note_silence
from broker.cases.presume_ended import presume_silent, stop_leftovers
from broker.cases.record_stops import record_stops
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts


def silence(began: datetime) -> Callable[[Parts], Awaitable[None]]:
    """The job of a broker that began then: before, it could hear nobody."""

    async def tick(parts: Parts) -> None:
        at = whole_ms(parts.clock.now())

        async def listen(tenant: Tenant) -> None:
            await record_stops(parts, tenant.id)
            await presume_silent(parts, tenant.id, at, began=began)
            await stop_leftovers(parts, tenant.id, at)
            await note_silence(parts, tenant.id, at, began=began)

        await keep_seen(parts)  # who left is judged by when he was heard last
        await customers(parts, "the silence", listen)

    return tick
