"""A broker's end of the link on a loopback port, and a TCP relay that can cut, stall or be a proxy."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from agent.wire import frames
from agent.wire.frames import decode, encode
from audit.canonical import b64, unb64
from audit.keys import PublicKey

NONCE = b64(b"n" * 32)
PATIENCE_S = 60  # a loaded machine is slow; a broken agent is silent for longer
WELCOME_AT = "2026-11-22T10:00:00.000Z"


@dataclass
class Broker:
    """Accepts links, checks the handshake's signature, and keeps what was said."""

    key: PublicKey
    acked: int = 0
    acknowledges: bool = True
    turn_away: tuple[int, str] | None = None
    port: int = 0
    hellos: list[frames.Hello] = field(default_factory=list)
    heard: asyncio.Queue[frames.Frame] = field(default_factory=asyncio.Queue)
    live: list[ServerConnection] = field(default_factory=list)
    channel: Callable[[ServerConnection], Awaitable[None]] | None = None

    async def handle(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        if socket.request.path == frames.CHANNEL_PATH and self.channel is not None:
            await self.channel(socket)
            return
        with contextlib.suppress(ConnectionClosed):
            await self._link(socket)

    async def _link(self, socket: ServerConnection) -> None:
        await socket.send(encode(frames.Challenge(NONCE)))
        hello = decode(str(await socket.recv()))
        assert isinstance(hello, frames.Hello)
        self.key.check(unb64(hello.signature), hello.message(NONCE))
        self.hellos.append(hello)
        if self.turn_away is not None:
            await socket.close(*self.turn_away)
            return
        await socket.send(encode(frames.Welcome(WELCOME_AT, self.acked)))
        self.live.append(socket)
        async for text in socket:
            frame = decode(str(text))
            if isinstance(frame, frames.NoteFrame) and self.acknowledges:
                self.acked += 1
                await socket.send(encode(frames.Ack(self.acked)))
            self.heard.put_nowait(frame)

    async def say(self, text: str) -> None:
        await self.live[-1].send(text)

    async def next(self, kind: type[frames.Frame]) -> frames.Frame:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame = await self.heard.get()
                if isinstance(frame, kind):
                    return frame

    async def linked(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.live) < times:  # noqa: ASYNC110 - the server's own list, in a test
                await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def serving(broker: Broker, tls: ssl.SSLContext | None = None) -> AsyncIterator[Broker]:
    async with serve(
        broker.handle,
        "127.0.0.1",
        broker.port,
        ssl=tls,
        compression=None,
        ping_interval=None,
        close_timeout=0.2,
    ) as server:
        broker.port = next(iter(server.sockets)).getsockname()[1]
        yield broker


@dataclass
class Relay:
    """Carries bytes to a port; `asked` keeps the CONNECT lines it was given as a proxy."""

    target: int
    proxy: bool = False
    port: int = 0
    asked: list[str] = field(default_factory=list)
    _taken: int = 0
    _stalled: int = 0  # the first so many connections are half open
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._taken += 1
        number = self._taken
        if self.proxy:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.append(head.split(b"\r\n")[0].decode())
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers += [writer, far_writer]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._carry(number, reader, far_writer))
            group.create_task(self._carry(number, far_reader, writer))

    async def _carry(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if number <= self._stalled:
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()

    def stall(self) -> None:
        """Whatever stands now is half open: both its ends believe in it. Who dials anew gets through."""
        self._stalled = self._taken

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


@contextlib.asynccontextmanager
async def relaying(relay: Relay) -> AsyncIterator[Relay]:
    server = await asyncio.start_server(relay.handle, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        relay.cut()
        await asyncio.sleep(0)
