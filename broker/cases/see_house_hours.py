"""Hours and amounts of all customers in the last months, for the vendor's owner (U-25, U-28)."""

from __future__ import annotations

from broker.cases.deny import allow
from broker.cases.see_hours import months_of
from broker.cases.see_tally import tallied
from broker.domain.house_hours import MONTHS, MonthSum, Share, by_month, shares
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import estate


async def see_house_hours(parts: Parts, who: Who) -> tuple[MonthSum, ...]:
    """Oldest first; the last is this month, which is not over. Reads every customer's log: not for what is asked at
    every change. One after the other, each of a moment of its own: where readers take turns, others have theirs."""
    await allow(parts, who, Action.DRAFT_INVOICES, who.tenant, "tenant")
    now, found = parts.clock.now(), list[Share]()
    async with parts.store.read() as work:
        house = await estate.house(work)
        assert house is not None  # somebody of it asks
        customers = await estate.customers(work)
    wanted = months_of(day_of(house.opened, house.zone), day_of(now, house.zone))[:MONTHS][::-1]
    for one in customers:
        theirs = months_of(day_of(one.opened, one.zone), day_of(now, one.zone))
        common = [period for period in wanted if period in theirs]
        if common:
            async with parts.store.read() as work:
                found += shares((await tallied(parts, work, one, common[0], common[-1])).tally)
    return by_month(found, wanted)
