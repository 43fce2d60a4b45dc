"""`GET /metrics` on a listener of its own: for a Prometheus beside the broker, and nobody the site serves."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from prometheus_client import CONTENT_TYPE_LATEST

_log = logging.getLogger("verbale.metrics")
MAX_HEAD_BYTES = 8 * 1024
PATIENCE_S = 10.0
Measure = Callable[[], Awaitable[bytes]]


@asynccontextmanager
async def listening(sockets: list[socket.socket], measure: Measure) -> AsyncIterator[None]:
    """Until left."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await _answer(head.partition(b"\r\n")[0], measure))
                await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(serve, sock=one, limit=MAX_HEAD_BYTES) for one in sockets]
    try:
        yield
    finally:
        for server in servers:
            server.close()


async def _answer(line: bytes, measure: Measure) -> bytes:
    method, _, rest = line.partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0]
    if path != b"/metrics":
        return _http("404 Not Found", b"")
    if method != b"GET":
        return _http("405 Method Not Allowed", b"", b"Allow: GET\r\n")
    try:
        return _http("200 OK", await measure(), f"Content-Type: {CONTENT_TYPE_LATEST}\r\n".encode())
    except Exception as wrong:  # noqa: BLE001 - the boundary between one question and the listener
        _log.warning("nothing could be measured: %s", type(wrong).__name__)
        return _http("503 Service Unavailable", b"")


def _http(status: str, body: bytes, more: bytes = b"") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n".encode()
    return head + more + b"\r\n" + body
