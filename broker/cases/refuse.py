"""An approver says no: at once, with the reason afterwards if he wants to give one."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from broker.cases.deny import attempt
from broker.cases.located import request_tenant
from broker.domain.people import Action, Who
from broker.domain.request import awaiting, explain, reject, rejected
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import outbox, people, requests


async def refuse(parts: Parts, who: Who, request: str) -> None:
    """Takes effect now; the request can never be approved any more."""
    tenant = await request_tenant(parts, who, Action.REFUSE, request)
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        found = awaiting(await requests.load(tx, tenant, request))
        after, record = reject(found, who.person, at)
        await requests.move(tx, found, after, record, actor=who.actor)
        everybody = await people.tenant_people(tx.work, tenant)
        await outbox.letters(
            tx, "refused", request, (after.asked.technician, *(p.id for p in everybody)), by=who.person
        )


async def explain_refusal(parts: Parts, who: Who, request: str, reason: str) -> int:
    """The reason, once, by whoever refused. How many pieces of it were covered as passwords."""
    tenant = await request_tenant(parts, who, Action.REFUSE, request)
    text, covered = cover(written(reason, "reason", MAX_REASON, needed=True))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", tenant), parts.store.tx(tenant, at) as tx:
        found = rejected(await requests.load(tx, tenant, request))
        after, record = explain(found, who.person)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"reason": text})
        await requests.move(tx, found, after, record, actor=who.actor, opening=opening)
        await outbox.letters(tx, "refusal_explained", request, (after.asked.technician,), by=who.person)
    return covered
