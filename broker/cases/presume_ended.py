"""The agent is silent: the end of its sessions is presumed, with its last sign of life."""

from __future__ import annotations

from datetime import datetime

from audit.instant import whole_ms
from audit.record import BROKER
from broker.domain import session as sitting
from broker.domain.estate import EnrolledHost
from broker.domain.session import AnySession, Live, PresumedEnded
from broker.parts import Parts
from broker.store import estate, sessions
from broker.store.tx import Tx

BROKER_GONE = "broker_gone"


async def presume_ended(parts: Parts, tenant: str, session: str, *, last_seen: datetime) -> None:
    """Record it, unless the agent told better in the meantime."""
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await sessions.load(tx, tenant, session)
        if isinstance(found, Live):
            await _presume(tx, found, last_seen)
    parts.hub.forget(session)


async def presume_silent(parts: Parts, tenant: str, at: datetime, *, began: datetime) -> int:
    """How many ends were presumed. Silence is counted from `began`, this broker's start, at the earliest:
    agents must have had time to come back to it."""
    async with parts.store.read() as work:
        suspects = await sessions.unended(work, tenant)
    if not suspects:
        return 0
    gone: list[str] = []
    async with parts.store.tx(tenant, at) as tx:
        for found in await sessions.unended(tx, tenant):
            heard = await _last_heard(parts, tx, found)
            if isinstance(found, Live) and sitting.silent(found, heard, at, began=began):
                await _presume(tx, found, heard)
                gone.append(found.permit.id)
    for session in gone:
        parts.hub.forget(session)
    return len(gone)


async def stop_leftovers(parts: Parts, tenant: str, at: datetime) -> int:
    """A session presumed ended whose agent is back and has told no end: it is ordered now, once."""
    async with parts.store.read() as work:
        suspects = await sessions.presumed(work, tenant)
    suspects = [s for s in suspects if s.stop is None and parts.hub.connected(s.permit.host)]
    for one in suspects:
        async with parts.store.tx(tenant, at) as tx:
            found = await sessions.load(tx, tenant, one.permit.id)
            if not isinstance(found, PresumedEnded) or found.stop is not None:
                continue
            after, record = sitting.order_stop(found, BROKER.id, BROKER_GONE, terminal=BROKER.id)
            await sessions.move(tx, found, after, record, actor=BROKER)
        await parts.hub.stop(one.permit.host, one.permit.id, BROKER_GONE, BROKER.id)
    return len(suspects)


async def _presume(tx: Tx, found: Live, last_seen: datetime) -> None:
    after, record = sitting.presume_ended(found, last_seen)
    await sessions.move(tx, found, after, record, actor=BROKER)


async def _last_heard(parts: Parts, tx: Tx, found: AnySession) -> datetime:
    """The present for an agent whose link is up; else what the host's row remembers."""
    host = found.permit.host
    if parts.hub.connected(host):
        return tx.at
    left = parts.hub.last_seen(host)
    if left is not None:
        return left
    known = await estate.host(tx.work, tx.tenant, host)
    kept = known.last_seen if isinstance(known, EnrolledHost) else None
    opened = found.opened if isinstance(found, Live) else tx.at
    return opened if kept is None else max(kept, opened)
