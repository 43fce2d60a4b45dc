"""A session that has to be recorded cannot be any more: it ends, and the log says why."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.record import BROKER
from broker.cases.record_stops import keep_stop
from broker.domain import session as sitting
from broker.domain.refusal import Refused
from broker.domain.session import AnySession, Ended, PresumedEnded, Stoppable
from broker.live.owed import Unrecorded
from broker.parts import Parts
from broker.store import sessions

REASON = "recording_lost"


async def end_unrecorded(parts: Parts, tenant: str, session: str) -> None:
    """Once; a log that does not take the order down does not keep it from the agent: it is recorded later."""
    async with parts.store.read() as work:
        running = await sessions.load(work, tenant, session)
    if _is_over(running):
        return
    at = whole_ms(parts.clock.now())
    try:
        async with parts.store.tx(tenant, at) as tx:
            found = await sessions.load(tx, tenant, session)
            if isinstance(found, Stoppable) and not _is_over(found) and found.stop is None:
                after, record = sitting.order_stop(found, BROKER.id, REASON, terminal=BROKER.id)
                await sessions.move(tx, found, after, record, actor=BROKER)
    except Refused as no:
        keep_stop(parts, Unrecorded(tenant, session, BROKER, REASON, BROKER.id, at), no)
        raise
    finally:
        await parts.hub.stop(running.permit.host, session, REASON, BROKER.id)


def _is_over(found: AnySession) -> bool:
    return isinstance(found, Ended | PresumedEnded) or not isinstance(found, Stoppable)
