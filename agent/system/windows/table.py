"""What runs on a Windows machine, by psutil; whose it is, by its token."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import contextlib
from collections.abc import Iterable, Sequence

import psutil
import pywintypes
import win32con
import win32gui
import win32process

from agent.system import psutil_table
from agent.system.interface import AccountKey, How, Process, below
from agent.system.psutil_table import processes, read
from agent.system.windows.accounts import sid_of_process


class WindowsTable:
    def processes(self) -> Iterable[Process]:
        return processes()

    def process(self, pid: int) -> Process | None:
        return read(pid)

    def pids(self) -> Iterable[int]:
        return psutil.pids()

    def descendants(self, *roots: int) -> Sequence[Process]:
        """By the parent each was started by: a pid given again meanwhile is told by its later start."""
        known = {found.pid: found for found in processes()}
        honest = (p for p in known.values() if p.parent not in known or known[p.parent].started <= p.started)
        return list(below(honest, roots))

    def owner(self, pid: int) -> AccountKey | None:
        return sid_of_process(pid)

    def names(self, pid: int) -> set[str]:
        """With and without .exe, for rules name a program as people do."""
        try:
            name = psutil.Process(pid).name()
        except psutil.Error:
            return set()
        return {name, name.removesuffix(".exe")} - {""}

    def called(self, pid: int) -> str:
        return psutil_table.called(pid)

    def image(self, pid: int) -> tuple[str, str] | None:
        return psutil_table.image(pid)

    def bears(self, pid: int, variable: str) -> bool:
        return psutil_table.bears(pid, variable)

    def tell(self, pid: int, started: int, how: How) -> bool:
        """Asking is closing its windows: only those on the desktop that the agent is itself on.

        A service has none, and so cannot ask what runs on somebody's desktop.
        """
        found = read(pid)
        if found is None or found.started != started:
            return False
        try:
            process = psutil.Process(pid)  # knows its own start time, and refuses a later one of its pid
            match how:
                case "ask":
                    return _close_windows(pid)
                case "freeze":
                    process.suspend()
                case "kill":
                    process.kill()
        except psutil.Error:
            return False
        return True


def _close_windows(pid: int) -> bool:
    windows: list[int] = []

    def look(window: int, found: list[int]) -> bool:
        if win32process.GetWindowThreadProcessId(window)[1] == pid:
            found.append(window)
        return True

    with contextlib.suppress(pywintypes.error):
        win32gui.EnumWindows(look, windows)
    for window in windows:
        with contextlib.suppress(pywintypes.error):
            win32gui.PostMessage(window, win32con.WM_CLOSE, 0, 0)
    return bool(windows)
