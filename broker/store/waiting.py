"""The queue of all customers, as it stands at a moment, and who has to be told of a jump in it."""

from __future__ import annotations

import json

from sqlalchemy import delete, insert, select

from audit.incident_records import QueueJumped
from audit.record import Actor
from broker.domain.contract import Contract, in_force
from broker.domain.incident import Workable
from broker.domain.queue import Pick, Waiting, in_order
from broker.store import contracts, estate, incidents
from broker.store.database import Work
from broker.store.desk_tables import jumps_owed
from broker.store.tx import Tx


async def queue(work: Work) -> list[Waiting]:
    """In order, oldest first."""
    found: list[Waiting] = []
    held: dict[str, tuple[str, list[Contract]]] = {}
    for one in await incidents.unclosed(work):
        if not isinstance(one, Workable):
            continue
        tenant = one.known.tenant
        if tenant not in held:
            customer = await estate.tenant(work, tenant)
            assert customer is not None  # whose log it stands in
            held[tenant] = customer.zone, await contracts.every(work, tenant)
        zone, agreed = held[tenant]
        contract = in_force(agreed, one.course.reported, zone)
        found.append(Waiting(one, None if contract is None else contract.calendar(zone)))
    return in_order(found)


async def jumped(tx: Tx, pick: Pick, actor: Actor, house: str) -> None:
    """Into this customer's log at once; into those of the others concerned, and the vendor's, after the commit.

    A customer reads of his own incidents alone.
    """
    if pick.reason is None:
        return
    by_tenant: dict[str, list[str]] = {}
    for tenant, incident in (one.id for one in pick.passed):
        by_tenant.setdefault(tenant, []).append(incident)
    taken = pick.waiting.found.known.id
    await tx.append(
        QueueJumped(tuple(by_tenant.pop(tx.tenant, [])), pick.reason, taken),
        actor=actor,
        refs=(pick.waiting.found.known.n,),
    )
    told = {tenant: QueueJumped(tuple(passed), pick.reason) for tenant, passed in by_tenant.items()}
    told[house] = QueueJumped(
        tuple(".".join(one.id) for one in pick.passed), pick.reason, f"{tx.tenant}.{taken}"
    )
    for tenant, record in told.items():
        owed = {"tenant": tenant, "actor": actor.id, "record": json.dumps(record.body())}
        await tx.mark(insert(jumps_owed).values(**owed))


async def owed(work: Work) -> list[str]:
    """Whose logs have still to tell of a jump."""
    rows = await work.run(select(jumps_owed.c.tenant).distinct().order_by(jumps_owed.c.tenant))
    return [row.tenant for row in rows]


async def record_owed(tx: Tx) -> None:
    """All that this log owes, oldest first."""
    rows = await tx.run(select(jumps_owed).where(jumps_owed.c.tenant == tx.tenant).order_by(jumps_owed.c.id))
    for row in rows:
        record = QueueJumped.from_body(json.loads(row.record))
        await tx.append(record, actor=Actor(row.actor, "technician"))
        await tx.mark(delete(jumps_owed).where(jumps_owed.c.id == row.id))
