"""What every WebSocket of a page has in common: how it is refused, and that a log-in that ends closes it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from broker.api.refusals import sentences
from broker.api.who import still_in
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why

CLOSE_REFUSED = 4403
RECOGNISE_S = 15.0


async def refuse_socket(socket: WebSocket, no: Refused) -> None:
    italian, english = sentences(no)
    await socket.send_text(json.dumps({"refused": no.why.value, "it": italian, "en": english}))
    await socket.close(CLOSE_REFUSED)


async def until_logged_out(socket: WebSocket, who: Who, leave: Callable[[], None] | None = None) -> None:
    """Who logs out, or is taken off, keeps no page of his open: he is asked for again and again. `leave`: he
    gives up for good what he had open there."""
    while True:
        await asyncio.sleep(RECOGNISE_S)
        if not await still_in(socket, who):
            break
    if leave is not None:
        leave()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page went in the same moment
        await refuse_socket(socket, Refused(Why.LOGIN_NEEDED))
