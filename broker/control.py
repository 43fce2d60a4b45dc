"""The running broker's Unix socket: commands that write go through it, so one process owns the store.

One JSON object a line, in and out. Whoever can open the socket (0600, the service's own account) may
command; that is the administrator of the broker's machine, whom the records name as the broker.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from broker.api.refusals import sentence
from broker.domain.refusal import Refused
from broker.door import SOCKET, place
from broker.parts import Parts

_log = logging.getLogger("verbale.control")
MAX_LINE = 64 * 1024
Command = Callable[[Parts, Mapping[str, Any]], Awaitable[dict[str, Any]]]


@asynccontextmanager
async def listening(parts: Parts, commands: Mapping[str, Command]) -> AsyncIterator[None]:
    """Answer commands while the block runs."""
    path = parts.settings.state / SOCKET
    path.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            said = await _obey(parts, commands, await _line(reader))
            writer.write(json.dumps(said).encode() + b"\n")
            await writer.drain()
        except ConnectionError:
            _log.info("whoever gave the command did not wait for its answer")
        finally:
            writer.close()

    with place(parts.settings.state) as address:
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(answer, address, limit=MAX_LINE)
        finally:
            os.umask(before)
        async with server:
            yield
    path.unlink(missing_ok=True)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ValueError:  # longer than any command
        return b""


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
    except Exception:  # noqa: BLE001 - the boundary between one command and the broker that serves people
        _log.exception("a command failed")
        return {
            "refused": "failed",
            "it": "Il comando è fallito. Chi amministra il broker ne legga il diario.",
        }
