"""Somebody of the customer begins or leaves off watching a session: each is a record."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.session_records import WatchJoined, WatchLeft
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.session import stoppable
from broker.parts import Parts
from broker.store import sessions


async def join_watch(parts: Parts, who: Who, session: str) -> str:
    """The host it is on. Refused where nothing runs: a session that is over is read in the records."""
    tenant = await session_tenant(parts, who, Action.WATCH, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "watch", tenant), parts.store.tx(tenant, at) as tx:
        found = stoppable(await sessions.load(tx, tenant, session))
        await tx.append(
            WatchJoined(watcher=who.person, terminal=who.terminal),
            actor=who.actor,
            session=session,
            host=found.permit.host,
        )
        tx.announce("session", session)
    return found.permit.host


async def leave_watch(parts: Parts, who: Who, session: str) -> None:
    """Whatever became of the session meanwhile."""
    tenant = await session_tenant(parts, who, Action.WATCH, session)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await sessions.load(tx, tenant, session)
        await tx.append(
            WatchLeft(watcher=who.person), actor=who.actor, session=session, host=found.permit.host
        )
        tx.announce("session", session)
