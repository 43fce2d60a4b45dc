"""Measuring on a machine that others use too."""

from __future__ import annotations

import contextlib
import resource
import time
from typing import Self

import psutil


class Stopwatch:
    """Seconds of a block, less what others took of this machine's cores meanwhile: on an idle machine
    that is the wall's time. For bars, which a busy neighbour must not break."""

    def __init__(self) -> None:
        self.took = 0.0
        self._began = (0.0, 0.0, 0.0)

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        self._began = (time.monotonic(), _machine_s(), _own_s())

    def end(self) -> None:
        wall, machine_s, own_s = time.monotonic(), _machine_s(), _own_s()
        others = max(0.0, (machine_s - self._began[1]) - (own_s - self._began[2]))
        self.took = wall - self._began[0] - others / (psutil.cpu_count() or 1)


def _machine_s() -> float:
    """What was worked on this machine, what its host gave to other machines, and waits for a shared disk."""
    now = psutil.cpu_times()
    return float(now.user + now.nice + now.system + now.irq + now.softirq + now.steal + now.iowait)


def _own_s() -> float:
    """CPU seconds of this process and of all it started, ended or not."""
    found = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        found += used.ru_utime + used.ru_stime
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            used_by = child.cpu_times()
            found += used_by.user + used_by.system + used_by.children_user + used_by.children_system
    return found
