"""A worker that died says no word itself: how it ended, what may have ended it and what ran beside it is told here,
at once and again at the end, where whoever sees only the end of a long run finds it."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from xdist.workermanage import WorkerController

SOON_S = 3.0
# What the kernel says of processes that it ended, or that broke.
MAX_LINES = 60  # of where it stood: the thread that broke comes first
KERNEL = ("out of memory", "oom-kill", "killed process", "segfault", "general protection")


class Stood:
    """Where a worker stood when it broke or took too long (faulthandler). Its stderr is everybody's, and is gone with
    the middle of a long run's output."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @classmethod
    def of(cls, worker: dict[str, Any]) -> Stood:
        return cls(Path(tempfile.gettempdir(), f"verbale-{worker['testrunuid']}-{worker['workerid']}"))

    def told_there(self, config: pytest.Config) -> None:
        """In the worker, once pytest's own handler is on: from here it writes into the file."""
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(handle, config.stash[fault_handler_stderr_fd_key], inheritable=False)
        os.close(handle)

    def taken(self) -> str:
        try:
            text = self._file.read_text(errors="replace")
        except FileNotFoundError:  # it died before it came so far
            return ""
        self._file.unlink()
        return text


class Deaths:
    """Hears of every worker. Nothing is tried again: a run in which one died has failed."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugins = config.pluginmanager
        self._running: dict[str, None] = {}
        self._told: list[str] = []

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._running[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._running.pop(nodeid, None)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController, error: object) -> None:
        how = ended(process_of(node)) if error else ""
        stood = Stood.of(node.workerinput).taken()
        if not error:
            return
        lines = [
            f"{node.gateway.id}: {how}",
            *surroundings(),
            f"under way: {' '.join(self._running) or 'no test'}",
            *stood.splitlines()[:MAX_LINES],
        ]
        self._told += lines
        terminal = self._plugins.get_plugin("terminalreporter")
        if isinstance(terminal, pytest.TerminalReporter):
            for line in ("", *lines):
                terminal.write_line(line)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._told:
            terminalreporter.section("workers that died")
        for line in self._told:
            terminalreporter.write_line(line)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        self._running.pop(crashitem, None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._told and session.exitstatus == pytest.ExitCode.OK:  # it had no test left to fail
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def process_of(node: WorkerController) -> subprocess.Popen[bytes]:
    found = node.gateway._io.popen
    assert isinstance(found, subprocess.Popen)
    return found


def ended(process: subprocess.Popen[bytes]) -> str:
    """Where only its line is gone it still runs: then it is ended, and says where it stood."""
    try:
        code = process.wait(SOON_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait()
        return (
            f"process {process.pid} lives, but its line is closed: some code closed a descriptor not its own"
        )
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
    return f"process {process.pid} ended with {how}"


def surroundings() -> list[str]:
    """Memory, and the kernel's last words."""
    left = next(
        line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemAvailable:")
    )
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    said = ""
    with contextlib.suppress(OSError):  # not there, in a bare container
        said = subprocess.run(["dmesg"], capture_output=True, text=True, errors="replace", check=False).stdout
    told = [line for line in said.splitlines() if any(word in line.lower() for word in KERNEL)]
    return [f"{left}; a worker that ended, or a process of its, had {most} MB at most", *told[-3:]]
