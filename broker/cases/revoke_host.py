"""Take a host out of use for good: its agent is not let in again."""

from __future__ import annotations

from agent.wire.frames import CLOSE_RETIRED
from audit.estate_records import HostRevoked
from broker.cases.deny import allow, not_there
from broker.domain import session as sitting
from broker.domain.estate import HostWithoutAgent, RevokedHost
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, sessions
from broker.store.tx import Tx

REASON = "revoked"  # as the agent will note the end of its sessions
REASONS = ("retired", "lost", "compromised", "reinstalled")


async def revoke_host(parts: Parts, who: Who, host_id: str, reason: str) -> None:
    """Sessions that run there are ordered to end first; what the agent tells of it comes too late to be
    taken, so the broker presumes their end. A reinstalled machine is a new host.
    """
    if reason not in REASONS:
        raise Refused(Why.BAD_INPUT, field="reason")
    async with parts.store.read() as work:
        found = await estate.find_host(work, host_id)
    if found is None:
        raise await not_there(parts, who, "host")
    await allow(parts, who, Action.REVOKE_HOST, found.tenant, "host")
    async with parts.store.tx(found.tenant, parts.clock.now()) as tx:
        host = await estate.host(tx.work, found.tenant, host_id)
        if host is None or isinstance(host, RevokedHost | HostWithoutAgent):
            raise Refused(Why.WRONG_STATE)
        key = getattr(host, "agent_key", None)
        await estate.keep_host(tx, RevokedHost(host.tenant, host.id, host.label, host.place, key))
        await tx.append(HostRevoked(host.id, reason), actor=who.actor, host=host.id)
        stopping = await _stop_sessions(tx, who, host.id)
        tx.announce("host", host.id)
    for session in stopping:
        await parts.hub.stop(host.id, session, REASON, who.person)
    for agent in parts.hub.links():
        if agent.host == host_id:
            agent.link.close(CLOSE_RETIRED, "this host was taken out of use")
            await agent.flush()


async def _stop_sessions(tx: Tx, who: Who, host: str) -> list[str]:
    """Order the end of whatever runs on this host; which sessions the agent is to be told of."""
    found = [one for one in await sessions.unended(tx, tx.tenant) if one.permit.host == host]
    for one in found:
        live = sitting.stoppable(one)
        after, record = sitting.order_stop(live, who.person, REASON, who.terminal)
        await sessions.move(tx, live, after, record, actor=who.actor)
    return [one.permit.id for one in found]
