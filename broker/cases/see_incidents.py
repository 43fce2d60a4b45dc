"""Incidents as people see them: the queue of the vendor's people, a customer's own, and one whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.leaf import Leaf
from broker.cases.deny import allow, not_there
from broker.cases.note_reading import note_reading
from broker.domain.contract import Contract, in_force
from broker.domain.incident import AnyIncident, Contact, Workable
from broker.domain.people import Action, Who
from broker.domain.queue import Pick, Waiting, next_of
from broker.domain.told import Told
from broker.parts import Parts
from broker.store import contracts, estate, incidents, openings, reading, waiting
from broker.store.about import mentioned
from broker.store.about_incident import about_incident, requests_on
from broker.store.database import Work

MAX_SHOWN = 200  # of a customer's own list


@dataclass(frozen=True, slots=True)
class Seen:
    """One in a list. `told` None: its texts were erased. `contract` is that of the day of the report, `place`
    its position in the queue from 1, `jumps` when it will go to the head by itself."""

    found: AnyIncident
    customer: str
    zone: str
    told: Told | None
    contract: Contract | None
    line: reading.RequestLine | None
    place: int | None = None
    jumps: datetime | None = None

    @property
    def waiting(self) -> Waiting | None:
        """With the calendar by which its clock runs, where it waits for an answer."""
        found = self.found
        if isinstance(found, Contact) or found.course is None:
            return None
        calendar = None if self.contract is None else self.contract.calendar(self.zone)
        return Waiting(Workable(found.known, found.course, found.known.logged), calendar)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is not closed, and what *Prendi il prossimo* would give."""

    incidents: list[Seen]
    next: Pick | None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One, whole. `feed` is oldest first, `lines` its requests newest first; `names` maps pseudonyms to names."""

    seen: Seen
    feed: list[Leaf]
    names: dict[str, str]
    lines: list[reading.RequestLine]
    next: Pick | None


async def see_queue(parts: Parts, who: Who) -> Desk:
    """Of every customer, for the vendor's people."""
    await allow(parts, who, Action.LOG_CALL, who.tenant, "request")
    at = parts.clock.now()
    async with parts.store.read() as work:
        queue = await waiting.queue(work)
        found = [await _seen(parts, work, one, queue, at) for one in await incidents.unclosed(work)]
        return Desk(found, next_of(queue, at))


async def see_incidents(parts: Parts, who: Who, tenant: str) -> list[Seen]:
    """Of one customer, newest first."""
    await allow(parts, who, Action.SEE_INCIDENTS, tenant, "request")
    async with parts.store.read() as work:
        found = await incidents.of_tenant(work, tenant, MAX_SHOWN)
        return [await _seen(parts, work, one, [], parts.clock.now()) for one in found]


async def see_incident(parts: Parts, who: Who, tenant: str, incident: str) -> IncidentView:
    """Whole, with its records: that he sees them is one."""
    await allow(parts, who, Action.SEE_INCIDENTS, tenant, "request")
    async with parts.store.read() as work:
        known = await incidents.find(work, tenant, incident)
    if known is None:
        raise await not_there(parts, who, "request")
    await note_reading(parts, who, tenant, "request", incident)
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = await incidents.load(work, tenant, incident)
        queue = await waiting.queue(work) if who.house else []
        feed = await about_incident(work, found.known)
        names = await reading.names(work, mentioned(feed) | {found.known.tenant}, tenant)
        lines = [await _line(parts, work, tenant, one) for one in await requests_on(work, tenant, incident)]
        seen = await _seen(parts, work, found, queue, at)
        return IncidentView(seen, feed, dict(names.found), lines, next_of(queue, at))


async def _line(parts: Parts, work: Work, tenant: str, request: str) -> reading.RequestLine:
    return await reading.line(work, tenant, request, parts.clock.now(), parts.hub.connected)


async def _seen(parts: Parts, work: Work, found: AnyIncident, queue: list[Waiting], at: datetime) -> Seen:
    known = found.known
    customer = await estate.tenant(work, known.tenant)
    assert customer is not None  # whose it is
    reported = known.logged if isinstance(found, Contact) or found.course is None else found.course.reported
    kept = await openings.get(work, known.tenant, known.n, parts.keys.wrapping_key())
    on = await requests_on(work, known.tenant, known.id)
    places = {one.id: place for place, one in enumerate(queue, 1)}
    mine = next((one for one in queue if one.id == (known.tenant, known.id)), None)
    return Seen(
        found,
        customer.name,
        customer.zone,
        None if kept is None else Told.from_value(kept.data),
        in_force(await contracts.every(work, known.tenant), reported, customer.zone),
        await _line(parts, work, known.tenant, on[0]) if on else None,
        places.get((known.tenant, known.id)),
        None if mine is None else mine.presses_from(at),
    )
