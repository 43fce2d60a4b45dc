"""*Termina*: whoever watches for the customer ends the session; obeyed at once, never behind a passkey."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.located import session_tenant
from broker.cases.record_stops import keep_stop
from broker.domain import session as sitting
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.live.owed import Unrecorded
from broker.parts import Parts
from broker.store import sessions

REASON = "stopped_by_ads"


async def stop(parts: Parts, who: Who, session: str) -> bool:
    """Whether the order could be sent; if not, it is the first thing the agent hears when it is back, and
    until then it ends by its own clock, or at the desk.

    Pressed again it is sent again; the grant is dead from the first time on. A log that does not take
    the order down does not keep it from the agent: it is sent, recorded when that can be, and `Refused`
    (stop_unrecorded) says so.
    """
    tenant = await session_tenant(parts, who, Action.STOP_SESSION, session)
    async with parts.store.read() as work:  # a log that is closed lets nobody begin to write
        host = sitting.stoppable(await sessions.load(work, tenant, session)).permit.host
    at = whole_ms(parts.clock.now())
    try:
        async with parts.store.tx(tenant, at) as tx:
            found = sitting.stoppable(await sessions.load(tx, tenant, session))
            after, record = sitting.order_stop(found, who.person, REASON, who.terminal)
            await sessions.move(tx, found, after, record, actor=who.actor)
    except Exception as failed:
        order = Unrecorded(tenant, session, who.actor, REASON, who.terminal, at)
        kept = isinstance(failed, Refused) and keep_stop(parts, order, failed)
        await parts.hub.stop(host, session, REASON, who.person)
        if kept:
            raise Refused(Why.STOP_UNRECORDED) from failed
        raise
    return await parts.hub.stop(host, session, REASON, who.person)
