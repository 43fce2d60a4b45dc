"""What is contested: a customer's own, or of every customer to the vendor; and one thread with its words."""

from __future__ import annotations

from dataclasses import dataclass

from broker.cases.deny import allow
from broker.cases.note_reading import note_reading
from broker.domain.contest import Contest
from broker.domain.estate import Tenant
from broker.domain.people import MAY, Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import contests, estate, people, reports


@dataclass(frozen=True, slots=True)
class Listed:
    customer: Tenant
    contest: Contest


@dataclass(frozen=True, slots=True)
class Thread:
    """`words` by record; a text that was erased is not among them."""

    customer: Tenant
    contest: Contest
    words: dict[int, str]


async def see_contests(parts: Parts, who: Who) -> list[Listed]:
    """Newest first, those that are not closed before the others."""
    await allow(parts, who, Action.SEE_CONTESTS, who.tenant, "report")
    async with parts.store.read() as work:
        own = None if who.house else await estate.tenant(work, who.tenant)
        customers = await estate.customers(work) if own is None else [own]
        found = [Listed(place, one) for place in customers for one in await contests.every(work, place.id)]
    return sorted(found, key=lambda one: (one.contest.state != "closed", one.contest.opened), reverse=True)


async def see_contest(parts: Parts, who: Who, tenant: str, contest: str) -> Thread:
    """That somebody read it is a record, as of any text."""
    await allow(parts, who, Action.SEE_CONTESTS, tenant, "report")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        found = await contests.one(work, tenant, contest)
        if customer is None or found is None:
            raise Refused(Why.NOT_FOUND)
        words = await contests.words(work, tenant, found, parts.keys.wrapping_key())
    await note_reading(parts, who, tenant, "contest", contest)
    return Thread(customer, found, words)


async def contestable(parts: Parts, who: Who) -> list[str]:
    """Numbers of the reports whose items the caller can contest, newest first: his own customer's alone."""
    if who.role not in MAY[Action.CONTEST]:
        return []
    async with parts.store.read() as work:
        return [one.number for one in await reports.every(work, who.tenant) if not one.erased]


async def names_in(parts: Parts, thread: Thread) -> dict[str, str]:
    """Who spoke in it, by pseudonym."""
    found: dict[str, str] = {}
    async with parts.store.read() as work:
        for person in {turn.by for turn in thread.contest.turns}:
            known = await people.find_person(work, person)
            if known is not None:
                found[person] = known.name
    return found
