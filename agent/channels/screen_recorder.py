"""Records a session's screen by a connection of its own, which sees and touches nothing.

Pictures follow the changes, each at least `PACE_S` after the one before; none is asked for while the session is
paused, and what was asked for before waits. While one waits for room towards the broker, so does the technician's
input: nothing is done that the recording would not reach. Where some windows are not to be recorded, it asks where
they are behind every piece that it reads, and keeps black instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from agent.channels.gate import Gate
from agent.channels.recorder import Recorder
from agent.channels.rectangles import Rect, around
from agent.channels.rfb import Breach, Covered, Ready, Shown, ToClient, ToServer
from agent.channels.rfb_pictures import Pictures
from agent.channels.vnc_secret import answer
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Tag

PACE_S = 0.2  # five pictures a second
RATE_BYTES = 512 * 1024  # a second, of what is kept: of a screen that changes more there are fewer pictures
KEY_S = 60.0  # so long back a reader has to go for a whole picture,
KEY_BYTES = 64 * 1024  # if so much changed since: less is read in no time
PROBE_S = 30.0  # a server with nothing to tell is asked whether it lives, and has as long to say so
LOOK_EVERY_S = 0.5
LAST_WORDS_S = 1.0


class Hidden(Protocol):
    """What a recorder asks before it keeps pixels it has read."""

    async def follow(self) -> None:
        """Goes on as long as the recorder does: windows move also while nobody asks."""
        ...

    async def now(self, since_s: float) -> tuple[Rect, ...]:
        """Where nothing may be kept of what was asked for at `since_s`, by the loop's clock, and has come by now.
        `OSError` where nobody knows."""
        ...

    def until(self) -> float | None:
        """At which instant of the loop's clock less of it may be hidden; None where nothing is."""
        ...

    def close(self) -> None:
        """Instead of `follow`, or after it."""
        ...


