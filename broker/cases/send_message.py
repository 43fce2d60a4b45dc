"""Technician and watchers write to each other while a session runs: what is said in it is evidence (decision 158)."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.live_records import MessageSent
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.talking import MAX_MESSAGE, MAX_MESSAGES, speaking
from broker.domain.texts import cover, written
from broker.parts import Parts
from broker.store import beside_session, sessions


async def send_message(parts: Parts, who: Who, session: str, text: str) -> int:
    """How many pieces of it were covered as passwords: nobody is asked for one, and none is kept."""
    tenant = await session_tenant(parts, who, Action.TALK, session)
    kept, covered = cover(written(text, "text", MAX_MESSAGE, needed=True))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        permit = speaking(await sessions.load(tx, tenant, session), who).permit
        if await beside_session.count(tx, session, MessageSent.KIND, MAX_MESSAGES) >= MAX_MESSAGES:
            raise Refused(Why.TOO_LARGE, field="text", limit=str(MAX_MESSAGES))
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": kept})
        await tx.append(
            MessageSent(who.person),
            actor=who.actor,
            session=session,
            host=permit.host,
            opening=opening,
            subject=permit.request,
        )
        tx.announce("session", session)
    return covered
