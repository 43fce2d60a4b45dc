"""Whose logs the jobs go through, one customer's trouble being nobody else's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from broker.domain.estate import Tenant
from broker.jobs.each import each
from broker.parts import Parts
from broker.store import estate


async def customers(parts: Parts, job: str, work: Callable[[Tenant], Awaitable[object]]) -> None:
    """Do `work` for every customer."""
    async with parts.store.read() as reading:
        found = await estate.customers(reading)
    await each(job, found, _named, work)


async def everybody(parts: Parts, job: str, work: Callable[[Tenant], Awaitable[object]]) -> None:
    """And for the house, which has a log of its own."""
    async with parts.store.read() as reading:
        house = await estate.house(reading)
        found = await estate.customers(reading)
    await each(job, found if house is None else [house, *found], _named, work)


def _named(tenant: Tenant) -> str:
    return tenant.id
