"""Incidents as people see them: the queue of the vendor's people, a customer's own, and one whole."""

from __future__ import annotations

from dataclasses import dataclass

from audit.leaf import Leaf
from audit.resale_records import IncidentPassed
from broker.cases.deny import allow, not_there
from broker.cases.note_reading import note_reading
from broker.cases.seen_incident import Around, Seen, request_line, seen_incident
from broker.domain.incident import Routed
from broker.domain.people import Action, Who
from broker.domain.queue import Pick, next_of
from broker.parts import Parts
from broker.store import incidents, openings, reading, waiting
from broker.store.about import mentioned
from broker.store.about_incident import about_incident, requests_on
from broker.store.database import Work

MAX_SHOWN = 200  # of a customer's own list


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is not closed, and what *Prendi il prossimo* would give."""

    incidents: list[Seen]
    next: Pick | None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One, whole. `feed` is oldest first, `lines` its requests newest first; `names` maps pseudonyms to names;
    `tried` is what its reseller did before he asked the vendor."""

    seen: Seen
    feed: list[Leaf]
    names: dict[str, str]
    lines: list[reading.RequestLine]
    next: Pick | None
    tried: str = ""


async def see_queue(parts: Parts, who: Who) -> Desk:
    """Of every customer, for the vendor's people."""
    await allow(parts, who, Action.LOG_CALL, who.tenant, "request")
    at = parts.clock.now()
    async with parts.store.read() as work:
        queue = await waiting.queue(work)
        around = Around(work)
        found = [await seen_incident(parts, around, one, queue, at) for one in await incidents.unclosed(work)]
        return Desk(found, next_of(queue, at))


async def see_calls(parts: Parts, who: Who) -> list[Seen]:
    """Whoever rang, of every customer, for the vendor's people; newest first."""
    await allow(parts, who, Action.LOG_CALL, who.tenant, "request")
    async with parts.store.read() as work:
        around = Around(work)
        found = await incidents.calls(work, MAX_SHOWN)
        return [await seen_incident(parts, around, one, [], parts.clock.now()) for one in found]


async def see_incidents(parts: Parts, who: Who, tenant: str) -> list[Seen]:
    """Of one customer, newest first."""
    await allow(parts, who, Action.SEE_INCIDENTS, tenant, "request")
    async with parts.store.read() as work:
        found = await incidents.of_tenant(work, tenant, MAX_SHOWN)
        around = Around(work)
        return [await seen_incident(parts, around, one, [], parts.clock.now()) for one in found]


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
        whose = {found.reseller} if isinstance(found, Routed) else set()
        names = await reading.names(work, mentioned(feed) | {found.known.tenant} | whose, tenant)
        lines = [
            await request_line(parts, work, tenant, one) for one in await requests_on(work, tenant, incident)
        ]
        seen = await seen_incident(parts, Around(work), found, queue, at)
        tried = await _tried(parts, work, tenant, feed)
        return IncidentView(seen, feed, dict(names.found), lines, next_of(queue, at), tried)


async def _tried(parts: Parts, work: Work, tenant: str, feed: list[Leaf]) -> str:
    passed = [leaf for leaf in feed if isinstance(leaf.record, IncidentPassed)]
    kept = await openings.get(work, tenant, passed[-1].n, parts.keys.wrapping_key()) if passed else None
    return str(kept.data.get("tried", "")) if kept is not None and isinstance(kept.data, dict) else ""
