"""The queue for a command on the broker's own machine: numbers and instants, no text and no name."""

from __future__ import annotations

from typing import Any

from audit import instant
from broker.domain.queue import next_of
from broker.parts import Parts
from broker.store import waiting


async def list_queue(parts: Parts) -> list[dict[str, Any]]:
    """In order; `next` marks what *Prendi il prossimo* would give."""
    at = parts.clock.now()
    async with parts.store.read() as work:
        queue = await waiting.queue(work)
    first = next_of(queue, at)
    found = []
    for place, one in enumerate(queue, 1):
        rated = one.found.course.rated
        due = one.due
        found.append(
            {
                "tenant": one.id[0],
                "incident": one.id[1],
                "place": place,
                "workable": instant.to_text(one.found.since),
                "severity": None if rated is None else rated.severity.value,
                "due": None if due is None else instant.to_text(due),
                "next": first is not None and first.waiting is one,
            }
        )
    return found
