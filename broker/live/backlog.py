"""Messages for somebody who takes them more slowly than they come, counted in bytes."""

from __future__ import annotations

import asyncio

OVERHEAD_BYTES = 64  # what a message costs beside itself: a keystroke is a message, too


class Backlog:
    """`put` what came, `get` in order; `size_bytes` says how far behind the taker is."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._dropped = False
        self._over = False  # the end was met behind what was joined
        self.size_bytes = 0

    def put(self, message: bytes) -> None:
        if not self._dropped:
            self.size_bytes += OVERHEAD_BYTES + len(message)
            self._queue.put_nowait(message)

    def close(self) -> None:
        """Nothing more comes: `get` gives what is left, then None."""
        self._queue.put_nowait(None)

    def drop(self) -> None:
        """Nobody takes anything any more; what still comes is void."""
        self._dropped = True
        self.size_bytes = 0

    async def get(self) -> bytes | None:
        return None if self._over else self._taken(await self._queue.get())

    async def get_joined(self, enough_bytes: int) -> bytes | None:
        """The next, and with it what waits behind it until that is enough: for a taker who reads a stream, and pays
        for each message."""
        first = await self.get()
        if first is None:
            return None
        parts, count = [first], len(first)
        while count < enough_bytes and not self._queue.empty():
            message = self._taken(self._queue.get_nowait())
            if message is None:
                self._over = True
                break
            parts.append(message)
            count += len(message)
        return first if len(parts) == 1 else b"".join(parts)

    def _taken(self, message: bytes | None) -> bytes | None:
        if message is not None:
            self.size_bytes = max(0, self.size_bytes - OVERHEAD_BYTES - len(message))
        return message
