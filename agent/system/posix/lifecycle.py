"""Signals: how a POSIX system, and the agent's own commands, talk to the agent that runs."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

BAR_SIGNAL = signal.SIGHUP  # `verbale-agent revoke` has written what is barred from now on
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class PosixLifecycle:
    HANG_UPS: tuple[signal.Signals, ...] = (signal.SIGHUP, signal.SIGTERM)

    def hear(
        self, state_dir: Path, stop: Callable[[], None], bar: Callable[[], None] | None
    ) -> Callable[[], None]:
        loop = asyncio.get_running_loop()
        heard: dict[signal.Signals, Callable[[], None]] = dict.fromkeys(STOP_SIGNALS, stop)
        if bar is not None:
            heard[BAR_SIGNAL] = bar
        for number, callback in heard.items():
            loop.add_signal_handler(number, callback)

        def end() -> None:
            for number in heard:
                loop.remove_signal_handler(number)

        return end

    def tell_stop(self, pid: int, state_dir: Path) -> None:
        os.kill(pid, signal.SIGTERM)

    def tell_bar(self, pid: int, state_dir: Path) -> None:
        os.kill(pid, BAR_SIGNAL)

    def run(self, life: Callable[[], None], state_dir: Path) -> None:
        life()  # systemd and launchd start a program like any other
