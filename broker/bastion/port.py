"""One `ssh -L` connection of a technician, joined to the port the host has opened for it.

The host's end is there before the technician's: nothing that a target says first can be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import asyncssh

from agent.task_group import TaskGroup
from agent.wire.channel import MAX_PAYLOAD_BYTES, Tag
from agent.wire.frames import ProtocolError
from broker.bastion.window import FULL_BYTES, ROOM_BYTES
from broker.live.pipe import Pipe

HIGH_WATER = 1024 * 1024  # of what he has not taken
LEFT_BEHIND_BYTES = 16 * 1024 * 1024  # of a channel whose host's end is over, for who does not read


class PortSession(asyncssh.SSHTCPSession[bytes]):
    """`run` once, beside the SSH connection; `lost` is set when that is gone, also before this channel opened."""

    def __init__(self, pipe: Pipe, lost: asyncio.Event, closed: Callable[[], None]) -> None:
        self._pipe = pipe
        self._lost = lost
        self._closed = closed
        self._chan: asyncssh.SSHTCPChannel[bytes]
        self._to_host: asyncio.Queue[tuple[Tag, bytes]] = asyncio.Queue()
        self._queued = 0
        self._started = asyncio.Event()
        self._gone = asyncio.Event()

    # ------------------------------------------------------------------ what asyncssh tells us

    def connection_made(self, chan: asyncssh.SSHTCPChannel[bytes]) -> None:
        self._chan = chan
        chan.set_write_buffer_limits(high=HIGH_WATER)

    def session_started(self) -> None:
        self._started.set()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        for start in range(0, len(data), MAX_PAYLOAD_BYTES):
            part = data[start : start + MAX_PAYLOAD_BYTES]
            self._to_host.put_nowait((Tag.DATA, part))
            self._queued += len(part)
        if self._queued > FULL_BYTES:
            self._chan.pause_reading()

    def eof_received(self) -> bool:
        self._to_host.put_nowait((Tag.EOF, b""))
        return True  # the other half stays open for what the host still says

    def pause_writing(self) -> None:
        self._pipe.pause()

    def resume_writing(self) -> None:
        self._pipe.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone.set()
        self._pipe.resume()  # nobody listens any more, but it is still counted

    # ------------------------------------------------------------------------------- the work

    async def run(self) -> None:
        try:
            async with TaskGroup() as both:
                upstream = both.create_task(self._upstream())
                await self._downstream()
                upstream.cancel()
        except* (OSError, ProtocolError):
            pass  # the agent's socket broke; the session's own end is the agent's to report
        finally:
            self._pipe.finish()
            self._closed()
            if self._started.is_set() and not self._gone.is_set():
                self._chan.close()

    async def _upstream(self) -> None:
        """Until he is gone: then what he sent and nobody took is void, and the connection ends."""
        async with TaskGroup() as group:
            work = [group.create_task(self._send()), group.create_task(self._lost.wait())]
            gone = group.create_task(self._gone.wait())
            await asyncio.wait((gone, work[1]), return_when=asyncio.FIRST_COMPLETED)
            self._gone.set()
            for task in (*work, gone):
                task.cancel()
        with contextlib.suppress(OSError):  # the host's end is gone too: what it said before is still counted
            await self._pipe.hang_up()

    async def _send(self) -> None:
        try:
            while True:
                tag, payload = await self._to_host.get()
                await self._pipe.send(tag, payload)
                self._queued -= len(payload)
                if self._queued <= ROOM_BYTES and not self._gone.is_set():
                    self._chan.resume_reading()
        except OSError:
            return  # the host takes nothing more; what it said before that is still to be read

    async def _downstream(self) -> None:
        await self._opened()
        while (message := await self._pipe.read()) is not None:
            if self._gone.is_set() or self._chan.is_closing():
                continue
            tag, payload = message
            if tag is Tag.EOF:
                self._chan.write_eof()
            elif self._chan.get_write_buffer_size() <= LEFT_BEHIND_BYTES:
                self._chan.write(payload)

    async def _opened(self) -> None:
        """Nothing is read before the technician's end is open, or known never to be."""
        async with TaskGroup() as group:
            waiting = [group.create_task(one.wait()) for one in (self._started, self._gone, self._lost)]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
        if not self._started.is_set():
            self._gone.set()
