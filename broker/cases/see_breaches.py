"""Breaches of a customer's data, and one of them with its texts; how many the house has to tell of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.cases.deny import allow
from broker.cases.note_reading import note_reading
from broker.domain.breach import Breach
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import breaches, estate


@dataclass(frozen=True, slots=True)
class BreachView:
    """`texts` by their names (`broker.domain.breach.FIELDS`)."""

    customer: Tenant
    breach: Breach
    texts: dict[str, str]
    now: datetime


async def see_breaches(parts: Parts, who: Who, tenant: str) -> list[Breach]:
    """Newest first."""
    await allow(parts, who, Action.SEE_BREACHES, tenant, "breach")
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        if place is None or place.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        return list(reversed(await breaches.every(work, tenant)))


async def see_breach(parts: Parts, who: Who, tenant: str, breach: str) -> BreachView:
    """That somebody read it is a record, as of any text."""
    await allow(parts, who, Action.SEE_BREACHES, tenant, "breach")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        found = await breaches.one(work, tenant, breach)
        if customer is None or found is None:
            raise Refused(Why.NOT_FOUND)
        said = await breaches.texts(work, tenant, found, parts.keys.wrapping_key())
    await note_reading(parts, who, tenant, "breach", breach)
    return BreachView(customer, found, said, parts.clock.now())


async def see_breach_term(parts: Parts) -> int:
    """Within how many hours the vendor tells a titolare: its policy, no secret of anybody's."""
    async with parts.store.read() as work:
        return await breaches.hours(work)
