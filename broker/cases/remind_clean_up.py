"""The clean-up of a school year falls due: it is opened, and titolare and vendor are reminded of it by mail."""

from __future__ import annotations

from datetime import date, datetime

from audit.record import BROKER
from audit.school_records import CleanUpDue
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.school import School, due_now, reminders
from broker.parts import Parts
from broker.store import duty_log, estate, outbox, people, schools
from broker.store.database import Work
from broker.store.tx import Tx

LETTER = "clean_up_due"


async def remind_clean_up(parts: Parts, customer: Tenant, at: datetime) -> None:
    today = day_of(at, customer.zone)
    async with parts.store.read() as work:
        found = await schools.school(work, customer.id)
        if not found.clean_ups and not found.is_school:
            return
        if await duty_log.has_left(work, customer.id):
            return
    if due_now(found, _since(found, customer), today) is not None:
        async with parts.store.tx(customer.id, at) as tx:
            found = await schools.school(tx.work, customer.id)
            due = due_now(found, _since(found, customer), today)
            if due is None:
                return
            await tx.append(CleanUpDue(f"u-{due.year}", due.isoformat()), actor=BROKER)
            tx.announce("report", f"u-{due.year}")
    await _remind(parts, customer, at)


def _since(found: School, customer: Tenant) -> date:
    assert found.since is not None  # it is a school
    return day_of(found.since, customer.zone)


async def _remind(parts: Parts, customer: Tenant, at: datetime) -> None:
    async with parts.store.read() as work:
        if await _owed(work, customer, at) is None:
            return
    async with parts.store.tx(customer.id, at, records=False) as tx:
        about = await _owed(tx.work, customer, at)
        if about is not None:
            await outbox.page(tx, LETTER, await _whom(tx), about=about)


async def _owed(work: Work, customer: Tenant, at: datetime) -> str | None:
    """The clean-up and its reminder, as ``u-2027/30``; None where that one went out, or none is owed."""
    current = (await schools.school(work, customer.id)).current
    stage = None if current is None else reminders(current, day_of(at, customer.zone))
    if current is None or stage is None:
        return None
    about = f"{current.id}/{stage}"
    told = await outbox.every(work, customer.id, outbox.PAGE)
    sent = {one.payload.get("about") for one in told if one.payload["letter"] == LETTER}
    return None if about in sent else about


async def _whom(tx: Tx) -> list[str]:
    """Every titolare; of the vendor its owners and technicians, who carry it out."""
    house = await estate.house(tx.work)
    assert house is not None  # else there is no customer
    his = await people.tenant_people(tx.work, tx.tenant, role="titolare")
    return [one.id for one in (*his, *await people.tenant_people(tx.work, house.id))]
