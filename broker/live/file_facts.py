"""What the broker itself saw of a channel's files, kept until the host's note about each has come."""

from __future__ import annotations

import asyncio

from agent.wire.transfers import Fact, Watch


class FileFacts:
    """Of one channel: fed by its pipe, asked when a note arrives. `ProtocolError` as its watch raises it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._facts: dict[int, Fact] = {}
        self._finished = False
        self._news = asyncio.Event()

    def to_host(self, data: bytes) -> None:
        self._keep(self._watch.from_client(data))

    def from_host(self, data: bytes) -> None:
        self._keep(self._watch.from_host(data))

    def finish(self) -> None:
        """Nothing more crosses: what was under way is partial here too."""
        if not self._finished:
            self._finished = True
            self._keep(self._watch.end())
            self._tell()

    async def fact(self, number: int, patience_s: float) -> Fact | None:
        """The fact of that number, once; None where it does not come in time."""
        try:
            async with asyncio.timeout(patience_s):
                while number not in self._facts and not self._finished:
                    await self._news.wait()
        except TimeoutError:
            return None
        return self._facts.pop(number, None)

    def _keep(self, facts: list[Fact]) -> None:
        if facts:
            self._facts |= {fact.number: fact for fact in facts}
            self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
