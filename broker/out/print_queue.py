"""What people ask to have printed waits its turn: a typesetter takes a core for about a second, and whoever asks for
many at once must neither take all cores nor all threads from those who work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from broker.domain.refusal import Refused, Why

MAX_ASKED = 16  # the last of them waits some fifteen seconds: about as long as anybody looks at an empty page


class PrintQueue:
    """One prints at a time, the others wait in the order in which they came."""

    def __init__(self, most: int = MAX_ASKED) -> None:
        self._most = most
        self._asked = 0
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold it while printing. `Refused` (printing_busy), at once, where `most` print or wait already."""
        if self._asked >= self._most:
            raise Refused(Why.PRINTING_BUSY)
        self._asked += 1
        try:
            async with self._turn:
                yield
        finally:
            self._asked -= 1
