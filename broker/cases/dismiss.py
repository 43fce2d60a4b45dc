"""Somebody leaves: from here on nothing lets him in, and the terms after which his name goes begin to end."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.person_records import LoginEnded, PersonLeft
from audit.pins import in_force
from broker.cases.deny import allow, attempt
from broker.cases.end_appointment import end_appointments
from broker.cases.kill_grant import kill_grant
from broker.domain import request as asking
from broker.domain.people import Action, Person, Who, lets_in
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import addresses, appointments, estate, logins, people, requests, sessions, statements
from broker.store.database import Work
from broker.store.tx import Tx

REASON = "revoked"


async def dismiss(parts: Parts, who: Who, tenant: str, person_id: str) -> None:
    """Whoever lets people in there lets them go, never himself. `Refused`: hosts still take his signature.

    What a technician has open or granted ends after that, customer by customer.
    """
    await allow(parts, who, Action.DISMISS, tenant, "person")
    async with (
        attempt(parts, who, "person", tenant),
        parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx,
    ):
        place = await estate.tenant(tx.work, tenant)
        found = await people.person(tx.work, tenant, person_id)
        if place is None or found is None or not found.active:
            raise Refused(Why.NOT_FOUND)
        lets_in(who, place.kind, led=await people.any_comes_in(tx.work, tenant, "titolare"))
        if person_id == who.person:
            raise Refused(Why.NOT_ALLOWED)
        customers = await estate.customers(tx.work) if place.kind == "house" else [place]
        for customer in customers:
            await _not_appointed(tx, customer.id, found)
        await people.leave(tx, found.id)
        await addresses.forget(tx, found.id)
        for login in await logins.sessions_of(tx.work, found.id):
            if await logins.end_session(tx, login.token):
                await tx.append(LoginEnded(found.id, login.terminal), actor=who.actor)
        await logins.forget(tx, found.id)
        await end_appointments(tx, found.id, who.actor, "left")
        await tx.append(PersonLeft(found.id), actor=who.actor)
        tx.announce("people", found.id)
    if place.kind == "house":
        for customer in customers:
            await _end_his(parts, who, customer.id, found.id)


async def _not_appointed(tx: Tx, tenant: str, person: Person) -> None:
    approvers = await statements.approvers(tx.work, tenant)
    lines = () if approvers is None else approvers.approvers
    if any(line.person == person.id and in_force(line, tx.at) for line in lines):
        raise Refused(Why.STILL_APPOINTED, person=person.name)


async def _end_his(parts: Parts, who: Who, tenant: str, person: str) -> None:
    """His requests are withdrawn, his grants die, his sessions are ordered to end, his appointments end."""
    async with parts.store.read() as work:
        unfinished = await requests.unfinished_of(work, tenant, person) or await _open(work, tenant, person)
        if not unfinished and not await appointments.not_over(work, tenant, person):
            return
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        await end_appointments(tx, person, who.actor, "left")
        waiting = await requests.unfinished_of(tx.work, tenant, person)
        for found in waiting:
            after, record = asking.withdraw(asking.unfinished(found), person, tx.at)
            await requests.move(tx, found, after, record, actor=who.actor)
        wanted = [*(one.asked.id for one in waiting), *await _open(tx.work, tenant, person)]
        orders = [
            await kill_grant(tx, request, who.actor, reason=REASON, terminal=who.terminal)
            for request in wanted
        ]
    for order in orders:
        if order is not None:
            await order.send(parts)


async def _open(work: Work, tenant: str, person: str) -> list[str]:
    """Requests of which a session runs, as far as anybody knows."""
    found = await sessions.unended(work, tenant)
    return [one.permit.request for one in found if one.permit.technician == person]
