"""The titolare lets one ADS play the recordings of one session, for a reason and until an hour."""

from __future__ import annotations

from datetime import datetime

from audit import instant
from audit.instant import whole_ms
from audit.recording_records import PlaybackAllowed
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.playing import for_ads
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import people


async def allow_playback(
    parts: Parts, who: Who, session: str, *, person: str, reason: str, until: datetime
) -> str:
    """Its id."""
    tenant = await session_tenant(parts, who, Action.ALLOW_PLAYBACK, session)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        whom = await people.person(tx.work, tenant, person)
        name = opaque_id(parts.chance, "v")
        given = for_ads(name, session, whom, reason, who, whole_ms(until), tx.at)
        record = PlaybackAllowed(given.id, session, given.person, given.reason, instant.to_text(given.until))
        await tx.append(record, actor=who.actor)
        tx.announce("session", session)
    return given.id
