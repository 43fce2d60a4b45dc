"""The demo's processes: started in order, watched, and all ended when the demo ends.

Each runs in its own process group, so that Ctrl-C reaches the demo alone and the demo ends the rest
in the right order: the agent first, while there is still a broker to hear its last notes. A demo that
is killed leaves that to its lifeline.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

GRACE_S = 8.0


class Failed(Exception):
    """A process of the demo did not come up; the message says which and shows its last words."""


class Processes:
    """`start` in order; `stop` ends them in the opposite order. A context manager."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._lifeline: subprocess.Popen[bytes] | None = None
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
        """Its process id. Output goes to a file of that name."""
        with (self._logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                process_group=0,
            )
        self._running.append((name, process))
        self._hand_to_lifeline(process.pid)
        return process.pid

    def alive(self, name: str) -> bool:
        return any(n == name and p.poll() is None for n, p in self._running)

    def fallen(self) -> str | None:
        """The name of a process that ended by itself, if one did."""
        return next((name for name, process in self._running if process.poll() is not None), None)

    def words(self, name: str) -> str:
        """The last lines it wrote."""
        try:
            text = (self._logs / f"{name}.log").read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.strip().splitlines()[-12:])

    def check(self) -> None:
        """`Failed` if one has ended by itself."""
        name = self.fallen()
        if name is not None:
            raise Failed(f"{name} si è fermato.\n{self.words(name)}")

    def end(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End one of them now, and forget it."""
        for item in list(self._running):
            if item[0] == name:
                self._running.remove(item)
                _end(item[1], how)

    def stop(self) -> None:
        while self._running:
            _, process = self._running.pop()
            _end(process, signal.SIGTERM)
        if self._lifeline is not None:
            self._lifeline.communicate()
            self._lifeline = None

    def _hand_to_lifeline(self, pid: int) -> None:
        if self._lifeline is None:
            self._lifeline = subprocess.Popen(
                program("web.demo.lifeline"), stdin=subprocess.PIPE, process_group=0
            )
        pipe = self._lifeline.stdin
        assert pipe is not None
        pipe.write(b"%d\n" % pid)
        pipe.flush()


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def program(module: str) -> list[str]:
    """Run a module of ours with this interpreter, whatever PATH says."""
    return [sys.executable, "-m", module]


def wait_for(path: Path, processes: Processes, *, seconds: float = 60.0) -> None:
    """Until a file or socket is there. `Failed` when a process ends first, or time runs out."""
    until = time.monotonic() + seconds
    while not path.exists():
        processes.check()
        if time.monotonic() > until:
            raise Failed(f"{path.name} non è comparso entro {seconds:.0f} secondi")
        time.sleep(0.05)
