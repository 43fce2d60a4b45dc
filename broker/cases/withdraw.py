"""The technician takes his request back, as long as no session was opened under it."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from broker.cases.deny import attempt
from broker.cases.kill_grant import kill_grant
from broker.cases.located import request_tenant
from broker.domain import request as asking
from broker.domain.people import Action, Who
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import outbox, people, requests


async def withdraw(parts: Parts, who: Who, request: str, reason: str = "") -> int:
    """A grant that was issued dies with it. How many pieces of the reason were covered as passwords."""
    tenant = await request_tenant(parts, who, Action.WITHDRAW, request)
    text, covered = cover(written(reason, "reason", MAX_REASON))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", tenant), parts.store.tx(tenant, at) as tx:
        found = asking.unfinished(await requests.load(tx, tenant, request))
        after, record = asking.withdraw(found, who.person, at)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"reason": text}) if text else None
        await requests.move(tx, found, after, record, actor=who.actor, opening=opening)
        await kill_grant(tx, request, who.actor, reason="withdrawn", terminal=who.terminal)
        everybody = await people.tenant_people(tx.work, tenant)
        await outbox.letters(tx, "withdrawn", request, (p.id for p in everybody))
    return covered
