"""A desktop channel: RFB between the page and the session's VNC server, nothing through but what is judged."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from agent.channels import CLOSED, ChannelSocket, Outcome
from agent.channels.gate import Gate
from agent.channels.rfb import Breach, Copied, Event, Ready, ToClient, ToServer
from agent.channels.rfb_page import FromClient
from agent.channels.rfb_server import FromServer
from agent.channels.screen import Rights
from agent.channels.screen_recorder import ScreenRecorder
from agent.channels.vnc_secret import answer
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import DESKTOP_BREACH, DESKTOP_GONE, Exit, StreamDigest, Tag
from agent.wire.frames import ProtocolError

GREETS_WITHIN_S = 10.0  # a server that was just started
LAST_WORDS_S = 1.0  # for socket and server to take what is under way at the end


class Desktop:
    """`run` once; `cut` from outside ends it at once, `hang_up` when its page has gone. `server` is connected,
    and given away; `copied` is told of every text that passed. `gate` is its own, and that of `record`, which
    keeps the screen: without it nothing is shown, and behind it nothing is done.

    While it is held nothing passes: pictures wait, input is void, what was pressed is let go.
    """

    def __init__(
        self,
        channel: ChannelSocket,
        server: socket.socket,
        secret: bytes | None,
        rights: Rights,
        salt: bytes,
        copied: Callable[[Copied], None],
        gate: Gate,
        record: ScreenRecorder | None = None,
    ) -> None:
        self._socket = channel
        self._server = server
        self._secret = secret
        self._rights = rights
        self._digest = StreamDigest(salt)
        self._copied = copied
        self._in_bytes = 0
        self._last_text: str | None = None
        self._page: FromClient | None = None  # once the server has said how large its screen is
        self._writer: asyncio.StreamWriter | None = None
        self._writing = asyncio.Lock()
        self._over = asyncio.Event()
        self._exit = Exit(status=0)
        self._gate = gate
        self._record = record

    @property
    def connections(self) -> int:
        """To the screen's server."""
        return 1 if self._record is None else 2

    def cut(self) -> None:
        """The session has ended: nothing more in either direction but the exit."""
        self._end(Exit(signal="KILL"))

    async def hang_up(self) -> None:
        self._end(Exit(status=0))

    def hold(self) -> None:
        self._gate.shut()
        if self._page is not None:
            self._now(self._page.hold())

    def release(self) -> None:
        self._gate.open()
        if self._page is not None:
            self._now(self._page.release())

    async def run(self) -> Outcome:
        reader, self._writer = await asyncio.open_connection(sock=self._server)
        try:
            async with TaskGroup() as group:
                tasks = [
                    group.create_task(self._until(self._from_server(reader), Exit(status=DESKTOP_GONE))),
                    group.create_task(self._until(self._from_page(), Exit(status=0))),
                    group.create_task(self._greeted_in_time()),
                ]
                if self._record is not None:
                    tasks.append(group.create_task(self._keep(self._record)))
                await self._over.wait()
                if self._record is not None:
                    await self._record.stop()
                for task in tasks:
                    task.cancel()
            await self._let_go()
        finally:
            self._writer.close()
        with contextlib.suppress(TimeoutError, *CLOSED):
            async with asyncio.timeout(2 * LAST_WORDS_S):
                rest = None if self._record is None else await self._record.end()
                if rest is not None:
                    await self._socket.send(wire.pack_segment(rest, last=True))
                await self._socket.send(wire.pack_exit(self._exit))
                await self._socket.close()
        return Outcome(self._in_bytes, self._digest.count_bytes, self._digest.hex, self._exit)

    async def _greeted_in_time(self) -> None:
        """A server that hangs says nothing, and is as good as none."""
        await asyncio.sleep(GREETS_WITHIN_S)
        if self._page is None:
            self._end(Exit(status=DESKTOP_GONE))

    def _end(self, how: Exit) -> None:
        """The first reason counts."""
        if not self._over.is_set():
            self._exit = how
            self._over.set()

    async def _until(self, going: Awaitable[None], at_its_end: Exit) -> None:
        try:
            await going
        except (Breach, ProtocolError):
            at_its_end = Exit(status=DESKTOP_BREACH)
        except CLOSED:
            pass
        self._end(at_its_end)

    async def _keep(self, record: ScreenRecorder) -> None:
        await self._until(record.run(self._send), Exit(status=DESKTOP_GONE))

    async def _from_server(self, reader: asyncio.StreamReader) -> None:
        machine = FromServer(
            None if self._secret is None else partial(answer, self._secret), clipboard=self._rights.clipboard
        )
        while data := await reader.read(wire.MAX_PAYLOAD_BYTES):
            await self._gate.passed()
            await self._carry(machine.feed(data))

    async def _from_page(self) -> None:
        while True:
            tag, payload = wire.unpack(await self._socket.recv(), "broker")
            if tag is Tag.DATA and self._page is not None:
                self._in_bytes += len(payload)
                if self._record is not None:
                    await self._record.in_time()
                await self._carry(self._page.feed(payload))
            elif tag is Tag.DATA:
                raise Breach("a page that speaks before it is greeted")
            elif tag in {Tag.SIGNAL, Tag.EOF}:
                return

    async def _carry(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case ToServer(data):
                    await self._tell(data)
                case ToClient(data):
                    await self._show(data)
                case Copied(text=text):
                    if text != self._last_text:  # some servers say what they were told back
                        self._copied(event)
                    self._last_text = text
                case Ready():
                    if self._record is not None:
                        await self._record.begun()
                    self._page = FromClient(
                        event, control=self._rights.control, clipboard=self._rights.clipboard
                    )
                    if not self._gate.is_open:
                        self._page.hold()
                    await self._carry(self._page.greet())
                case _:
                    pass  # only a recording says `Shown` and `Covered`

    async def _tell(self, data: bytes) -> None:
        assert self._writer is not None
        try:
            async with self._writing:
                self._writer.write(data)
                await self._writer.drain()
        except OSError:
            self._end(Exit(status=DESKTOP_GONE))

    def _now(self, events: Iterable[Event]) -> None:
        """What must not wait its turn; a few bytes."""
        for event in events:
            if isinstance(event, ToServer) and self._writer is not None:
                self._writer.write(event.data)

    async def _show(self, data: bytes) -> None:
        for start in range(0, len(data), wire.MAX_PAYLOAD_BYTES):
            piece = data[start : start + wire.MAX_PAYLOAD_BYTES]
            await self._gate.passed()
            self._digest.add(piece)
            await self._send(wire.pack(Tag.DATA, piece))

    async def _send(self, message: bytes) -> None:
        try:
            await self._socket.send(message)
        except CLOSED:
            self._end(Exit(status=0))

    async def _let_go(self) -> None:
        """The server lives on for others, and knows nothing of a key whose page has gone."""
        assert self._writer is not None
        if self._page is not None:
            self._now(self._page.leave())
            with contextlib.suppress(TimeoutError, OSError):
                async with asyncio.timeout(LAST_WORDS_S):
                    await self._writer.drain()
