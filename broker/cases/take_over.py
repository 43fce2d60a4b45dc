"""A technician takes over what was routed to a reseller, with a reason that the customer reads (S-49)."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.record import BROKER
from broker.cases.deny import attempt
from broker.cases.work_incident import his_incident
from broker.domain.incident import pass_on, ready, routed
from broker.domain.people import Who
from broker.domain.reseller import TakeOver
from broker.parts import Parts
from broker.store import incidents


async def take_over(parts: Parts, who: Who, tenant: str, incident: str, reason: TakeOver) -> None:
    """From then on it is as any report of that customer, on his own terms: the reseller asked for nothing."""
    await his_incident(parts, who, tenant, incident)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", tenant), parts.store.tx(tenant, at) as tx:
        before = routed(await incidents.load(tx, tenant, incident))
        after, record = pass_on(before, before.reseller, "taken_over", reason)
        await incidents.move(tx, before, after, record, actor=who.actor)
        if after.known.category == 1:
            queued, ready_record = ready(after, tx.at, "reported")
            await incidents.move(tx, after, queued, ready_record, actor=BROKER)
