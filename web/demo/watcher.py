"""The demo's ADS at his live view: reads the same WebSocket the page reads, and answers the host's calls."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets

from agent.task_group import TaskGroup
from audit.canonical import b64, unb64
from audit.keys import SigningKey
from audit.watch import Call
from web.demo.client import Browser
from web.demo.processes import Failed


class Watcher:
    """What was shown so far, all channels together. `page`: the key of a check-in, to answer with."""

    def __init__(self, page: SigningKey | None = None) -> None:
        self.page = page
        self.shown = b""
        self.ended = False
        self._news = asyncio.Event()

    def take(self, message: str | bytes) -> str | None:
        """What the page says to it, if anything."""
        answer = None
        if isinstance(message, bytes):
            length, _gap, _offset = struct.unpack_from(">BBQ", message)
            self.shown += message[10 + length :]
        else:
            said = json.loads(message)
            self.ended = self.ended or "ended" in said
            answer = self._answer(said["call"]) if "call" in said and self.page is not None else None
        self._news.set()
        return answer

    def _answer(self, asked: dict[str, Any]) -> str:
        assert self.page is not None
        call = Call(bytes.fromhex(asked["check_in"]), asked["n"], unb64(asked["nonce"]))
        return json.dumps({"n": call.n, "signature": b64(self.page.sign(call.message))})

    async def until(self, text: bytes, seconds: float = 10.0) -> bool:
        """Whether `text` was shown within that time."""
        try:
            async with asyncio.timeout(seconds):
                while text not in self.shown:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True


@asynccontextmanager
async def watching(person: Browser, session: str, page: SigningKey | None = None) -> AsyncIterator[Watcher]:
    """Join the live view of a running session for the length of the block. `Failed` where it does not open."""
    watcher = Watcher(page)
    try:
        socket = await websockets.connect(
            person.origin.replace("http", "ws", 1) + f"/api/sessions/{session}/live",
            additional_headers={"Cookie": person.cookie},
            origin=websockets.Origin(person.origin),
            max_size=1 << 20,
        )
    except (OSError, websockets.WebSocketException) as no:
        raise Failed(f"la diretta non si apre: {no}") from no
    async with socket, TaskGroup() as group:
        task = group.create_task(_listen(socket, watcher))
        yield watcher
        task.cancel()


async def _listen(socket: websockets.ClientConnection, watcher: Watcher) -> None:
    try:
        async for message in socket:
            answer = watcher.take(message)
            if answer is not None:
                await socket.send(answer)
    except websockets.ConnectionClosedError:
        return  # cut: what was shown by then is what was shown
