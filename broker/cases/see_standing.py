"""Whose log signs nothing more because a witness holds what it lacks: for the vendor's overview."""

from __future__ import annotations

from dataclasses import dataclass

from broker.cases.see_estate import see_tenants
from broker.domain.people import Who
from broker.parts import Parts
from broker.store import log


@dataclass(frozen=True, slots=True)
class StoppedLog:
    """`here` records are in this log, a witness cosigned `witnessed`; `forked`: of another history."""

    customer: str
    here: int
    witnessed: int
    forked: bool


async def see_standing(parts: Parts, who: Who) -> list[StoppedLog]:
    """Of the customers the caller sees."""
    found = []
    for customer in await see_tenants(parts, who):
        ahead = parts.store.standing.ahead(customer.id)
        if ahead is not None:
            async with parts.store.read() as work:
                head = await log.head(work, customer.id)
            here = 0 if head is None else head.size
            found.append(StoppedLog(customer.name, here, ahead.size, ahead.forked))
    return found
