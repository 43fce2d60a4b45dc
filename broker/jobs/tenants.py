"""Whose logs the jobs go through."""

from __future__ import annotations

from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import estate


async def customers(parts: Parts) -> list[Tenant]:
    async with parts.store.read() as work:
        return await estate.customers(work)


async def everybody(parts: Parts) -> list[Tenant]:
    """The customers and the house, which has a log of its own."""
    async with parts.store.read() as work:
        house = await estate.house(work)
        found = await estate.customers(work)
    return found if house is None else [house, *found]
