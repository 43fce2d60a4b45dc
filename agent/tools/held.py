"""Which processes belong to tools that a session runs now, and which stayed when theirs had ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from agent.channels.external import Seen

MAX_LEFT = 10_000


class Running(Protocol):
    """A tool's channel: every living process of its own."""

    tool: str

    def alive(self) -> set[Seen]: ...


@dataclass(slots=True)
class Held:
    """One per agent, on its event loop. `starting`: tools whose processes cannot be told apart yet."""

    starting: int = 0
    left: set[Seen] = field(default_factory=set)
    _running: list[Running] = field(default_factory=list)

    @contextmanager
    def start(self) -> Iterator[None]:
        self.starting += 1
        try:
            yield
        finally:
            self.starting -= 1

    def add(self, running: Running) -> None:
        self._running.append(running)

    def end(self, running: Running) -> None:
        """Its channel has ended: whoever of it still lives lives without a grant."""
        if running in self._running:
            self._running.remove(running)
            if len(self.left) < MAX_LEFT:
                self.left |= running.alive()

    def tools(self) -> frozenset[str]:
        return frozenset(one.tool for one in self._running)

    def processes(self) -> frozenset[Seen]:
        return frozenset().union(*(one.alive() for one in self._running))
