"""The agent as it is, but for its patience: it never waits long before it dials again. Nor does it write to
terminals that other tests hold.

Full jitter up to a minute is right for a thousand agents, and makes every bound of a test a matter of luck.
Run as `python -m tests.e2e.eager` with the words of `verbale-agent`. `VERBALE_AHEAD_S` puts its clocks forward.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta

import psutil

from agent import daemon, outbound, people
from agent.clocks import SystemClocks
from agent.main import main

AHEAD = "VERBALE_AHEAD_S"


def ahead_s() -> float:
    return float(os.environ.get(AHEAD, "0"))


class Ahead(SystemClocks):
    """The wall clock and the one nobody can set, both so many seconds ahead of the machine's."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=ahead_s())

    def boot_s(self) -> float:
        return super().boot_s() + ahead_s()


def at_ours(path: str, text: str) -> bool:
    """Of what is told at all terminals of the machine, to those below the test that started this agent."""
    below = psutil.Process(os.getppid()).children(recursive=True)
    return path in {_terminal(process) for process in below} and _write_to(path, text)


def _terminal(process: psutil.Process) -> str | None:
    try:
        return process.terminal()
    except psutil.NoSuchProcess:
        return None


_write_to = people.write_to

if __name__ == "__main__":
    people.write_to = at_ours
    outbound.LONGEST_DELAY_S = 2.0
    if ahead_s():
        daemon.SystemClocks = Ahead  # type: ignore[misc]
        daemon._now = Ahead().now
    sys.exit(main(sys.argv[1:]))
