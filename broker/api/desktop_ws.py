"""A screen in the browser: RFB as it is, between a page and the host's channel.

The technician's page has one channel, whoever watches one of his own; both check Origin and the log-in cookie
before anything is accepted (field R9). Binary messages are RFB; the last message is text and says why it is over,
``{"closed": word, "it", "en"}`` or ``{"refused": …}``. A page asks for each picture, so none runs ahead of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from agent.task_group import TaskGroup
from agent.wire.channel import DESKTOP_BREACH, DESKTOP_GONE, MAX_PAYLOAD_BYTES, Exit, Tag
from agent.wire.frames import ProtocolError
from broker.api.refusals import agents_sentences
from broker.api.sockets import CLOSE_REFUSED, refuse_socket, until_logged_out
from broker.api.who import rest_of, still_in, who_of_socket
from broker.cases.join_session import join_session
from broker.cases.open_channel import open_channel
from broker.cases.watch_desktop import watch_desktop
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.live.audience import Audience
from broker.live.backlog import Backlog
from broker.live.pipe import Pipe
from broker.parts import Parts

router = APIRouter()

CLOSE_TOO_MUCH = 1009  # RFC 6455's: more than can be taken
MAX_TYPED_BYTES = 1024 * 1024  # of input the host has not taken
HIGH_WATER = 256 * 1024  # of pictures the page has not taken: then the host waits
JOINED_BYTES = (
    128 * 1024
)  # of pictures that wait: a page reads a stream, and each message costs (data-path.md §4)
LEFT_BEHIND_BYTES = 4 * 1024 * 1024  # of a channel that is over, for a page that is slow
LAST_WORDS_S = 5.0
LOOK_EVERY_S = 1.0
_ENDS = {
    DESKTOP_GONE: (
        "gone",
        "Il programma che mostra lo schermo si è chiuso sulla macchina. Può riaprirlo.",
        "The program that shows the screen has ended at the host. You can open it again.",
    ),
    DESKTOP_BREACH: ("breach", *agents_sentences("desktop_breach")),
}
_OVER = ("over", "Lo schermo è chiuso.", "The screen is closed.")


@router.websocket("/api/sessions/{session}/desktop")
async def desktop(socket: WebSocket, session: str) -> None:
    """The technician's."""
    parts: Parts = socket.app.state.parts

    async def opened(who: Who) -> Pipe:
        joined = await join_session(
            parts, session, who=who, via="browser", kind="desktop", terminal=who.terminal
        )
        return await open_channel(parts, joined, "desktop", {})

    who, pipe = await _entered(socket, opened)
    if who is None or pipe is None:
        return
    audience = parts.hub.audience(session)
    audience.screen(pipe.channel, shown=True)
    try:
        await _carry(socket, pipe, until_logged_out(socket, who), _until_at_rest(socket, who))
    finally:
        audience.screen(pipe.channel, shown=False)


@router.websocket("/api/sessions/{session}/desktop/watch")
async def watched_desktop(socket: WebSocket, session: str) -> None:
    """That of whoever watches: the host lets no input of it through."""
    parts: Parts = socket.app.state.parts
    who, pipe = await _entered(socket, lambda who: watch_desktop(parts, who, session), watched=session)
    if who is not None and pipe is not None:
        audience = parts.hub.audience(session)
        await _carry(socket, pipe, _until_he_looks_away(socket, who, audience), until_logged_out(socket, who))


async def _entered(
    socket: WebSocket, opened: Callable[[Who], Awaitable[Pipe]], *, watched: str | None = None
) -> tuple[Who | None, Pipe | None]:
    who = await who_of_socket(socket, watched=watched)
    if who is None:
        await socket.close(CLOSE_REFUSED)
        return None, None
    await socket.accept()
    try:
        return who, await opened(who)
    except Refused as no:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page went in the same moment
            await refuse_socket(socket, no)
        return who, None


