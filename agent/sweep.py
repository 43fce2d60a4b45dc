"""What a guardian that died, or that its agent lost, has left behind: found again, and ended."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from agent import cgroup, guardian
from agent.cgroup import Cgroup
from agent.system.interface import Dead, GuardianMark


def sweep(session: str, mark: GuardianMark, *, children: Sequence[int] = (), wait_s: float = 1.0) -> Dead:
    """End a guardian that its agent lost, and everything of its session. Blocks for seconds.

    The guardian is known by pid, start time and command line, so that no other process is ever killed;
    its session's processes by descent, by their environment should it be gone already, and by their
    control group. One that left both its guardian and its environment is found by the group alone:
    without one, nobody can say that none is left.
    """
    was_seen = is_guardian(mark, session)
    killed, survived = _end_guardian(session, mark, wait_s)
    marked_ones, are_gone = _end_marked(session, children)
    killed |= marked_ones
    group = _group(mark, session)
    if group is not None:
        killed |= group.members()
        is_empty = group.kill(guardian.KILL_LIMIT_S)
        group.remove()
        return Dead(frozenset(killed), "none" if is_empty else "some")
    if survived or not are_gone:
        return Dead(frozenset(killed), "some")
    return Dead(frozenset(killed), "none" if was_seen else "unknown")


def _end_guardian(session: str, mark: GuardianMark, wait_s: float) -> tuple[set[int], int]:
    """(what was killed with it, how many below it were not)."""
    until = time.monotonic() + wait_s
    while is_guardian(mark, session):
        if time.monotonic() < until:
            time.sleep(0.02)  # it saw its agent die, and is ending by itself
            continue
        killed = {mark.pid, *(p.pid for p in guardian.descendants(mark.pid))}
        survived = guardian.kill_below(mark.pid)
        guardian.send_signal(mark.pid, signal.SIGKILL)
        return killed, survived
    return set(), 0


def _end_marked(session: str, children: Sequence[int]) -> tuple[set[int], bool]:
    """(what was killed, whether all of it died)."""
    killed: set[int] = set()
    until = time.monotonic() + guardian.KILL_LIMIT_S
    while True:
        roots = [*marked(session), *(p for p in children if _is_of(p, session))]
        found = {*roots, *(p.pid for p in guardian.descendants(*roots))} - {os.getpid()}
        if not found or time.monotonic() >= until:
            return killed, not found
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in found:
                guardian.send_signal(pid, number)
        killed |= found
        time.sleep(0.01)


def _group(mark: GuardianMark, session: str) -> Cgroup | None:
    """The session's group, if it had one that this process is not itself in."""
    if mark.group is None or mark.group.name != f"verbale-{session}":
        return None
    own = cgroup.own_group()
    return None if own is None or own.is_relative_to(mark.group) else Cgroup(mark.group)


def is_guardian(mark: GuardianMark, session: str) -> bool:
    """Is the process of that pid still the guardian it was?"""
    found = guardian.process(mark.pid)
    if found is None or found.started != mark.started or found.state in "ZX":
        return False
    words = _read(mark.pid, "cmdline").split(b"\0")
    return session.encode() in words and any(Path(os.fsdecode(w)).name == "guardian.py" for w in words)


def marked(session: str) -> list[int]:
    """Living processes whose environment says they were started for this session."""
    line = f"{guardian.MARK}={session}".encode()
    return [
        p.pid
        for p in guardian.processes()
        if p.state not in "ZX" and line in _read(p.pid, "environ").split(b"\0")
    ]


def _is_of(pid: int, session: str) -> bool:
    return f"{guardian.MARK}={session}".encode() in _read(pid, "environ").split(b"\0")


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
