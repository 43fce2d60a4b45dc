"""A light client: many agents' control links in one process, each with its own key and real greeting.

Run as a program: `idle_agents.py PORT TENANT FIRST COUNT` (or `PORT bare 0 COUNT` for sockets that say
nothing). Prints one JSON line once all are up, then answers pings until its input ends.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import sys
import time
from dataclasses import replace

from agent.wire import frames
from audit.canonical import b64
from audit.keys import SigningKey

AT_ONCE = 50  # dialling side by side
TIME = "2026-11-10T08:00:00.000Z"


def host_id(n: int) -> str:
    return f"h-{n:08x}"


def key(n: int) -> SigningKey:
    """The identity key of the bench's n-th host, known to who enrols it and to who dials as it."""
    return SigningKey(hashlib.sha256(f"bench agent {n}".encode()).digest())


def greeting(tenant: str, n: int, nonce: str) -> str:
    hello = frames.Hello(
        tenant=tenant, host=host_id(n), version="bench", boot="bench", time=TIME,
        next_host_n=1, head_size=0, signature="A" * 86,
    )  # fmt: skip
    return frames.encode(replace(hello, signature=b64(key(n).sign(hello.message(nonce)))))


async def dial(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    nonce = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101 "), answer
    return reader, writer


async def read_text(reader: asyncio.StreamReader) -> str:
    """One message of the server: RFC 6455 §5.2, unmasked and whole."""
    first, length = await reader.readexactly(2)
    if first == 0x88:  # a close, with its code and reason
        raise ConnectionError(await reader.readexactly(length))
    assert first == 0x81, f"no whole text frame but {first:#x}"
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8), "big")
    return (await reader.readexactly(length)).decode()


def text(message: str) -> bytes:
    """One message of a client; the mask is all zeros, which RFC 6455 §5.3 reads like any other."""
    data = message.encode()
    size = bytes((0x80 | len(data),)) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + data


async def agent(port: int, tenant: str, n: int, slots: asyncio.Semaphore, up: asyncio.Event) -> None:
    async with slots:
        reader, writer = await dial(port, frames.LINK_PATH)
        challenge = frames.decode(await read_text(reader))
        assert isinstance(challenge, frames.Challenge)
        writer.write(text(greeting(tenant, n, challenge.nonce)))
        welcome = frames.decode(await read_text(reader))
        assert isinstance(welcome, frames.Welcome)
        up.set()
    while True:
        frame = frames.decode(await read_text(reader))
        if isinstance(frame, frames.Ping):
            writer.write(text(frames.encode(frames.Pong(frame.at))))


async def bare(port: int, slots: asyncio.Semaphore, up: asyncio.Event) -> None:
    async with slots:
        reader, writer = await dial(port, "/")
        writer.write(text("here"))
        assert await read_text(reader) == "welcome"
        up.set()
    while await reader.read(1024):
        pass
    writer.close()


async def main(port: int, tenant: str, first: int, count: int) -> None:
    slots = asyncio.Semaphore(AT_ONCE)
    began = time.perf_counter()
    ups = [asyncio.Event() for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        for n, up in enumerate(ups, first):
            work = bare(port, slots, up) if tenant == "bare" else agent(port, tenant, n, slots, up)
            group.create_task(work)
        for up in ups:
            await up.wait()
        print(json.dumps({"up": count, "took_s": time.perf_counter() - began}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        os._exit(0)  # the sockets end with the process; there is nothing to say to anybody


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
