"""An agent tells every terminal of its machine who comes; an agent of a test tells that test's own alone.

Otherwise tests that run side by side, on one machine, write to each other's terminals.
"""

from __future__ import annotations

import os
import sys
from functools import wraps
from pathlib import Path

assert sys.platform == "linux"

RUN = "VERBALE_TEST_RUN"  # pid of the pytest, or of its worker, that started everything of this run


def to_this_run() -> None:
    """From here on `agent.people.terminals` gives those of this run; utmp files of tests are read as they are."""
    from agent import people

    every = people.terminals

    @wraps(every)
    def own(utmp: Path = people.UTMP) -> list[str]:
        found = every(utmp)
        return found if utmp != people.UTMP else [one for one in found if one in _own()]

    people.terminals = own


def _own() -> frozenset[str]:
    """Pseudo-terminals whose other end some process of this run holds."""
    run = int(os.environ[RUN])
    parents = {int(one.name): _parent(one) for one in Path("/proc").iterdir() if one.name.isdigit()}
    return frozenset(
        f"/dev/pts/{number}" for pid in parents if _is_of(run, pid, parents) for number in _held_by(pid)
    )


def _is_of(run: int, pid: int, parents: dict[int, int]) -> bool:
    """By who started it or, of a process that was left alone, by what it was started with."""
    seen = pid
    while seen > 1:
        if seen == run:
            return True
        seen = parents.get(seen, 0)
    try:
        return f"{RUN}={run}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0  # it has ended meanwhile


def _held_by(pid: int) -> list[int]:
    """Numbers of the pseudo-terminals whose master it has open (proc(5), fdinfo)."""
    found = []
    try:
        held = os.listdir(f"/proc/{pid}/fdinfo")
    except OSError:
        return []
    for fd in held:
        try:
            lines = Path(f"/proc/{pid}/fdinfo/{fd}").read_text().splitlines()
        except OSError:
            continue
        found += [int(line.removeprefix("tty-index:")) for line in lines if line.startswith("tty-index:")]
    return found
