"""A session in the browser: the technician's terminal. Those who watch have `watch_ws`.

Origin and the log-in cookie are checked before anything is accepted (field R9). It speaks the
channel socket's own tagged messages, so that the page and the host understand the same bytes. Its page says
as text how many bytes it has drawn, ``{"drawn": total}``: a page that is too far behind takes nothing. It is
told first ``{"seat": secret, "at": offset}``: with them a page that was cut or loaded anew takes up the same
channel (``?seat=…&at=…``, `broker.live.seat`), within a minute; ``{"leave": true}`` gives it up. ``{"lost":
true}`` says that there is no such seat any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from collections.abc import Callable, Iterator

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from agent.task_group import TaskGroup
from agent.wire.channel import Tag, pack, pack_exit, unpack
from agent.wire.files_command import SFTP
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from audit.canonical import b64
from broker.api.sockets import CLOSE_REFUSED, refuse_socket, until_logged_out
from broker.api.who import rest_of, token_of, who_of_socket
from broker.cases.join_session import join_session
from broker.cases.open_channel import open_channel
from broker.domain.people import Who
from broker.domain.refusal import Refused
from broker.live.backlog import Backlog
from broker.live.pipe import Pipe
from broker.live.seat import Page, Seats, owner
from broker.parts import Parts

router = APIRouter()

LEAVE = json.dumps({"leave": True}, separators=(",", ":"))
CLOSE_TOO_MUCH = 1009  # RFC 6455's: more than can be taken
MAX_TYPED_BYTES = 1024 * 1024  # of input the host has not taken: nobody types it, and no paste is longer
HIGH_WATER = 256 * 1024  # of output the page has not taken: then the host waits
LEFT_BEHIND_BYTES = 4 * 1024 * 1024  # of a channel that is over, for a page that is slow
LAST_WORDS_S = 5.0  # for such a page to take it
TICK_S = 0.025  # what gathered meanwhile goes out as one message (data-path §6)
UNBOUNDED = 2**62
AHEAD_BYTES = 1024 * 1024  # sent and not drawn yet: xterm.js keeps them, and throws away beyond 48 MiB


class Screen:
    """How far a page is with drawing. A browser takes whatever comes; what is slow in it is the drawing."""

    def __init__(self, ahead_bytes: int = AHEAD_BYTES) -> None:
        self._ahead = ahead_bytes
        self._sent = 0
        self._drawn = 0
        self._gone = False
        self._room = asyncio.Event()
        self._room.set()

    async def room(self) -> None:
        """Until the page may be sent more, or is no more."""
        await self._room.wait()

    def sent(self, count: int) -> None:
        self._sent += count
        self._weigh()

    def drawn(self, text: str) -> None:
        """The page's own word, which can hold up nobody but itself."""
        try:
            total = json.loads(text)["drawn"]
        except (ValueError, TypeError, KeyError) as wrong:
            raise ProtocolError(CLOSE_BREACH, "a page says as text only what it has drawn") from wrong
        if type(total) is not int:
            raise ProtocolError(CLOSE_BREACH, "what is drawn is counted in bytes")
        self._drawn = max(self._drawn, min(total, self._sent))
        self._weigh()

    def gone(self) -> None:
        self._gone = True
        self._weigh()

    def _weigh(self) -> None:
        if self._gone or self._sent - self._drawn <= self._ahead:
            self._room.set()
        else:
            self._room.clear()


@router.websocket("/api/sessions/{session}/terminal")
async def terminal(
    socket: WebSocket, session: str, cols: int = 80, rows: int = 24, seat: str = "", at: int = -1
) -> None:
    who = await who_of_socket(socket, rested=bool(seat))  # a seat is the same login's own
    if who is None:
        await socket.close(CLOSE_REFUSED)
        return
    await socket.accept()
    try:
        page = await _sit(socket, who, session, (cols, rows), seat, at)
    except Refused as no:
        await refuse_socket(socket, no)
        return
    if page is None:
        await _lost(socket)
        return
    try:
        await _serve(socket, who, page, Screen(), await rest_of(socket))
    finally:
        await page.hang_up()


@router.websocket("/api/sessions/{session}/files")
async def files(socket: WebSocket, session: str) -> None:
    """SFTP in the channel's own messages: the page asks for each piece, so nothing runs ahead of it."""
    who = await who_of_socket(socket)
    if who is None:
        await socket.close(CLOSE_REFUSED)
        return
    await socket.accept()
    try:
        pipe = await _join_files(socket.app.state.parts, who, session)
    except Refused as no:
        await refuse_socket(socket, no)
        return
    try:
        await _serve(socket, who, pipe, Screen(UNBOUNDED))
    finally:
        pipe.finish()


async def _serve(
    socket: WebSocket, who: Who, pipe: Pipe | Page, screen: Screen, rests: Callable[[], bool] = lambda: False
) -> None:
    """Until one end is gone; the session goes on until its own end.

    `rests`: then nothing is typed any more, and what runs is still shown (152). Transfers ask for no hand.
    """
    leave = pipe.leave if isinstance(pipe, Page) else None
    with _gone_is_no_fault():
        async with TaskGroup() as group:
            others = [
                group.create_task(_to_host(socket, pipe, screen, rests)),
                group.create_task(until_logged_out(socket, who, leave)),
            ]
            await _to_browser(socket, pipe, screen)
            for task in others:
                task.cancel()


