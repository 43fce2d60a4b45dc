"""Switch what the people at work are told of the administrators: nothing, functions, or names (L-04)."""

from __future__ import annotations

from audit.administrator_records import NoticeChanged
from broker.cases.deny import allow, attempt
from broker.domain.appointments import Shows
from broker.domain.people import Action, Who
from broker.parts import Parts


async def change_notice(parts: Parts, who: Who, shows: Shows) -> None:
    """Of the caller's own tenant. Each switch is a record, so that the log tells what was shown when."""
    await allow(parts, who, Action.CHANGE_NOTICE, who.tenant, "person")
    async with attempt(parts, who, "person", who.tenant), parts.store.tx(who.tenant, parts.clock.now()) as tx:
        await tx.append(NoticeChanged(shows), actor=who.actor)
        tx.announce("people", who.tenant)
