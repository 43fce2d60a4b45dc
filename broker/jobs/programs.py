"""Customers' logs that have still to tell of a version, a defect, or a customisation whose days are over."""

from __future__ import annotations

from broker.cases.tell_programs import programs_owed, tell_programs
from broker.jobs.each import each
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    async def tell(tenant: str) -> None:
        await tell_programs(parts, tenant)

    await each("the programs", await programs_owed(parts), str, tell)
