"""Signs of life of agents, written down together: a thousand that come back at once are one commit a tenant."""

from __future__ import annotations

from broker.domain.refusal import Refused
from broker.parts import Parts
from broker.store import estate


async def keep_seen(parts: Parts) -> int:
    """How many hosts were marked. What cannot be written now (the database says so in the journal, a closed
    log said it at the start) waits for the next turn."""
    kept = 0
    for tenant, hosts in parts.hub.take_seen().items():
        try:
            async with parts.store.tx(tenant, parts.clock.now(), records=False) as tx:
                for host, at in hosts.items():
                    await estate.seen(tx, tenant, host, at)
        except Refused:
            for host, at in hosts.items():
                parts.hub.saw_before(tenant, host, at)
        else:
            kept += len(hosts)
    return kept
