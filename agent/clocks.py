"""The two clocks a session is measured with, as one port: tests bring their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from agent.system.here import clocks


class Clocks(Protocol):
    """What tells the time. Everything that decides takes the readings as arguments."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC."""
        ...

    def boot_s(self) -> float:
        """Seconds since the machine started, sleep included; nobody can set this clock."""
        ...

    def asleep_s(self) -> float:
        """Seconds the machine has been suspended since it started."""
        ...


class SystemClocks:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def boot_s(self) -> float:
        return clocks.boot_s()

    def asleep_s(self) -> float:
        return clocks.asleep_s()
