"""The demo's ADS at his live view: reads the same WebSocket the page reads."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import websockets

from agent.task_group import TaskGroup
from web.demo.client import Browser
from web.demo.processes import Failed


class Watcher:
    """What was shown so far, all channels together."""

    def __init__(self) -> None:
        self.shown = b""
        self.ended = False
        self._news = asyncio.Event()

    def take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            length, _gap, _offset = struct.unpack_from(">BBQ", message)
            self.shown += message[10 + length :]
        elif '"ended"' in message:
            self.ended = True
        self._news.set()

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
async def watching(person: Browser, session: str) -> AsyncIterator[Watcher]:
    """Join the live view of a running session for the length of the block. `Failed` where it does not open."""
    watcher = Watcher()
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
            watcher.take(message)
    except websockets.ConnectionClosedError:
        return  # cut: what was shown by then is what was shown
