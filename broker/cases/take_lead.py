"""Anybody asks about a plan (S-54): kept on the vendor's list, and the owner hears that somebody did."""

from __future__ import annotations

from datetime import datetime, timedelta

from audit.instant import whole_ms
from broker.domain.refusal import Refused, Why
from broker.domain.sales_lead import MOST, MOST_FROM, MOST_OF_ALL, LeadForm, SalesLead, read
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, failures, leads, outbox, people
from broker.store.tx import Tx

NOT_WITHIN = timedelta(hours=1)
_ALL = "lead"


async def vendor_of_leads(parts: Parts) -> str:
    """Whom one asks; `Refused` (not_found) before there is a house."""
    async with parts.store.read() as work:
        house = await estate.house(work)
    if house is None:
        raise Refused(Why.NOT_FOUND)
    return house.name


async def take_lead(parts: Parts, form: LeadForm, terminal: str) -> None:
    """`Refused` (too_many_tries) for who asks too often, or where everybody together does, or the list is full."""
    found = read(form)
    at = whole_ms(parts.clock.now())
    async with parts.store.read() as work:
        house = await estate.house(work)
        if house is None:
            raise Refused(Why.NOT_FOUND)
        # Whoever is over the limit already does not even queue for the house's turn.
        if await failures.count(work, _from(terminal), at) >= MOST_FROM:
            raise Refused(Why.TOO_MANY_TRIES)
        if await failures.count(work, _ALL, at) >= MOST_OF_ALL:
            raise Refused(Why.TOO_MANY_TRIES)
    async with parts.store.tx(house.id, at, records=False) as tx:
        if await leads.count(tx.work) >= MOST:
            raise Refused(Why.TOO_MANY_TRIES)
        if await failures.add(tx, _from(terminal)) > MOST_FROM or await failures.add(tx, _ALL) > MOST_OF_ALL:
            raise Refused(Why.TOO_MANY_TRIES)
        await leads.add(tx, SalesLead(opaque_id(parts.chance, "l", 8), at, found))
        await _tell(tx, house.id, at)


async def _tell(tx: Tx, house: str, at: datetime) -> None:
    """At most one letter an hour; it says how many wait, and nothing of who they are."""
    last = await outbox.newest_page(tx.work, "lead_came")
    if last is not None and last > at:
        return
    owners = await people.tenant_people(tx.work, house, role="owner")
    due = at if last is None else max(at, last + NOT_WITHIN)
    await outbox.page(tx, "lead_came", (one.id for one in owners), due=due)


def _from(terminal: str) -> str:
    return f"{_ALL}:{terminal}"[:128]
