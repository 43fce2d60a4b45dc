"""Whose names are still kept though they have left, and which records of this log need them."""

from __future__ import annotations

from datetime import datetime

from broker.domain.erasing import Name
from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import estate, log, name_terms


async def names_left(parts: Parts, tenant: Tenant, at: datetime) -> tuple[Name, ...]:
    """Of the tenant's own people and the house's; the house's own log keeps its people until no customer's needs
    them. What is read of the log is remembered: next time only new records are.
    """
    async with parts.store.read() as work:
        house = await estate.house(work)
        head = await log.head(work, tenant.id)
        assert house is not None  # whoever has left was let go by somebody of it, or by his customer
        assert head is not None
        before = await name_terms.spoken(work, tenant.id, house.id)
    found = before
    while any(one.read < head.size for one in found):
        async with parts.store.read() as work:
            found = await name_terms.read_on(work, tenant.id, found, head.size)
    if found != before:
        async with parts.store.tx(tenant.id, at) as tx:
            await name_terms.keep(tx, found)
    async with parts.store.read() as work:
        waiting = await name_terms.awaited(work, house.id) if tenant.id == house.id else set()
        return await name_terms.names(work, tenant.id, [one for one in found if one.person not in waiting])
