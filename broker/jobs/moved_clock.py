"""Somebody moves the broker's clock: the journal says so, for the log's times are by that clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from broker.parts import Parts

_log = logging.getLogger("verbale.clock")
MOVED_S = 60  # how far back the verifier lets the times of one log go


def boot_s() -> float:
    """Seconds since the machine started, its sleep among them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def moved_clock(
    began: datetime, since_boot: Callable[[], float] = boot_s
) -> Callable[[Parts], Awaitable[None]]:
    """The job of a broker that began then. What creeps from one look to the next adds up."""
    wall, boot = began, since_boot()

    async def tick(parts: Parts) -> None:
        nonlocal wall, boot
        now, up = parts.clock.now(), since_boot()
        moved_s = (now - wall).total_seconds() - (up - boot)
        if abs(moved_s) > MOVED_S:
            wall, boot = now, up
            _log.error(
                "the clock of this machine was moved by %+.0f s. Records bear its time, and where it goes back "
                "every verifier says so: see to its source of time",
                moved_s,
            )

    return tick
