"""End what was asked for or allowed of a session's recordings: turn down, withdraw, or say it is answered."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.records import PlaybackEnded
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.playing import check_end
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import playbacks


async def end_playback(parts: Parts, who: Who, session: str, playback: str) -> None:
    tenant = await session_tenant(parts, who, Action.END_PLAYBACK, session)
    async with (
        attempt(parts, who, "records", tenant),
        parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx,
    ):
        found = await playbacks.find(tx.work, tenant, session, playback)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        check_end(found, who.role)
        await tx.append(PlaybackEnded(playback), actor=who.actor)
        tx.announce("session", session)
