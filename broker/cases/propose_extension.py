"""*Estendi*, from the watcher's side, where nothing was asked for yet: he says that he would sign for more time.

It permits nothing. The technician asks for it, and what is signed is his request (`ask_extension`).
"""

from __future__ import annotations

from audit.instant import whole_ms
from audit.live_records import ExtensionProposed
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.talking import LENGTHS_S, speaking
from broker.parts import Parts
from broker.store import beside_session, sessions


async def propose_extension(parts: Parts, who: Who, session: str, seconds: int) -> None:
    """`Refused` (duplicate) where the same was proposed last."""
    tenant = await session_tenant(parts, who, Action.APPROVE, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        found = speaking(await sessions.load(tx, tenant, session), who)
        if seconds not in LENGTHS_S:
            raise Refused(Why.BAD_INPUT, field="seconds")
        record = ExtensionProposed(who.person, seconds)
        before = await beside_session.proposed(tx.work, tenant, session)
        if before is not None and before.record == record:
            raise Refused(Why.DUPLICATE)
        await tx.append(record, actor=who.actor, session=session, host=found.permit.host)
        tx.announce("session", session)
