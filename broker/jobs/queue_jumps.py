"""Logs that have still to tell of a jump in the queue: a broker stopped, or a log was closed for a while."""

from __future__ import annotations

from broker.cases.record_jumps import jumps_owed, record_jumps
from broker.jobs.each import each
from broker.parts import Parts


async def tick(parts: Parts) -> None:
    async def record(tenant: str) -> None:
        await record_jumps(parts, tenant)

    await each("the queue's jumps", await jumps_owed(parts), str, record)
