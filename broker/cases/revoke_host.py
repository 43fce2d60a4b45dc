"""Take a host out of use for good: its agent is not let in again."""

from __future__ import annotations

from agent.wire.frames import CLOSE_RETIRED
from audit.records import HostRevoked
from broker.domain.estate import RevokedHost
from broker.domain.people import Action, Who, require
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate

REASONS = ("retired", "lost", "compromised", "reinstalled")


async def revoke_host(parts: Parts, who: Who, host_id: str, reason: str) -> None:
    """A running session ends with the agent's link: as its policy says for a broker that is gone.

    Stop sessions first where they must end at once. A reinstalled machine is a new host.
    """
    if reason not in REASONS:
        raise Refused(Why.BAD_INPUT, field="reason")
    async with parts.store.read() as work:
        found = await estate.find_host(work, host_id)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    require(who, Action.REVOKE_HOST, found.tenant)
    async with parts.store.tx(found.tenant, parts.clock.now()) as tx:
        host = await estate.host(tx.work, found.tenant, host_id)
        if host is None or isinstance(host, RevokedHost):
            raise Refused(Why.WRONG_STATE)
        key = getattr(host, "agent_key", None)
        await estate.keep_host(tx, RevokedHost(host.tenant, host.id, host.label, host.place, key))
        await tx.append(HostRevoked(host.id, reason), actor=who.actor, host=host.id)
        tx.announce("host", host.id)
    for agent in parts.hub.links():
        if agent.host == host_id:
            agent.link.close(CLOSE_RETIRED, "this host was taken out of use")
            await agent.flush()
