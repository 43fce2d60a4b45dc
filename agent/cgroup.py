"""A control group of each session's own (cgroup v2), where the system lets the agent make one.

Nothing leaves its group by detaching, forking or a clean environment, so the group still reaches what a
guardian that was killed can no longer hold. Where there is none, descent and marks are all there is.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

assert sys.platform != "win32"

LOOK_EVERY_S = 0.01


@dataclass(frozen=True, slots=True)
class Cgroup:
    path: Path

    @property
    def is_populated(self) -> bool:
        """Whether a living process is in it, or in a group below; False of a group that is gone."""
        try:
            return "populated 1" in (self.path / "cgroup.events").read_text("ascii").splitlines()
        except OSError:
            return False

    def members(self) -> frozenset[int]:
        found: set[int] = set()
        for folder, _, _ in os.walk(self.path):
            with contextlib.suppress(OSError):  # a group below that ended meanwhile
                found |= {int(pid) for pid in Path(folder, "cgroup.procs").read_text("ascii").split()}
        return frozenset(found)

    def kill(self, limit_s: float) -> bool:
        """Kill every process in it, whoever it runs as; whether all were dead within the limit."""
        with contextlib.suppress(OSError):  # gone, or ours no longer: `is_populated` tells
            (self.path / "cgroup.kill").write_text("1")
        until = time.monotonic() + limit_s
        while self.is_populated:
            if time.monotonic() >= until:
                return False
            time.sleep(LOOK_EVERY_S)
        return True

    def remove(self) -> None:
        """Forget an empty one, groups that the session made in it too."""
        for folder, _, _ in os.walk(self.path, topdown=False):
            with contextlib.suppress(OSError):  # not empty after all: the next life sweeps it
                os.rmdir(folder)


def enter(session: str, pid: int, within: Path | None = None) -> Cgroup | None:
    """Put a process, and all it will ever start, into a group of this session's; None where none may be made.

    `within`: the group to make it in; the agent's own unless told.
    """
    own = within or own_group()
    if own is None:
        return None
    group = Cgroup(own / f"verbale-{session}")
    try:
        group.path.mkdir(mode=0o755, exist_ok=True)
        if not (group.path / "cgroup.kill").exists():  # Linux before 5.14
            raise FileNotFoundError(group.path)
        (group.path / "cgroup.procs").write_text(str(pid))
    except OSError:
        group.remove()
        return None
    return group


def own_group() -> Path | None:
    """The folder of the group this process is in; None without a cgroup v2 that reaches it."""
    try:
        lines = Path("/proc/self/cgroup").read_text("utf-8").splitlines()
        mounts = Path("/proc/self/mountinfo").read_text("utf-8").splitlines()
    except OSError:
        return None
    return group_folder(lines, mounts)


def group_folder(lines: list[str], mounts: list[str]) -> Path | None:
    """From the lines of /proc/self/cgroup and /proc/self/mountinfo (man 5 proc)."""
    own = next((line[3:] for line in lines if line.startswith("0::")), None)
    if own is None or "/.." in own:  # outside this container's view
        return None
    for mount in mounts:
        before, _, after = mount.partition(" - ")
        fields = before.split()
        if after.split()[:1] != ["cgroup2"] or len(fields) < 5:
            continue
        root, point = fields[3].rstrip("/"), fields[4]
        if own == root or own.startswith(f"{root}/"):
            return Path(point + own.removeprefix(root)) if own != "/" else Path(point)
    return None
