"""The broker's end of one channel: tagged messages to and from the agent, counted and teed.

Back-pressure is the kernel's: `read` takes one message from the agent's socket only while the
technician's side has room, so a stalled receiver stalls the host's process and grows nothing here.
Once the host's end is over nobody waits for room any more: what it said is to be counted.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

from agent.wire.channel import (
    Exit,
    StreamDigest,
    Tag,
    pack,
    read_echo,
    read_exit,
    read_resize,
    read_segment,
    unpack,
)
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from broker.live.audience import Audience
from broker.live.file_facts import FileFacts

DRAIN_S = 5.0  # how long to count on after the technician has gone


class Socket(Protocol):
    """What a channel needs of the WebSocket that the agent dialled."""

    async def send(self, message: bytes) -> None: ...

    async def receive(self) -> bytes | None:
        """One message, or None when the agent has closed."""
        ...

    async def close(self) -> None: ...


class Recorder(Protocol):
    """Keeps what the host says, in its order. `OSError` where it cannot: then nothing more may be said."""

    async def output(self, data: bytes) -> None: ...

    def echo(self, *, on: bool) -> None: ...

    def resize(self, cols: int, rows: int) -> None: ...

    async def segment(self, note: bytes, *, last: bool) -> None: ...

    def hold(self) -> None: ...

    def resume(self) -> None: ...

    async def close(self, *, whole: bool) -> None:
        """Nothing more comes; once. `whole`: the host said so."""
        ...


async def _no_link() -> bool:
    return False


def _uncounted(_octets: int) -> None:
    """Nobody counts what passes."""


def _to_nobody(sentence: str) -> None:
    """A page tells its technician by itself; whoever has a terminal says how (`Pipe.say`)."""


class Pipe:
    """Made when the agent's socket arrives; `begin` before the first read; `finish` at the end."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._digest: StreamDigest | None = None
        self._audience: Audience | None = None
        self._count: asyncio.Future[tuple[int, str] | None] | None = None
        self._order_close: Callable[[], Awaitable[bool]] = _no_link
        self._recorder: Recorder | None = None
        self._files: FileFacts | None = None
        self._finished = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._hurried = False
        self.say: Callable[[str], None] = _to_nobody
        self.sent: Callable[[int], None] = _uncounted  # towards the host
        self.came: Callable[[int], None] = _uncounted
        self.session = ""
        self.channel = ""
        self.exit: Exit | None = None

    def name(self, session: str, channel: str) -> None:
        self.session, self.channel = session, channel

    def begin(
        self,
        salt: bytes,
        audience: Audience | None,
        count: asyncio.Future[tuple[int, str] | None],
        order_close: Callable[[], Awaitable[bool]],
        recorder: Recorder | None = None,
        files: FileFacts | None = None,
    ) -> None:
        """`order_close` tells the host, beside this channel, to end it; whether that could be sent.
        `recorder` keeps a recorded channel, `files` reads one for files. `audience` None: viewers are not
        shown what passes, or see it in another way; kept is then what comes beside it (`SCREEN`)."""
        self._recorder = recorder
        self._files = files
        self._digest = StreamDigest(salt)
        self._audience = audience
        self._count = count
        self._order_close = order_close
        if audience is not None:
            audience.open(self.channel)

    async def send(self, tag: Tag, payload: bytes = b"") -> None:
        """Towards the agent; `OSError` when it is gone."""
        if tag is Tag.RESIZE and self._audience is not None:
            size = read_resize(payload)
            self._audience.resize(self.channel, *size)
            if self._recorder is not None:
                self._recorder.resize(*size)
        if tag is Tag.DATA and self._files is not None:
            self._files.to_host(payload)
        await self._socket.send(pack(tag, payload))
        self.sent(len(payload))

    def pause(self) -> None:
        """The technician's side is full: read nothing until `resume`."""
        if not self._hurried:
            self._room.clear()

    def resume(self) -> None:
        self._room.set()

    def hurry(self) -> None:
        """The host's end is over, or ordered to be: whoever has no room gets no more attention."""
        self._hurried = True
        self._room.set()

    async def read(self) -> tuple[Tag, bytes] | None:
        """The next DATA, STDERR or EOF message, or None at the end; then `exit` tells how it ended.

        `ProtocolError` when the agent breaks the protocol: close, and let the session go on.
        """
        assert self._digest is not None
        await self._has_room()
        while (message := await self._socket.receive()) is not None:
            tag, payload = unpack(message, "agent")
            match tag:
                case Tag.EXIT:
                    self.exit = read_exit(payload)
                    return None
                case Tag.ECHO | Tag.STDERR if self._audience is None:
                    raise ProtocolError(CLOSE_BREACH, "such a channel says nothing but its own bytes")
                case Tag.SCREEN:
                    await self._pictures(payload)
                case Tag.ECHO:
                    self._echo(on=read_echo(payload))
                case Tag.SEGMENT:
                    await self._segment(*read_segment(payload))
                case Tag.EOF:
                    return tag, b""
                case _:
                    self._digest.add(payload)
                    self.came(len(payload))
                    if self._audience is not None:
                        self._audience.feed(self.channel, payload)
                        if self._recorder is not None:
                            await self._recorder.output(payload)
                    elif self._files is not None and tag is Tag.DATA:
                        self._files.from_host(payload)
                    return tag, payload
        return None

    async def _has_room(self) -> None:
        if self._room.is_set():
            return
        if self._recorder is not None:
            self._recorder.hold()
        await self._room.wait()
        if self._recorder is not None:
            self._recorder.resume()

    def _echo(self, *, on: bool) -> None:
        if self._audience is not None:
            self._audience.echo(self.channel, on=on)
        if self._recorder is not None:
            self._recorder.echo(on=on)

    async def _pictures(self, data: bytes) -> None:
        """Of a screen: the page has its own, which stay unrecorded."""
        if self._recorder is None or self._audience is not None:
            raise ProtocolError(CLOSE_BREACH, "pictures of a channel whose screen is not recorded")
        await self._recorder.output(data)

    async def _segment(self, note: bytes, last: bool) -> None:  # noqa: FBT001 - as it is read
        if self._recorder is None:
            raise ProtocolError(CLOSE_BREACH, "a segment of a channel that is not recorded")
        await self._recorder.segment(note, last=last)

    async def hang_up(self) -> None:
        """The technician is gone: end the process, give what still comes a while, then let go.

        Returns after `DRAIN_S`, or is cancelled by the reader that met the end before that.
        """
        if not await self._order_close():
            # No control link: in its turn behind what he typed, unless nobody takes that any more.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_S):
                    await self.send(Tag.SIGNAL, b"HUP")
                    await self.send(Tag.EOF)
        await asyncio.sleep(DRAIN_S)
        await self._socket.close()

    def finish(self) -> None:
        """The channel is over here: give the count, let the agent's socket close."""
        if self._finished.is_set():
            return
        if self._files is not None:
            self._files.finish()
        elif self._audience is not None:
            self._audience.shut(self.channel)
        if self._count is not None and not self._count.done():
            complete = self.exit is not None and self._digest is not None
            assert self._digest is not None
            self._count.set_result((self._digest.count_bytes, self._digest.hex) if complete else None)
        self._finished.set()

    async def end_recording(self) -> None:
        """After `finish`, once."""
        if self._recorder is not None:
            await self._recorder.close(whole=self.exit is not None)

    async def finished(self) -> None:
        """Wait for `finish`: the handler of the agent's socket lives that long."""
        await self._finished.wait()
