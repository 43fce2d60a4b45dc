"""Work on what was asked for or allowed of a session's recordings: found, in one commit, and announced."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from audit.instant import whole_ms
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.playing import AnyPlayback
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import playbacks
from broker.store.tx import Tx


@asynccontextmanager
async def on_playback(
    parts: Parts, who: Who, action: Action, session: str, playback: str
) -> AsyncIterator[tuple[Tx, AnyPlayback]]:
    """`Refused` for who may not do it, and where there is none."""
    tenant = await session_tenant(parts, who, action, session)
    async with (
        attempt(parts, who, "records", tenant),
        parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx,
    ):
        found = await playbacks.find(tx.work, tenant, session, playback)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        yield tx, found
        tx.announce("session", session)
