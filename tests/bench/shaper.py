"""A narrow line as a program: `shaper.py BYTES_A_SECOND ONE_WAY_S` prints the port of an HTTP proxy (CONNECT).

All connections through it share the rate, in each direction, taking turns in pieces of 2 KiB as a router with fair
queues does; each byte then takes its time on the way. No more than what is on the way is read from a sender, so the
queue stands at the sender, as with TCP on such a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import deque

PIECE_BYTES = 2 * 1024
READ_BYTES = 64 * 1024
LINGER_S = 0.001  # sleeps of a loop are no finer


class Way:
    """One direction of the line: connections take turns, and nobody gets more than is left."""

    def __init__(self, rate: int, delay_s: float) -> None:
        self._rate = rate
        self.delay_s = delay_s
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._come = asyncio.Event()

    async def turn(self, count: int) -> None:
        """Until the line has carried so many bytes of the caller's."""
        carried: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((count, carried))
        self._come.set()
        await carried

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        free = loop.time()
        while True:
            if not self._waiting:
                self._come.clear()
                await self._come.wait()
            count, carried = self._waiting.popleft()
            free = max(free, loop.time() - LINGER_S) + count / self._rate
            if free > loop.time():
                await asyncio.sleep(free - loop.time())
            if not carried.done():
                carried.set_result(None)


def arrive(writer: asyncio.StreamWriter, piece: bytes) -> None:
    if not writer.is_closing():
        writer.write(piece)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(READ_BYTES):
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            await way.turn(len(piece))
            loop.call_later(way.delay_s, arrive, writer, piece)
        await writer.drain()
    await asyncio.sleep(2 * way.delay_s)  # what is on the way


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: Way, down: Way) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    method, place, _ = head.split(b"\r\n")[0].split(b" ")
    assert method == b"CONNECT", head
    host, _, port = place.decode().rpartition(":")
    to_reader, to_writer = await asyncio.open_connection(host.strip("[]"), int(port))
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    try:
        async with asyncio.TaskGroup() as group:
            ways = [
                group.create_task(pump(reader, to_writer, up)),
                group.create_task(pump(to_reader, writer, down)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for one in ways:
                one.cancel()
    finally:
        for one_end in (writer, to_writer):
            one_end.transport.abort()


async def main(rate: int, delay_s: float) -> None:
    up, down = Way(rate, delay_s), Way(rate, delay_s)

    async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ExceptionGroup):
            await serve(reader, writer, up, down)

    server = await asyncio.start_server(came, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server, asyncio.TaskGroup() as group:
        for way in (up, down):
            group.create_task(way.run())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
