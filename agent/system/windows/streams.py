"""A process's streams as asyncio's transports: on Windows the proactor's, of pipes whose our ends are overlapped.

Nothing here is Windows' own, so that it is tested with the pipes of any system.
"""

from __future__ import annotations

import asyncio
from typing import Any

READ_AHEAD_BYTES = 64 * 1024  # one message; then the process waits until it is sent
WRITE_BYTES = 4 * 1024  # at a time, so that a pause leaves little on its way that is still to arrive


class PipeOutput(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.ReadTransport | None = None
        self._held = bytearray()
        self._is_over = False
        self._waiter: asyncio.Future[None] | None = None

    @classmethod
    async def of(cls, pipe: Any) -> PipeOutput:
        """Takes the pipe over; a `PipeHandle` where that is what pipes are."""
        _, found = await asyncio.get_running_loop().connect_read_pipe(cls, pipe)
        return found

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport), "connect_read_pipe makes no other"
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        if len(self._held) >= READ_AHEAD_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def read(self, most: int) -> bytes | None:
        if not self._held:
            return b"" if self._is_over else None
        data = bytes(self._held[:most])
        del self._held[:most]
        if self._transport is not None and len(self._held) < READ_AHEAD_BYTES and not self._is_over:
            self._transport.resume_reading()
        return data

    def ready(self) -> asyncio.Future[None]:
        self._waiter = asyncio.get_running_loop().create_future()
        if self._held or self._is_over:
            self._wake()
        return self._waiter

    def unready(self) -> None:
        self._waiter = None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class PipeInput(asyncio.BaseProtocol):
    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._is_over = False
        self._has_room = asyncio.Event()
        self._has_room.set()

    @classmethod
    async def of(cls, pipe: Any) -> PipeInput:
        """Takes the pipe over; a `PipeHandle` where that is what pipes are."""
        _, found = await asyncio.get_running_loop().connect_write_pipe(cls, pipe)
        return found

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport), "connect_write_pipe makes no other"
        transport.set_write_buffer_limits(0)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._has_room.set()

    def pause_writing(self) -> None:
        self._has_room.clear()

    def resume_writing(self) -> None:
        self._has_room.set()

    def write(self, data: bytes | memoryview) -> int | None:
        if self._is_over or self._transport is None:
            return None
        if not self._has_room.is_set():
            return 0
        taken = bytes(data[:WRITE_BYTES])
        self._transport.write(taken)
        return len(taken)

    async def room(self) -> None:
        await self._has_room.wait()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
