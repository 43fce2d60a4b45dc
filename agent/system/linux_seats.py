"""Seats of Linux: X11 desktops (`agent.window`), put together only for whoever opens a window or shows one."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from agent import desktop
from agent.system.posix.only_one import only_one
from agent.system.seats import Desktop, Key, Window


class LinuxSeats:
    def found(self) -> Sequence[Desktop]:
        from agent.window import desktops

        return desktops.found()

    def own(self) -> Desktop | None:
        variables = tuple(desktop.of_desktop(os.environ).items())
        return Desktop(os.geteuid(), variables) if variables else None

    def show(self, state_dir: Path, on: Desktop) -> Window:
        from agent.window import desktops

        return desktops.show(state_dir, on)

    def is_locked(self) -> bool:
        from agent.window.locked import is_locked

        return is_locked()

    def only_one(self, state_dir: Path) -> AbstractContextManager[bool]:
        return only_one(state_dir)

    def key(self) -> Key:
        from agent.window.hotkey import Hotkey

        return Hotkey()
