"""A session in the browser: the technician's terminal, and the live view of those who watch.

Both check Origin and the log-in cookie before anything is accepted (field R9). The terminal speaks the
channel socket's own tagged messages, so that the page and the host understand the same bytes.
"""

from __future__ import annotations

import asyncio
import json
import struct

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from agent.wire.channel import pack, pack_exit, unpack
from agent.wire.frames import ProtocolError
from broker.api.refusals import sentence
from broker.api.who import who_of_socket
from broker.cases.join_session import join_session
from broker.cases.watch import join_watch, leave_watch
from broker.domain.people import Who
from broker.domain.refusal import Refused
from broker.live.audience import HOLD_S, Audience, Place
from broker.live.pipe import Pipe
from broker.parts import Parts

router = APIRouter()

CLOSE_REFUSED = 4403
TICK_S = 0.025  # what gathered meanwhile goes out as one message (data-path §6)
IDLE_S = 15.0


@router.websocket("/api/sessions/{session}/terminal")
async def terminal(socket: WebSocket, session: str, cols: int = 80, rows: int = 24) -> None:
    parts: Parts = socket.app.state.parts
    who = await who_of_socket(socket)
    if who is None:
        await socket.close(CLOSE_REFUSED)
        return
    await socket.accept()
    try:
        pipe = await _join(parts, who, session, cols, rows)
    except Refused as no:
        await _refuse(socket, no)
        return
    try:
        async with asyncio.TaskGroup() as both:
            upstream = both.create_task(_to_host(socket, pipe))
            await _to_browser(socket, pipe)
            upstream.cancel()
    except* (OSError, ProtocolError, WebSocketDisconnect):
        pass  # one end is gone; the session goes on until its own end
    finally:
        pipe.finish()


async def _join(parts: Parts, who: Who, session: str, cols: int, rows: int) -> Pipe:
    joined = await join_session(
        parts, session, who=who, via="browser", kind="terminal", terminal=who.terminal
    )
    size: dict[str, object] = {"cols": _side(cols, 80), "rows": _side(rows, 24), "term": "xterm-256color"}
    return await parts.hub.open_channel(
        joined.host,
        joined.session,
        joined.channel,
        kind="terminal",
        params=size | joined.params,
        salt=joined.salt,
    )


async def _refuse(socket: WebSocket, no: Refused) -> None:
    await socket.send_text(json.dumps({"refused": no.why.value, "it": sentence(no)}))
    await socket.close(CLOSE_REFUSED)


async def _to_host(socket: WebSocket, pipe: Pipe) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            break
        tag, payload = unpack(message.get("bytes") or b"", "broker")
        await pipe.send(tag, payload)
    await pipe.hang_up()


async def _to_browser(socket: WebSocket, pipe: Pipe) -> None:
    listening = True
    while (message := await pipe.read()) is not None:
        if listening:
            listening = await _say(socket, pack(*message))
    if listening and pipe.exit is not None:
        await _say(socket, pack_exit(pipe.exit))
        await socket.close(1000)


async def _say(socket: WebSocket, message: bytes) -> bool:
    """Whether the page still took it; what it does not take is still counted by `pipe.read`."""
    try:
        await socket.send_bytes(message)
    except (WebSocketDisconnect, RuntimeError):
        return False
    return True


@router.websocket("/api/sessions/{session}/live")
async def live(socket: WebSocket, session: str) -> None:
    """Text: ``{"size": channel, "cols": …, "rows": …}``, ``{"shut": channel}``, ``{"ended": true}``. Binary: length-prefixed channel id, offset, bytes."""
    parts: Parts = socket.app.state.parts
    who = await who_of_socket(socket)
    if who is None:
        await socket.close(CLOSE_REFUSED)
        return
    await socket.accept()
    try:
        await join_watch(parts, who, session)
    except Refused as no:
        await _refuse(socket, no)
        return
    try:
        async with asyncio.TaskGroup() as both:
            showing = both.create_task(_show(socket, parts.hub.audience(session)))
            await _until_gone(socket)
            showing.cancel()
    except* (WebSocketDisconnect, RuntimeError):
        pass  # the page is gone
    finally:
        await leave_watch(parts, who, session)


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # a watcher says nothing: his page has no input to send


async def _show(socket: WebSocket, audience: Audience) -> None:
    place = Place()
    while True:
        seen = audience.version
        held = audience.release()
        slices, shut = audience.news(place)
        for piece in slices:
            name = piece.channel.encode()
            head = struct.pack(">BBQ", len(name), piece.gap, piece.offset)
            await socket.send_bytes(head + name + piece.data)
        for channel, cols, rows in audience.resized(place):
            await socket.send_text(json.dumps({"size": channel, "cols": cols, "rows": rows}))
        for channel in shut:
            await socket.send_text(json.dumps({"shut": channel}))
        if audience.closed and not slices:
            await socket.send_text(json.dumps({"ended": True}))
            await socket.close(1000)
            return
        if not slices:
            await audience.changed(seen, HOLD_S if held else IDLE_S)
        await asyncio.sleep(TICK_S)


def _side(asked: int, otherwise: int) -> int:
    return asked if 1 <= asked <= 10_000 else otherwise
