"""A signed report on a page of its own, with the ones before and after it; that somebody read it is a record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from broker.cases.read_report import read_report
from broker.domain.month_told import MonthTold, told
from broker.domain.people import Who
from broker.parts import Parts
from broker.store import reports
from broker.store.reports import Issued


@dataclass(frozen=True, slots=True)
class MonthView:
    """`before` and `after`: the neighbours that still have their text."""

    issued: Issued
    told: MonthTold
    before: Issued | None
    after: Issued | None


async def see_month(parts: Parts, who: Who, number: str) -> MonthView:
    """`Refused` where it is not his to read, or its copy was erased."""
    file = await read_report(parts, who, number, "json")
    async with parts.store.read() as work:
        tenant = await reports.tenant_of(work, number)
        assert tenant is not None  # it was read a moment ago, and no report is ever taken away
        every = [one for one in await reports.every(work, tenant) if not one.erased or one.number == number]
    at = next(place for place, one in enumerate(every) if one.number == number)
    return MonthView(
        every[at],
        await asyncio.to_thread(told, file.data),
        before=every[at + 1] if at + 1 < len(every) else None,
        after=every[at - 1] if at else None,
    )
