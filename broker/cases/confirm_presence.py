"""*Sono qui*: whoever has the supervision says that he is there, each time he is asked (`domain.presence`)."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.live_records import PresenceConfirmed
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.cases.supervised import supervised
from broker.domain.people import Action, Who
from broker.domain.presence import AT_MOST
from broker.parts import Parts
from broker.store import beside_session


async def confirm_presence(parts: Parts, who: Who, session: str) -> None:
    """Pressed twice in a minute it is one record."""
    tenant = await session_tenant(parts, who, Action.SUPERVISE, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "watch", tenant), parts.store.tx(tenant, at) as tx:
        found = await supervised(tx, who, tenant, session)
        request = found.permit.request
        since = await beside_session.present_since(tx.work, tenant, session, request, who.person)
        if since is not None and at - since < AT_MOST:
            return
        await tx.append(
            PresenceConfirmed(who.person), actor=who.actor, session=session, host=found.permit.host
        )
        tx.announce("session", session)
