"""On its day, and once, whoever placed a hold on erasure is told by mail to look at it again."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import hold_letter
from broker.domain.erasing import Hold
from broker.domain.estate import Tenant
from broker.domain.hold_letter import HoldFacts, to_review
from broker.domain.people import Person
from broker.parts import Parts
from broker.store import erasures, estate, outbox, people
from broker.store.database import Work
from broker.store.outbox import Due


async def remind_holds(parts: Parts, customer: Tenant, at: datetime) -> None:
    """Those of the titolare: all titolari. Those of the vendor: its owners."""
    async with parts.store.read() as work:
        if not await _due(work, customer, at):
            return
    async with parts.store.tx(customer.id, at) as tx:
        for hold in await _due(tx.work, customer, at):
            for one in await _whose(tx.work, customer.id, hold):
                await tx.tell(outbox.HOLD, {"hold": hold.id, "to": one.id})


async def _due(work: Work, customer: Tenant, at: datetime) -> list[Hold]:
    holds = [one for one in await erasures.holds(work, customer.id) if to_review(one, at, customer.zone)]
    told = (
        {one.payload["hold"] for one in await outbox.every(work, customer.id, outbox.HOLD)} if holds else ()
    )
    return [one for one in holds if one.id not in told]


async def _whose(work: Work, tenant: str, hold: Hold) -> list[Person]:
    if hold.role == "titolare":
        return await people.tenant_people(work, tenant, role="titolare")
    house = await estate.house(work)
    return [] if house is None else await people.tenant_people(work, house.id, role="owner")


async def write_hold_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where the hold was lifted meanwhile, or nobody is left to write to."""
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        holds = await erasures.holds(work, due.tenant)
    hold = next((one for one in holds if one.id == due.payload["hold"]), None)
    if to is None or hold is None:
        return None
    page = "/titolare" if hold.role == "titolare" or hold.request is None else f"/richieste/{hold.request}"
    facts = HoldFacts(to.customer.name, hold, f"{parts.settings.origin}{page}")
    return Letter(to.mailbox, hold_letter.compose(facts, to.envelope))
