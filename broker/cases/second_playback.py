"""The vendor's second person lets the one who asked play a session's recordings, for a day at most."""

from __future__ import annotations

from audit import instant
from audit.instant import whole_ms
from audit.records import PlaybackAllowed
from broker.cases.ask_playback import tell_titolari
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.playing import second
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import playbacks


async def second_playback(parts: Parts, who: Who, session: str, playback: str) -> None:
    """`Refused` for whoever asked himself."""
    tenant = await session_tenant(parts, who, Action.ASK_PLAYBACK, session)
    async with (
        attempt(parts, who, "records", tenant),
        parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx,
    ):
        found = await playbacks.find(tx.work, tenant, session, playback)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        given = second(found, who, tx.at)
        record = PlaybackAllowed(given.id, session, given.person, given.reason, instant.to_text(given.until))
        await tx.append(record, actor=who.actor)
        await tell_titolari(tx, "playback_allowed", session, given.person)
        tx.announce("session", session)
