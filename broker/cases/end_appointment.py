"""End an administrator's appointment before its last day."""

from __future__ import annotations

from audit.administrator_records import AdministratorEnded
from audit.record import Actor
from broker.cases.deny import allow, attempt
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import appointments, people
from broker.store.tx import Tx


async def end_appointment(parts: Parts, who: Who, tenant: str, appointment: str) -> None:
    """The titolare any of his, the owner those of the vendor's people."""
    await allow(parts, who, Action.APPOINT_ADMINISTRATOR, tenant, "person")
    async with attempt(parts, who, "person", tenant), parts.store.tx(tenant, parts.clock.now()) as tx:
        found = [one for one in await appointments.every(tx.work, tenant) if one.id == appointment]
        if not found or found[0].ended is not None:
            raise Refused(Why.NOT_FOUND)
        if who.house and await people.person(tx.work, tenant, found[0].person) is not None:
            raise Refused(Why.NOT_ALLOWED)
        await appointments.end(tx, appointment)
        await tx.append(AdministratorEnded(appointment, found[0].person, "revoked"), actor=who.actor)
        tx.announce("people", found[0].person)


async def end_appointments(tx: Tx, person: str, actor: Actor, reason: str) -> None:
    """All of his at the customer of this transaction that nobody ended."""
    for one in await appointments.not_over(tx.work, tx.tenant, person):
        await appointments.end(tx, one.id)
        await tx.append(AdministratorEnded(one.id, person, reason), actor=actor)
