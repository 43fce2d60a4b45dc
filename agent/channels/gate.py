"""The gate of a channel: shut while its session is paused."""

from __future__ import annotations

import asyncio


class Gate:
    """`turn` changes at every shutting: what was typed in an earlier turn is void."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self.turn = 0

    @property
    def is_open(self) -> bool:
        return self._open.is_set()

    def shut(self) -> None:
        if self.is_open:
            self.turn += 1
            self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def passed(self) -> None:
        """Returns once it is open."""
        await self._open.wait()
