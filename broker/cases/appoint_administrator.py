"""Appoint somebody system administrator of a customer: one natural person, evaluated before (L-01, L-02)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from audit.commitment import SALT_BYTES, Opening
from broker.cases.admit_person import introduce_one
from broker.cases.deny import allow, attempt
from broker.domain.appointments import AppointmentDraft, appointable, drawn_up
from broker.domain.people import Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import appointments, estate, people
from broker.store.tx import Tx


async def appoint_administrator(parts: Parts, who: Who, tenant: str, draft: AppointmentDraft) -> str:
    """The appointment's id. It counts from its first day on; a second one beside it is another record."""
    await allow(parts, who, Action.APPOINT_ADMINISTRATOR, tenant, "person")
    async with attempt(parts, who, "person", tenant), parts.store.tx(tenant, parts.clock.now()) as tx:
        place = await estate.tenant(tx.work, tenant)
        if place is None or place.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        person = await _person(tx, tenant, draft.person)
        appointable(who, person)
        known = [host.id for host in await estate.tenant_hosts(tx.work, tenant)]
        today = tx.at.astimezone(ZoneInfo(place.zone)).date()
        new, texts = drawn_up(draft, opaque_id(parts.chance, "n"), known, today)
        await introduce_one(parts, tx, person)
        opening = Opening(parts.chance.octets(SALT_BYTES), texts)
        n = await tx.append(new, actor=who.actor, opening=opening)
        await appointments.keep(tx, new, n)
        tx.announce("people", person.id)
        return new.appointment


async def _person(tx: Tx, tenant: str, person: str) -> Person:
    found = await people.person(tx.work, tenant, person)
    house = await estate.house(tx.work)
    if found is None and house is not None:
        found = await people.person(tx.work, house.id, person)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found
