"""Server-sent events: tells a live page that something it shows has changed. Ids only, no content."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from audit import instant
from broker.api.who import RestedCaller, still_in
from broker.domain.people import Who
from broker.parts import Parts

router = APIRouter()
BEAT_S = 15.0  # also how soon a dead page is noticed


@router.get("/api/events")
async def events(request: Request, who: RestedCaller) -> StreamingResponse:
    parts: Parts = request.app.state.parts
    return StreamingResponse(
        _stream(parts, who, partial(still_in, request, who)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(
    parts: Parts, who: Who, still: Callable[[], Awaitable[bool]], *, beat_s: float = BEAT_S
) -> AsyncIterator[str]:
    """Ends once he is logged out: `still` is asked with each beat, and no less often on a busy line."""
    # The house sees every customer's queue; an approver hears of his own tenant alone.
    tenants = None if who.house else frozenset({who.tenant})
    async with parts.bus.subscribe(tenants) as queue:
        yield _event(parts, "hello")
        monotonic = asyncio.get_running_loop().time
        due = asked = monotonic() + beat_s
        while True:
            if monotonic() >= asked:
                if not await still():
                    return
                asked = monotonic() + beat_s
            try:
                async with asyncio.timeout_at(due):
                    told = await queue.get()
            except TimeoutError:
                yield _event(parts, "beat")
            else:
                if told.topic == "log":
                    continue  # heard of, not passed on: the page waits for its beat as before
                yield _event(parts, "change", topic=told.topic, id=told.id)
            due = monotonic() + beat_s


def _event(parts: Parts, name: str, **facts: str) -> str:
    """With the server's time, from which the page's clocks count."""
    data = json.dumps({**facts, "now": instant.to_text(parts.clock.now())})
    return f"event: {name}\ndata: {data}\n\n"
