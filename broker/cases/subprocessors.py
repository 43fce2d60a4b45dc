"""Companies whose people work for the vendor: listed by it, announced to each customer, answered by its titolare.

Requirements L-32, GDPR art. 28(2) and (4). The name stands in the vendor's table and sealed beside the records.
"""

from __future__ import annotations

from datetime import timedelta

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.paper_records import (
    PersonEmployed,
    SubprocessorAnnounced,
    SubprocessorAnswered,
    SubprocessorListed,
)
from broker.cases.deny import allow, attempt
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.register import Answer, Subprocessor
from broker.domain.texts import written
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import duties, estate, outbox, people, subprocessors

MAX_NAME = 120
NOTICE_DAYS = 30
LEAST_NOTICE_DAYS = 15  # in less nobody can be expected to look into a company, and object
LONGEST_NOTICE_DAYS = 366


async def list_subprocessor(parts: Parts, who: Who, name: str, place: str) -> Subprocessor:
    """In the vendor's own list; no customer knows it by that."""
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "tenant")
    at = whole_ms(parts.clock.now())
    new = Subprocessor(
        opaque_id(parts.chance, "c"),
        " ".join(written(name, "name", MAX_NAME, needed=True).split()),
        " ".join(written(place, "place", MAX_NAME, needed=True).split()),
    )
    async with parts.store.tx(who.tenant, at) as tx:
        if any(one.name == new.name for one in await subprocessors.every(tx.work)):
            raise Refused(Why.DUPLICATE)
        await subprocessors.add(tx, new)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"name": new.name, "place": new.place})
        await tx.append(SubprocessorListed(new.id), actor=who.actor, opening=opening, subject=who.tenant)
    return new


async def announce_subprocessor(
    parts: Parts, who: Who, tenant: str, subprocessor: str, *, general: bool, days: int = NOTICE_DAYS
) -> None:
    """Tell the titolare. `general`: his agreement lets the vendor take one on unless he objects within that many
    days; else it takes his yes. Told again, it begins anew."""
    await allow(parts, who, Action.LIST_SUBPROCESSOR, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    if not LEAST_NOTICE_DAYS <= days <= LONGEST_NOTICE_DAYS:
        raise Refused(Why.BAD_INPUT, field="days")
    async with parts.store.tx(tenant, at) as tx:
        place = await estate.tenant(tx.work, tenant)
        found = await subprocessors.find(tx.work, subprocessor)
        if place is None or place.kind != "customer" or found is None:
            raise Refused(Why.NOT_FOUND)
        notice = day_of(at, place.zone) + timedelta(days=days)
        record = SubprocessorAnnounced(found.id, "general" if general else "specific", notice.isoformat())
        opening = Opening(parts.chance.octets(SALT_BYTES), {"name": found.name, "place": found.place})
        await tx.append(record, actor=who.actor, opening=opening, subject=tenant)
        told = {"subprocessor": found.id, "authorisation": record.authorisation, "notice": record.notice}
        for one in await people.tenant_people(tx.work, tenant, role="titolare"):
            await tx.tell(outbox.DUTY, {"to": one.id, **told})
        tx.announce("people", tenant)


async def answer_subprocessor(parts: Parts, who: Who, subprocessor: str, answer: Answer) -> None:
    """The titolare's word on one of the caller's own: what was opened goes on, nothing more is."""
    await allow(parts, who, Action.ANSWER_SUBPROCESSOR, who.tenant, "tenant")
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        if subprocessor not in (await duties.register(tx.work, who.tenant)).subprocessors:
            raise Refused(Why.NOT_FOUND)
        await tx.append(SubprocessorAnswered(subprocessor, answer), actor=who.actor)
        tx.announce("people", who.tenant)


async def employ(parts: Parts, who: Who, person: str, subprocessor: str | None) -> None:
    """For whom a technician works: one of the list, or (None) the vendor itself."""
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "person")
    async with (
        attempt(parts, who, "person", who.tenant),
        parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx,
    ):
        found = await people.person(tx.work, who.tenant, person)
        known = subprocessor is None or await subprocessors.find(tx.work, subprocessor) is not None
        if found is None or found.role != "technician" or not known:
            raise Refused(Why.NOT_FOUND)
        await tx.append(PersonEmployed(person, subprocessor), actor=who.actor)
        tx.announce("people", person)
