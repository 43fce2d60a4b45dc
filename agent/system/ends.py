"""Our ends of a process's streams, on every system alike: what a channel's relay reads and writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Output(Protocol):
    """What a process says."""

    def read(self, most: int) -> bytes | None:
        """What is there, up to `most`; None when nothing is there yet, empty at the end."""
        ...

    def ready(self) -> asyncio.Future[None]:
        """Done when there is something to read, or the end. One at a time; `unready` when not needed."""
        ...

    def unready(self) -> None: ...


class Input(Protocol):
    """What a process reads."""

    def write(self, data: bytes | memoryview) -> int | None:
        """How much was taken; None when the process takes no more, ever."""
        ...

    async def room(self) -> None:
        """Returns when there may be room again."""
        ...

    def close(self) -> None:
        """End of input."""
        ...


class Console(Protocol):
    """The terminal of a process."""

    def resize(self, cols: int, rows: int) -> None: ...

    def shows_typing(self) -> bool | None:
        """False while lines are read without echo, as by a password prompt; None when it cannot be told."""
        ...

    def foreground(self) -> int:
        """The process group that a signal belongs to; 0: the channel's own."""
        ...

    def end_of_input(self) -> bytes:
        """The sign that means it now; empty where none does."""
        ...


@dataclass(frozen=True, slots=True)
class Ends:
    """Our ends of a process's streams. `outputs`: stdout and stderr, or what its terminal shows."""

    input: Input
    outputs: tuple[Output, ...]
    console: Console | None
    close: Callable[[], None]
