"""The access log as people read it: a customer his own, everybody what is his, the vendor's owner counts alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from broker.cases.deny import allow
from broker.cases.note_reading import note_reading
from broker.domain.accesses import AGGREGATE, Asked, by_outcome
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import accesses, estate, log, people
from broker.store.accesses import Page
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class AccessesView:
    """A page of a tenant's. `people` and `hosts` are what may be asked for, by id."""

    tenant: Tenant
    page: Page
    people: dict[str, str]
    hosts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one tenant in the days asked for. `outcomes` is None where it would tell of too few people (L-43)."""

    tenant: str
    name: str
    total: int
    outcomes: dict[str, int] | None


async def see_accesses(parts: Parts, who: Who, tenant: str, asked: Asked) -> AccessesView:
    await allow(parts, who, Action.READ_ACCESSES, tenant, "log")
    return await _seen(parts, who, tenant, asked)


async def see_own_accesses(parts: Parts, who: Who, tenant: str, asked: Asked) -> AccessesView:
    """The caller's own, in the log of `tenant`: whoever works for the vendor finds his in each customer's (L-43)."""
    await allow(parts, who, Action.READ_OWN_ACCESSES, tenant, "log")
    return await _seen(parts, who, tenant, replace(asked, person=who.person, host=None))


async def _seen(parts: Parts, who: Who, tenant: str, asked: Asked) -> AccessesView:
    place = await _place(parts, tenant)
    asked.selection(0, place.zone)  # what cannot be asked is no reading
    await note_reading(parts, who, tenant, "accesses")
    async with parts.store.read() as work:
        head = await log.head(work, tenant)
        size = 0 if head is None else head.size
        found = await accesses.page(work, tenant, asked.selection(size, place.zone), asked.limit)
        named = await _people(work, tenant) if who.role in ("titolare", "ads", "auditor") else {}
        hosts = estate.labels(await estate.tenant_hosts(work, tenant))
    return AccessesView(place, found, named, hosts)


async def _people(work: Work, tenant: str) -> dict[str, str]:
    house = await estate.house(work)
    found = await people.tenant_people(work, tenant)
    if house is not None:
        found += await people.tenant_people(work, house.id, role="technician")
    return {one.id: one.name for one in found}


async def _place(parts: Parts, tenant: str) -> Tenant:
    async with parts.store.read() as work:
        found = await estate.tenant(work, tenant)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found


async def count_accesses(parts: Parts, who: Who, asked: Asked) -> list[Counts]:
    """Of the vendor's own log and of every customer's: how many, and never whose."""
    await allow(parts, who, Action.COUNT_ACCESSES, who.tenant, "log")
    async with parts.store.read() as work:
        own = await estate.tenant(work, who.tenant)
        places = [*([] if own is None else [own]), *await estate.customers(work)]
        enough = len(await people.tenant_people(work, who.tenant, role="technician")) >= AGGREGATE
        found = []
        for place in places:
            head = await log.head(work, place.id)
            selection = asked.selection(0 if head is None else head.size, place.zone)
            kinds = await accesses.count(work, place.id, selection)
            outcomes = by_outcome(kinds) if enough else None
            found.append(Counts(place.id, place.name, sum(kinds.values()), outcomes))
    return found
