"""Seats of macOS: that of whoever owns the console, for programs of his own login session."""

from __future__ import annotations

import sys

assert sys.platform == "darwin"

import os
import subprocess
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from agent import program
from agent.system.posix.only_one import only_one
from agent.system.seats import Desktop, Key, NoKey, Window
from agent.system.signatures import read_console_lock

ASK_S = 2.0


class MacSeats:
    def found(self) -> Sequence[Desktop]:
        """None for an agent of the system: what waits at log-in (`verbale-agent desk`) opens the window there."""
        here = self.own()
        return [] if here is None else [here]

    def own(self) -> Desktop | None:
        try:
            owner = os.stat("/dev/console").st_uid
        except OSError:
            return None
        return Desktop(owner, ()) if owner == os.geteuid() != 0 else None

    def show(self, state_dir: Path, on: Desktop) -> Window:
        words = program.itself("desk", "--show", "--state", str(state_dir.absolute()))
        nothing = subprocess.DEVNULL
        return subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)

    def is_locked(self) -> bool:
        """By the table of devices, where the window server says so; locked where nobody answers."""
        if self.own() is None:
            return True
        try:
            done = subprocess.run(
                ["/usr/sbin/ioreg", "-n", "Root", "-d1", "-a"],
                capture_output=True, timeout=ASK_S, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return True
        return read_console_lock(done.stdout, os.geteuid())

    def only_one(self, state_dir: Path) -> AbstractContextManager[bool]:
        return only_one(state_dir)

    def key(self) -> Key:
        return NoKey()
