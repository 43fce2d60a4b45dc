"""How first answers kept their times, week by week and of all customers, for the vendor's owner (U-25)."""

from __future__ import annotations

from datetime import timedelta

from broker.cases.deny import allow
from broker.domain.answer_weeks import WEEKS, Week, weeks
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import incidents


async def see_answers(parts: Parts, who: Who) -> tuple[Week, ...]:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    now = parts.clock.now()
    async with parts.store.read() as work:
        found = await incidents.answers(work, now - timedelta(weeks=WEEKS + 1))
    return weeks(found, day_of(now, parts.settings.zone), parts.settings.zone)