@contextlib.contextmanager
def _gone_is_no_fault() -> Iterator[None]:
    try:
        yield
    except* (OSError, ProtocolError, WebSocketDisconnect):
        pass


async def _sit(
    socket: WebSocket, who: Who, session: str, size: tuple[int, int], seat: str, at: int
) -> Page | None:
    """His place at a channel: a new one's, or the one he had; None where that is no more."""
    seats: Seats = socket.app.state.seats
    of = owner(session, who.person, token_of(socket))
    parts: Parts = socket.app.state.parts
    if seat:
        found = seats.find(seat[:64], of)
        if found is None:
            return None
        page = found.attach(at if at >= 0 else None)
        with contextlib.suppress(OSError):  # its end is told in its turn
            await page.send(Tag.RESIZE, struct.pack(">HH", _side(size[0], 80), _side(size[1], 24)))
    else:
        pipe = await _join(parts, who, session, *size)
        seat = b64(parts.chance.octets(32))
        page = seats.take(seat, pipe, of).attach(0)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page went in the same moment
        await socket.send_text(json.dumps({"seat": seat, "at": page.at}))
    return page


async def _lost(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(json.dumps({"lost": True}))
        await socket.close(1000)


async def _join(parts: Parts, who: Who, session: str, cols: int, rows: int) -> Pipe:
    joined = await join_session(
        parts, session, who=who, via="browser", kind="terminal", terminal=who.terminal
    )
    size: dict[str, object] = {"cols": _side(cols, 80), "rows": _side(rows, 24), "term": "xterm-256color"}
    return await open_channel(parts, joined, "terminal", size)


async def _join_files(parts: Parts, who: Who, session: str) -> Pipe:
    joined = await join_session(
        parts, session, who=who, via="browser", kind="files", terminal=who.terminal, files=SFTP
    )
    return await open_channel(parts, joined, "files", {})


async def _to_host(
    socket: WebSocket, pipe: Pipe | Page, screen: Screen, rests: Callable[[], bool] = lambda: False
) -> None:
    """Until the page is gone: then what was typed and nobody took is void."""
    typed = Backlog()
    async with TaskGroup() as group:
        typing = group.create_task(_type(typed, pipe))
        for_good = await _hear(socket, typed, screen, rests)
        typing.cancel()
    screen.gone()
    if for_good and isinstance(pipe, Page):
        pipe.leave()
    with contextlib.suppress(OSError):  # the host's end is gone too: what it said before is still counted
        await pipe.hang_up()


async def _hear(socket: WebSocket, typed: Backlog, screen: Screen, rests: Callable[[], bool]) -> bool:
    """What the page types and has drawn, read on while the host takes nothing: else nobody would see it go.
    Whether its technician has left for good."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        if typed.size_bytes > MAX_TYPED_BYTES:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page went in the same moment
                await socket.close(CLOSE_TOO_MUCH)
            return True
        if message.get("text") == LEAVE:
            return True
        if message.get("text") is not None:
            screen.drawn(message["text"])
        elif not rests():
            typed.put(message.get("bytes") or b"")
    return False


async def _type(typed: Backlog, pipe: Pipe | Page) -> None:
    try:
        while (message := await typed.get()) is not None:
            await pipe.send(*unpack(message, "broker"))
    except OSError:
        return  # the host takes nothing more; what it said before that is still to be read


async def _to_browser(socket: WebSocket, pipe: Pipe | Page, screen: Screen) -> None:
    """Until the host's end is over, and the page has taken what it still takes in a while."""
    said = Backlog()
    async with TaskGroup() as group:
        saying = group.create_task(_say(socket, pipe, said, screen))
        while (message := await pipe.read()) is not None:
            if said.size_bytes > HIGH_WATER:
                pipe.pause()
            if said.size_bytes <= LEFT_BEHIND_BYTES:
                said.put(pack(*message))
        pipe.finish()  # the count is due now, whatever the page does
        if pipe.exit is not None:
            said.put(pack_exit(pipe.exit))
        said.close()
        await asyncio.wait((saying,), timeout=LAST_WORDS_S)
        saying.cancel()


async def _say(socket: WebSocket, pipe: Pipe | Page, said: Backlog, screen: Screen) -> None:
    """What the page does not take any more is still counted, by whoever reads the pipe."""
    try:
        while (message := await said.get()) is not None:
            await screen.room()
            await socket.send_bytes(message)
            screen.sent(len(message) - 1)
            if said.size_bytes <= HIGH_WATER // 2:
                pipe.resume()
        await socket.close(1000)
    except (WebSocketDisconnect, RuntimeError):
        said.drop()
        pipe.resume()


def _side(asked: int, otherwise: int) -> int:
    return asked if 1 <= asked <= 10_000 else otherwise
