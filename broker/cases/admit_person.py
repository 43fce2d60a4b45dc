"""Admit a person to a tenant: a pseudonym, committed to a name, and a link to come in by."""

from __future__ import annotations

from audit.canonical import Value
from audit.commitment import SALT_BYTES, Opening
from audit.person_records import PersonAdmitted
from audit.record import BROKER, Actor
from broker.cases.deny import allow, attempt
from broker.cases.invite import Invited, issue_invitation
from broker.domain.email_address import read_email
from broker.domain.people import HOUSE_ROLES, Action, Person, Role, Who, admissible
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, log, name_terms, openings, people
from broker.store.tx import Tx


async def admit_person(
    parts: Parts, who: Who, *, tenant: str, role: Role, name: str, function: str, email: str
) -> Invited:
    await allow(parts, who, Action.ADMIT_PERSON, tenant, "person")
    async with attempt(parts, who, "person", tenant), parts.store.tx(tenant, parts.clock.now()) as tx:
        place = await estate.tenant(tx.work, tenant)
        if place is None:
            raise Refused(Why.NOT_FOUND)
        admissible(who, place.kind, role, led=await people.any_comes_in(tx.work, tenant, "titolare"))
        new = await keep_person(
            parts, tx, tenant=tenant, role=role, name=name, function=function, email=email, actor=who.actor
        )
        return await issue_invitation(parts, tx, new.id, by=who.actor)


async def keep_person(
    parts: Parts, tx: Tx, *, tenant: str, role: Role, name: str, function: str, email: str, actor: Actor
) -> Person:
    """The row, and the record whose sealed opening ties pseudonym and name together."""
    new = Person(opaque_id(parts.chance, "p"), tenant, role, name, function, read_email(email), active=True)
    for other in await people.find_by_email(tx.work, new.email):
        # One address on both sides would make somebody of the house an approver of his own requests.
        if other.tenant == tenant or (other.role in HOUSE_ROLES) != (role in HOUSE_ROLES):
            raise Refused(Why.DUPLICATE)
    await people.add_person(tx, new)
    await _admit(parts, tx, new, {"name": new.name, "function": new.function, "email": new.email}, actor)
    tx.announce("people", new.id)
    return new


async def introduce(parts: Parts, tx: Tx) -> None:
    """Tie to a name whoever of the house this customer's log speaks of, once, before a report names him.

    The customer's own people were admitted when they came.
    """
    house = await estate.house(tx.work)
    assert house is not None  # a customer was opened by somebody of the house
    gone = await name_terms.erased(tx.work, tx.tenant)  # a pseudonym is admitted once
    unnamed = [
        person
        for person in await people.everybody(tx.work, house.id)
        if person.id not in gone and await openings.admission(tx.work, tx.tenant, person.id) is None
    ]
    leaves = await log.leaves(tx.work, tx.tenant, 0, tx.size) if unnamed else []
    for person in unnamed:
        if any(f'"{person.id}"'.encode() in leaf for leaf in leaves):
            await _admit(parts, tx, person, {"name": person.name, "function": person.function}, BROKER)


async def introduce_one(parts: Parts, tx: Tx, person: Person) -> None:
    """The same for one whom a record is about to name, unless this log names him already."""
    gone = await name_terms.erased(tx.work, tx.tenant)
    if person.id not in gone and await openings.admission(tx.work, tx.tenant, person.id) is None:
        await _admit(parts, tx, person, {"name": person.name, "function": person.function}, BROKER)


async def _admit(parts: Parts, tx: Tx, person: Person, texts: Value, actor: Actor) -> None:
    record = PersonAdmitted(person.id, person.role, organisation=person.tenant)
    opening = Opening(parts.chance.octets(SALT_BYTES), texts)
    await tx.append(record, actor=actor, opening=opening, subject=person.id)
