"""Webhooks of a log as its people see them, and the facts themselves for a system that missed some."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from broker.cases.deny import allow, not_there
from broker.cases.note_reading import note_reading
from broker.domain.people import HOUSE_ROLES, Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.webhook import PAGE, Delivery, Fact, Webhook, chosen, event, secrets_of
from broker.parts import Parts
from broker.store import estate, log, webhooks
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """`own`: the caller's side may change it; of another side's he knows who opened it and where it leads. `waiting` is
    how many records it has still to look at."""

    webhook: Webhook
    own: bool
    waiting: int
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhooksView:
    tenant: str
    customer: str
    lines: tuple[WebhookLine, ...]


@dataclass(frozen=True, slots=True)
class EventsPage:
    """`next` is what to ask for after these; `more` whether there is something already."""

    events: list[dict[str, Any]]
    next: int
    more: bool


async def see_webhooks(parts: Parts, who: Who, tenant: str) -> WebhooksView:
    """A customer sees also those of the vendor; the vendor his own alone."""
    await allow(parts, who, Action.SEND_ON, tenant, "log")
    async with parts.store.read() as work:
        place, head = await estate.tenant(work, tenant), await log.head(work, tenant)
        if place is None or head is None:
            raise Refused(Why.NOT_FOUND)
        found = []
        for one in await webhooks.every(work, tenant):
            if own := _own(one, who):
                tries = tuple(await webhooks.deliveries(work, one))
                found.append(WebhookLine(one, own, head.size - one.cursor, tries))
            elif not who.house:
                found.append(WebhookLine(one, own, 0))
    return WebhooksView(tenant, place.name, tuple(found))


async def own_webhook(parts: Parts, who: Who, tenant: str, id: str) -> Webhook:
    """`Refused` (not_found) for one of the other side's, too."""
    await allow(parts, who, Action.SEND_ON, tenant, "log")
    async with parts.store.read() as work:
        found = await webhooks.find(work, tenant, id)
    if found is None or not _own(found, who):
        raise await not_there(parts, who, "log")
    return found


def _own(one: Webhook, who: Who) -> bool:
    return (one.role in HOUSE_ROLES) == who.house


async def events_after(parts: Parts, who: Who, tenant: str, id: str, after: int, limit: int) -> EventsPage:
    """The facts that this webhook sends, from the record behind number `after` on (-1: from the first)."""
    one = await own_webhook(parts, who, tenant, id)
    await note_reading(parts, who, tenant, "log")
    return await _page(parts, one, after, limit)


async def events_by_secret(
    parts: Parts, secret: str, tenant: str, id: str, after: int, limit: int
) -> EventsPage:
    """For the other system itself, which shows the webhook's secret; a wrong one is told nothing."""
    async with parts.store.read() as work:
        one = await webhooks.find(work, tenant, id)
    at = parts.clock.now()
    known = () if one is None else secrets_of(one, parts.keys.wrapping_key(), at)
    shown = secret.encode()
    if one is None or not any(hmac.compare_digest(shown, each.encode()) for each in known):
        raise Refused(Why.NOT_RECOGNISED)
    return await _page(parts, one, after, limit)


async def _page(parts: Parts, one: Webhook, after: int, limit: int) -> EventsPage:
    most = min(limit, PAGE)
    async with parts.store.read() as work:
        found = await facts_of(work, one, after + 1, most + 1)
    events = [event(fact) for fact in found[:most]]
    last = found[len(events) - 1].leaf.n if events else after
    return EventsPage(events, last, len(found) > most)


async def facts_of(work: Work, one: Webhook, first: int, limit: int) -> list[Fact]:
    """The next facts of what this webhook sends, with their proofs under one head."""
    head, kinds = await log.head(work, one.tenant), chosen(one)
    if head is None:
        return []
    origins = await webhooks.origins(work, one.tenant)
    leaves = await webhooks.facts(work, one.tenant, kinds, first, limit)
    before = await webhooks.before(work, one.tenant, kinds, leaves[0].n) if leaves else None
    found = []
    for leaf in leaves:
        origin = next(name for since, name in reversed(origins) if since <= leaf.n)
        path = await webhooks.path(work, one.tenant, leaf.n, head.size)
        found.append(Fact(leaf, origin, before, head.size, head.note, path))
        before = leaf.n
    return found
