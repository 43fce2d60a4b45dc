"""Measure what runs here, for whoever keeps the broker running (`/metrics`)."""

from __future__ import annotations

from datetime import datetime

from broker.parts import Parts
from broker.store import estate, gauges, waiting

STATES = ("active", "paused", "failing")


async def measure(parts: Parts) -> bytes:
    """Counters as they stand, and states of this moment; `Refused` (log_unavailable) where no database answers."""
    at, meters = parts.clock.now(), parts.meters
    async with parts.store.read() as work:
        found = await gauges.read(work, at)
        queue = await waiting.queue(work)
        customers = await estate.customers(work)
    meters.agents.set(len(parts.hub.links()))
    meters.sessions.set(found.sessions)
    meters.queue.set(len(queue))
    meters.queue_age.set(_age(min((one.found.since for one in queue), default=None), at))
    meters.records.set(found.records)
    meters.head_age.set(_age(found.quiet, at))
    meters.closed.set(sum(parts.store.is_closed(one.id) for one in customers))
    meters.outbox.set(found.letters)
    meters.outbox_age.set(_age(found.owed, at))
    for state in STATES:
        meters.webhooks.labels(state).set(found.webhooks.get(state, 0))
    meters.webhook_lag.set(_age(found.troubled, at))
    meters.webhook_behind.set(found.behind)
    return meters.text()


def _age(since: datetime | None, at: datetime) -> float:
    return 0.0 if since is None else max(0.0, (at - since).total_seconds())
