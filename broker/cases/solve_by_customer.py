"""*Lo risolvo io*: the customer's own administrator solves the incident (S-33): no session, nothing to pay."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.kill_grant import kill_grant
from broker.cases.located import request_tenant
from broker.domain import request as asking
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import outbox, people, requests


async def solve_by_customer(parts: Parts, who: Who, request: str) -> None:
    tenant = await request_tenant(parts, who, Action.SOLVE, request)
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        found = asking.unfinished(await requests.load(tx, tenant, request))
        after, record = asking.solve(found, who.person, at)
        await requests.move(tx, found, after, record, actor=who.actor)
        await kill_grant(tx, request, who.actor, reason="solved_by_customer", terminal=who.terminal)
        everybody = await people.tenant_people(tx.work, tenant)
        await outbox.letters(
            tx, "solved", request, (after.asked.technician, *(p.id for p in everybody)), by=who.person
        )
