"""A bad line between agent and broker: an HTTP proxy (CONNECT) that cuts, delays, stalls on order.

Run as a thread of the test's own process; the agent is told of it by VERBALE_PROXY, so that the way
through a proxy is walked as well.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self

PIECE = 64 * 1024
MAX_LINES = 64


class Lossy:
    """`address` is what the agent dials. Orders may come from any thread; a context manager."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        self.refusing = False
        self.stalled = False  # bytes are swallowed up, nobody is told: a half-open line
        self.dialled = self.connections = 0
        self.refused = 0
        self.held = 0  # bytes that came while it was stalled
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._lines: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> Self:
        self._thread.start()

        async def listen() -> None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            port = self._server.sockets[0].getsockname()[1]
            self.address = f"http://127.0.0.1:{port}"

        self._do(listen())
        return self

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            assert self._server is not None
            self._server.close()
            self._cut()
            tasks = [t for t in self._tasks if not t.done()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._do(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    def cut(self) -> None:
        """Every line breaks now, as by a reset."""

        async def now() -> None:
            self._cut()

        self._do(now())

    def _cut(self) -> None:
        for pair in list(self._lines):
            for writer in pair:
                writer.transport.abort()

    def _do(self, work: Any) -> None:
        done: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        done.result(10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._carry(reader, writer)
        except (OSError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
            pass  # the line broke, or was refused: whoever dialled sees it
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, place, _ = head.split(b"\r\n")[0].split(b" ")
        if self.refusing or method != b"CONNECT" or len(self._lines) >= MAX_LINES:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            self.refused += 1
            return
        self.dialled += 1
        host, _, port = place.decode().rpartition(":")
        to_reader, to_writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.connections += 1
        pair = (writer, to_writer)
        self._lines.add(pair)
        ways: list[Callable[[], Any]] = [
            lambda: self._pump(reader, to_writer),
            lambda: self._pump(to_reader, writer),
        ]
        tasks = [asyncio.ensure_future(way()) for way in ways]  # noqa: TID251 - a thread's own small loop
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._lines.discard(pair)
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            to_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(PIECE):
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            self.held += len(data) if self.stalled else 0
            while self.stalled:  # noqa: ASYNC110 - set from another thread
                await asyncio.sleep(0.05)
            writer.write(data)
            await writer.drain()
