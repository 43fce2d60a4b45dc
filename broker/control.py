"""The running broker's Unix socket: commands that write go through it, so one process owns the store.

One JSON object a line, in and out. Whoever can open the socket (0600, the service's own account) may
command; that is the administrator of the broker's machine, whom the records name as the broker.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from broker.api.refusals import sentence
from broker.domain.refusal import Refused
from broker.parts import Parts

SOCKET = "control.sock"
LOCK = "broker.lock"
MAX_LINE = 64 * 1024
Command = Callable[[Parts, Mapping[str, Any]], Awaitable[dict[str, Any]]]


class AlreadyRunning(Exception):
    """Another broker holds this state folder."""


@contextmanager
def sole_owner(state: Path) -> Iterator[None]:
    """Hold the state folder's lock, or `AlreadyRunning`. The lock goes with the process, however it ends."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(state / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise AlreadyRunning(str(state)) from held
        yield
    finally:
        os.close(handle)


@asynccontextmanager
async def listening(parts: Parts, commands: Mapping[str, Command]) -> AsyncIterator[None]:
    """Answer commands while the block runs."""
    path = parts.settings.state / SOCKET
    path.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            writer.write(json.dumps(await _obey(parts, commands, line)).encode() + b"\n")
            await writer.drain()
        finally:
            writer.close()

    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(answer, path, limit=MAX_LINE)
    finally:
        os.umask(before)
    async with server:
        yield
    path.unlink(missing_ok=True)


async def _obey(parts: Parts, commands: Mapping[str, Command], line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        work = commands[asked.pop("command")]
    except (ValueError, KeyError, AttributeError, TypeError):
        return {"refused": "bad_input", "it": "Comando sconosciuto."}
    try:
        return await work(parts, asked)
    except Refused as no:
        return {"refused": no.why.value, "it": sentence(no)}


async def command(state: Path, name: str, **asked: Any) -> dict[str, Any]:
    """Send one command to the broker that runs on `state`. `OSError` when none does."""
    reader, writer = await asyncio.open_unix_connection(state / SOCKET, limit=2**24)
    try:
        writer.write(json.dumps({"command": name, **asked}).encode() + b"\n")
        await writer.drain()
        answer: dict[str, Any] = json.loads(await reader.readline())
    finally:
        writer.close()
    return answer
