"""The technician counts each archive of a school before and after its clean-up, and closes it with a minute."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.school_records import CleanUpClosed, CleanUpCounted, CleanUpInstructed
from broker.cases.deny import allow, attempt
from broker.domain.clean_up_minute import minute
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.school import closable, countable
from broker.parts import Parts
from broker.store import documents, estate, log, outbox, people, reading, schools
from broker.store.tx import Tx


async def count_archive(
    parts: Parts, who: Who, tenant: str, clean_up: str, archive: int, phase: str, rows: int
) -> None:
    """`archive` is its place in the instruction, from 1; `phase` before or after the work. The last count counts."""
    await allow(parts, who, Action.CLEAN_ARCHIVES, tenant, "records")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        found = (await schools.school(tx.work, tenant)).one(clean_up)
        countable(found, archive, phase, rows)
        await tx.append(CleanUpCounted(clean_up, archive, phase, rows), actor=who.actor)
        tx.announce("report", clean_up)


async def close_clean_up(parts: Parts, who: Who, tenant: str, clean_up: str) -> int:
    """The record of the minute, which every titolare is written about. `Refused` (clean_up_uncounted) while an
    archive lacks a count before or after."""
    await allow(parts, who, Action.CLEAN_ARCHIVES, tenant, "records")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "records", tenant), parts.store.tx(tenant, at) as tx:
        found = (await schools.school(tx.work, tenant)).one(clean_up)
        closable(found)
        customer, house = await estate.tenant(tx.work, tenant), await estate.house(tx.work)
        assert customer is not None and house is not None  # somebody gave the instruction  # noqa: PT018
        text = minute(
            found,
            customer=customer.name,
            vendor=house.name,
            titolare=await _instructed_by(tx, clean_up),
            technician=who.name,
            zone=customer.zone,
            on=day_of(at, customer.zone),
        )
        n = await documents.issue(tx, "clean_up_minute", 1, text, who.actor, clean_up)
        await tx.append(CleanUpClosed(clean_up), actor=who.actor, refs=(n,))
        told = [one.id for one in await people.tenant_people(tx.work, tenant, role="titolare")]
        await outbox.page(tx, "clean_up_closed", told, about=clean_up, by=who.person)
        tx.announce("report", clean_up)
    return n


async def _instructed_by(tx: Tx, clean_up: str) -> str:
    """The name of who signed the instruction that counts."""
    leaves = await log.select_leaves(tx.work, tx.tenant, kinds=(CleanUpInstructed.KIND,), limit=log.ALL)
    signed = [
        leaf.actor.id
        for leaf in leaves
        if isinstance(leaf.record, CleanUpInstructed) and leaf.record.clean_up == clean_up
    ]
    return (await reading.names(tx.work, signed[-1:], tx.tenant))[signed[-1]]
