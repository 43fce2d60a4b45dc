"""The owner reads who asked about a plan, says that somebody answered, or erases one."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.deny import allow
from broker.cases.erase import owe
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.sales_lead import STAY, SalesLead
from broker.parts import Parts
from broker.store import estate, leads


async def see_leads(parts: Parts, who: Who) -> list[SalesLead]:
    """Those nobody answered first, newest first."""
    await allow(parts, who, Action.HANDLE_LEADS, who.tenant, "tenant")
    async with parts.store.read() as work:
        return await leads.every(work)


async def answer_lead(parts: Parts, who: Who, lead: str) -> None:
    found = await _there(parts, who, lead)
    if found.answered is not None:
        raise Refused(Why.WRONG_STATE)
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now()), records=False) as tx:
        await leads.answered(tx, lead)


async def drop_lead(parts: Parts, who: Who, lead: str) -> None:
    """What somebody wrote is read by nobody from here on; the day's erasure takes its last trace."""
    await _there(parts, who, lead)
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now()), records=False) as tx:
        await leads.drop(tx, lead)
        await owe(tx)


async def forget_leads(parts: Parts) -> None:
    """Those whose time is over, once a day."""
    async with parts.store.read() as work:
        house = await estate.house(work)
    if house is None:
        return
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(house.id, at, records=False) as tx:
        if await leads.forget(tx, at - STAY):
            await owe(tx)


async def _there(parts: Parts, who: Who, lead: str) -> SalesLead:
    await allow(parts, who, Action.HANDLE_LEADS, who.tenant, "tenant")
    async with parts.store.read() as work:
        found = await leads.one(work, lead)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found