class ScreenRecorder:
    """Of one channel. `run` returns when the server is no more, `end` gives the last segment's note."""

    def __init__(
        self,
        server: socket.socket,
        secret: bytes | None,
        recorder: Recorder,
        gate: Gate,
        hidden: Hidden | None = None,
    ) -> None:
        self._server = server
        self._hidden = hidden
        self._black: set[Rect] = set()  # places that the recording shows black,
        self._again: set[Rect] = set()  # and those that it need not any more
        told = None if secret is None else partial(answer, secret)
        self._machine = Pictures(told, pointer=hidden is None)
        self._recorder = recorder
        self._gate = gate
        self._send: Callable[[bytes], Awaitable[None]] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._turn = asyncio.Lock()
        self._stopped = False
        self._room = asyncio.Event()
        self._room.set()
        self._begun = asyncio.Event()
        self._key_s = self._asked_s = 0.0
        self._asked_key = False
        self._size_bytes = 0  # of the picture under way
        self._since_key_bytes = 0  # of those behind the last key
        self._probed = False
        self._quiet_s = 0.0  # how long the server has said nothing

    async def begun(self) -> None:
        """Returns once the first picture is kept: before that nobody sees the screen."""
        await self._begun.wait()

    async def in_time(self) -> None:
        """Returns once nothing that was seen waits for room."""
        await self._room.wait()

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """`send` takes messages of the channel. `Breach` where the server says what is not of the protocol."""
        self._send = send
        reader, self._writer = await asyncio.open_connection(sock=self._server)
        wrong: Breach | OSError | None = None
        try:
            async with TaskGroup() as group:
                beside = [group.create_task(self._end_segments())]
                if self._hidden is not None:
                    beside.append(group.create_task(self._hidden.follow()))
                try:
                    while data := await self._read(reader):
                        await self._gate.passed()
                        await self._take(data)
                except (Breach, OSError) as found:  # outside of the group it is itself again
                    wrong = found
                for task in beside:
                    task.cancel()
        finally:
            self._writer.close()
        if wrong is not None:
            raise wrong

    async def stop(self) -> None:
        """Nothing more is kept. What is under way gets out whole, if it can: both ends then count the same."""
        self._stopped = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S), self._turn:
                pass

    async def end(self) -> bytes | None:
        """After `run`, or instead of it: the note about the last segment, if there is something in it."""
        if self._writer is None:
            self._server.close()
        if self._hidden is not None:
            self._hidden.close()
        return await self._recorder.end()

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        """Empty where the server has gone, or hangs."""
        while True:
            wait_s = PROBE_S - self._quiet_s
            if self._hidden is not None:
                wait_s = min(wait_s, LOOK_EVERY_S)
            try:
                async with asyncio.timeout(wait_s):
                    data = await reader.read(wire.MAX_PAYLOAD_BYTES)
            except TimeoutError:
                self._quiet_s += wait_s
                await self._show_again()
                if self._quiet_s < PROBE_S:
                    continue
                if self._probed:
                    return b""
                self._probed, self._quiet_s = True, 0.0
                self._tell(self._machine.probe())
            else:
                self._probed, self._quiet_s = False, 0.0
                return data

    async def _look(self, since_s: float) -> None:
        """Where nothing may be kept of what was asked for then and is here by now."""
        if self._hidden is None:
            return
        self._machine.hidden = await self._hidden.now(since_s)
        now = set(self._machine.hidden)
        self._again |= self._black - now
        self._black = now

    async def _show_again(self) -> None:
        """A window that is not to be recorded has left a place, and nothing has changed there since."""
        until = None if self._hidden is None else self._hidden.until()
        now = asyncio.get_running_loop().time()
        if until is None or now < until or not self._gate.is_open or not self._machine.between:
            return
        await self._look(now)
        if self._again and self._begun.is_set():
            await self._ask(key=False)

    async def _take(self, data: bytes) -> None:
        await self._look(self._asked_s)
        for event in self._machine.feed(data):
            match event:
                case ToServer(said):
                    self._tell(said)
                case ToClient(kept):
                    self._size_bytes += len(kept)
                    await self._keep(kept)
                case Covered():
                    self._recorder.covered()
                case Ready():
                    self._tell(self._machine.encodings)
                    await self._ask(key=True)
                case Shown(again=again):
                    await self._next(again=again)
                case _:
                    pass  # its clipboard is not taken

    async def _next(self, *, again: bool) -> None:
        """Ask for the next picture, in its time."""
        now = asyncio.get_running_loop().time()
        if not again:
            self._begun.set()
            pause = max(PACE_S, self._size_bytes / RATE_BYTES)
            await asyncio.sleep(max(0.0, self._asked_s + pause - now))
            await self._gate.passed()
            await self._look(asyncio.get_running_loop().time())
        self._since_key_bytes += 0 if self._asked_key else self._size_bytes
        self._size_bytes = 0
        far = now - self._key_s >= KEY_S and self._since_key_bytes >= KEY_BYTES
        await self._ask(key=again or far)

    async def _ask(self, *, key: bool) -> None:
        self._asked_s, self._asked_key = asyncio.get_running_loop().time(), key
        if key:
            self._key_s, self._since_key_bytes = self._asked_s, 0
            async with self._turn:
                if self._recorder.begun:
                    await self._cut()
        if self._again and not key:
            self._tell(self._machine.ask_again(around(list(self._again))))
        else:
            self._tell(self._machine.ask(key=key))
        self._again.clear()

    def _tell(self, data: bytes) -> None:
        """A few bytes, and only when it has answered the ones before."""
        assert self._writer is not None
        self._writer.write(data)

    # -------------------------------------------------------------------------------- to the broker

    async def _keep(self, data: bytes) -> None:
        for start in range(0, len(data), wire.MAX_PAYLOAD_BYTES):
            async with self._turn:
                await self._put(data[start : start + wire.MAX_PAYLOAD_BYTES])

    async def _put(self, piece: bytes) -> None:
        assert self._send is not None
        if self._stopped:
            return
        now = asyncio.get_running_loop().time()
        self._room.clear()
        try:
            await self._send(wire.pack(Tag.SCREEN, piece))
        finally:  # it is written by now, though nobody may have taken it: the broker will count it
            self._room.set()
            await self._recorder.feed(piece, now)
        if self._recorder.due(now):
            await self._cut()

    async def _cut(self) -> None:
        """The segment under way ends here."""
        assert self._send is not None
        if not self._stopped:
            await self._send(wire.pack_segment(self._recorder.cut(), last=False))

    async def _end_segments(self) -> None:
        """Those that end by the clock, though nothing more changes."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            async with self._turn:
                if self._recorder.due(asyncio.get_running_loop().time()):
                    await self._cut()