async def _until_at_rest(socket: WebSocket, who: Who) -> None:
    """Pictures and hands share one line here: at rest it is closed, and the page opens it again once he is back."""
    rests = await rest_of(socket)
    while not rests():  # noqa: ASYNC110 - it is time that changes it
        await asyncio.sleep(LOOK_EVERY_S)
    # Who logged out before the first look has no rest to come back from.
    why = Why.AT_REST if await still_in(socket, who) else Why.LOGIN_NEEDED
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page went in the same moment
        await refuse_socket(socket, Refused(why))


async def _until_he_looks_away(socket: WebSocket, who: Who, audience: Audience) -> None:
    """Nobody sees the screen without the log saying that he watches."""
    while audience.has(who.person):  # noqa: ASYNC110 - pages come and go many times over it
        await asyncio.sleep(LOOK_EVERY_S)
    await _close(socket, CLOSE_REFUSED)


async def _close(socket: WebSocket, code: int) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page went in the same moment
        await socket.close(code)


async def _carry(socket: WebSocket, pipe: Pipe, *until: Awaitable[None]) -> None:
    """Both ways, until the host's end is over, the page is gone, or one of `until` has closed it."""
    try:
        async with TaskGroup() as group:
            others = [group.create_task(_to_host(socket, pipe))]
            others += [group.create_task(_waited(one)) for one in until]
            await _to_page(socket, pipe)
            for task in others:
                task.cancel()
    except* (OSError, ProtocolError, WebSocketDisconnect):
        pass  # one end is gone; the session goes on until its own end
    finally:
        pipe.finish()


async def _waited(one: Awaitable[None]) -> None:
    await one


async def _to_host(socket: WebSocket, pipe: Pipe) -> None:
    """Until the page is gone: what it said and nobody took is void then, and the host is told."""
    said = Backlog()
    async with TaskGroup() as group:
        telling = group.create_task(_tell(said, pipe))
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            if said.size_bytes > MAX_TYPED_BYTES:
                await _close(socket, CLOSE_TOO_MUCH)
                break
            said.put(message.get("bytes") or b"")
        telling.cancel()
    with contextlib.suppress(OSError):  # the host's end is gone too: what it said before is still counted
        await pipe.hang_up()


async def _tell(said: Backlog, pipe: Pipe) -> None:
    try:
        while (message := await said.get()) is not None:
            for start in range(0, len(message), MAX_PAYLOAD_BYTES):
                await pipe.send(Tag.DATA, message[start : start + MAX_PAYLOAD_BYTES])
    except OSError:
        return  # the host takes nothing more; what it said before that is still to be read


async def _to_page(socket: WebSocket, pipe: Pipe) -> None:
    """Until the host's end is over, and the page has taken what it still takes in a while."""
    shown = Backlog()
    async with TaskGroup() as group:
        showing = group.create_task(_show(socket, pipe, shown))
        while (message := await pipe.read()) is not None:
            if shown.size_bytes > HIGH_WATER:
                pipe.pause()
            if shown.size_bytes <= LEFT_BEHIND_BYTES:
                shown.put(message[1])
        pipe.finish()  # the count is due now, whatever the page does
        shown.close()
        await asyncio.wait((showing,), timeout=LAST_WORDS_S)
        showing.cancel()


async def _show(socket: WebSocket, pipe: Pipe, shown: Backlog) -> None:
    """What the page does not take any more is still counted, by whoever reads the pipe."""
    try:
        while (message := await shown.get_joined(JOINED_BYTES)) is not None:
            await socket.send_bytes(message)
            if shown.size_bytes <= HIGH_WATER // 2:
                pipe.resume()
        word, italian, english = _ended(pipe.exit)
        await socket.send_text(json.dumps({"closed": word, "it": italian, "en": english}))
        await socket.close(1000)
    except (WebSocketDisconnect, RuntimeError):
        shown.drop()
        pipe.resume()


def _ended(exit_: Exit | None) -> tuple[str, str, str]:
    """Why it is over, as the host says it; without a word of it the line was cut."""
    status = None if exit_ is None else exit_.status
    return _OVER if status is None else _ENDS.get(status, _OVER)
