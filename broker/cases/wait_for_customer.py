"""*In attesa del cliente*: an incident waits for somebody else, from a technician's word to his next (§1.4).

No time of answer stops for it: the minutes are kept and shown beside it. It ends by itself when the incident is
closed, when the customer answers a request on it, yes or no, and when a session on it begins.
"""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.work_incident import his_incident
from broker.domain.incident import Awaited, Live, begin_wait, end_wait, live
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import incidents
from broker.store.tx import Tx


async def begin_waiting(parts: Parts, who: Who, tenant: str, incident: str, awaited: Awaited) -> None:
    await his_incident(parts, who, tenant, incident)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await _found(tx, who, incident)
        after, record = begin_wait(found, awaited, tx.at)
        await incidents.move(tx, found, after, record, actor=who.actor)


async def end_waiting(parts: Parts, who: Who, tenant: str, incident: str) -> None:
    await his_incident(parts, who, tenant, incident)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await _found(tx, who, incident)
        after, record = end_wait(found, tx.at)
        await incidents.move(tx, found, after, record, actor=who.actor)


async def _found(tx: Tx, who: Who, incident: str) -> Live:
    """One that is in another's hands is his to say this of."""
    found = live(await incidents.load(tx, tx.tenant, incident))
    if getattr(found, "by", who.person) != who.person:
        raise Refused(Why.NOT_ALLOWED)
    return found
