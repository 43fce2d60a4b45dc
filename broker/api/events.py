"""Server-sent events: tells a live page that something it shows has changed. Ids only, no content."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from audit import instant
from broker.api.who import Caller
from broker.domain.people import Who
from broker.parts import Parts

router = APIRouter()
BEAT_S = 15.0  # also how soon a dead page is noticed


@router.get("/api/events")
async def events(request: Request, who: Caller) -> StreamingResponse:
    parts: Parts = request.app.state.parts
    return StreamingResponse(
        _stream(parts, who),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(parts: Parts, who: Who) -> AsyncIterator[str]:
    # The house sees every customer's queue; an approver hears of his own tenant alone.
    tenants = None if who.house else frozenset({who.tenant})
    async with parts.bus.subscribe(tenants) as queue:
        yield _event("hello", {"now": instant.to_text(parts.clock.now())})
        while True:
            try:
                async with asyncio.timeout(BEAT_S):
                    told = await queue.get()
            except TimeoutError:
                yield _event("beat", {"now": instant.to_text(parts.clock.now())})
                continue
            if told.topic != "log":
                now = instant.to_text(parts.clock.now())
                yield _event("change", {"topic": told.topic, "id": told.id, "now": now})


def _event(name: str, data: dict[str, str]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
