"""Whose yearly verification is overdue hears of it by mail, once for each year that it lacks."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.see_verifications import verifications_of
from broker.cases.write_letter import Letter
from broker.domain import yearly_letter
from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import outbox, people
from broker.store.database import Work
from broker.store.outbox import Due


async def remind_verification(parts: Parts, customer: Tenant, at: datetime) -> None:
    async with parts.store.read() as work:
        if not await _owed(parts, work, customer, at):
            return
    async with parts.store.tx(customer.id, at, records=False) as tx:
        if await _owed(parts, tx.work, customer, at):
            for one in await people.tenant_people(tx.work, customer.id, role="titolare"):
                await tx.tell(outbox.YEARLY, {"year": at.year, "to": one.id})


async def _owed(parts: Parts, work: Work, customer: Tenant, at: datetime) -> bool:
    """Overdue, and not told this year."""
    if not (await verifications_of(parts, work, customer)).overdue:
        return False
    told = await outbox.every(work, customer.id, outbox.YEARLY)
    return all(one.payload["year"] != at.year for one in told)


async def write_yearly_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where it was verified meanwhile, or nobody is left to write to."""
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        if to is None or not (await verifications_of(parts, work, to.customer)).overdue:
            return None
    link = f"{parts.settings.origin}/fascicolo/{due.tenant}"
    return Letter(to.mailbox, yearly_letter.compose(to.customer.name, to.envelope, link))
