"""Whoever watches a session sees its screen, too: by a connection of his own, while the technician has one."""

from __future__ import annotations

from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.session import enterable
from broker.live.pipe import Pipe
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import channels, sessions
from broker.store.channels import Channel

VIA = "watch"


async def watch_desktop(parts: Parts, who: Who, session: str) -> Pipe:
    """`Refused` where he does not watch (`join_watch`), nothing is shown, or the host says no."""
    tenant = await session_tenant(parts, who, Action.WATCH, session)
    audience = parts.hub.audience(session)
    if not audience.has(who.person) or not audience.has_screen:
        raise Refused(Why.WRONG_STATE, state="desktop")
    asked = Channel(tenant, session, opaque_id(parts.chance, "c"), "desktop", VIA, who.terminal)
    async with parts.store.tx(tenant, parts.clock.now()) as tx:
        found = enterable(await sessions.load(tx, tenant, session))
        await channels.add(tx, asked, None)
    return await parts.hub.open_channel(
        found.permit.host,
        session,
        asked.id,
        kind="desktop",
        params={"via": VIA, "terminal": who.terminal, "watch": True},
        salt=found.permit.salt,
    )
