"""A worker that died says no word itself: how it ended, what may have ended it and what ran beside it is told here."""

from __future__ import annotations

import resource
import signal
import subprocess
from pathlib import Path

import pytest
from xdist.workermanage import WorkerController

SOON_S = 3.0
# What the kernel says of processes that it ended, or that broke.
KERNEL = ("out of memory", "oom-kill", "killed process", "segfault", "general protection")


class Deaths:
    """Hears of every worker. Nothing is tried again: a run in which one died has failed."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugins = config.pluginmanager
        self._running: dict[str, None] = {}
        self._any = False

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._running[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._running.pop(nodeid, None)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController, error: object) -> None:
        if not error:
            return
        self._any = True
        terminal = self._plugins.get_plugin("terminalreporter")
        if isinstance(terminal, pytest.TerminalReporter):
            terminal.write_line("")
            for line in (f"{node.gateway.id}: {ended(process_of(node))}", *surroundings()):
                terminal.write_line(line)
            terminal.write_line(f"under way: {' '.join(self._running) or 'no test'}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        self._running.pop(crashitem, None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._any and session.exitstatus == pytest.ExitCode.OK:  # it had no test left to fail
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def process_of(node: WorkerController) -> subprocess.Popen[bytes]:
    found = node.gateway._io.popen
    assert isinstance(found, subprocess.Popen)
    return found


def ended(process: subprocess.Popen[bytes]) -> str:
    """Where only its line is gone it still runs: then it is ended, and says on stderr where it stood (faulthandler)."""
    try:
        code = process.wait(SOON_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
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
    said = subprocess.run(["dmesg"], capture_output=True, text=True, errors="replace", check=False).stdout
    told = [line for line in said.splitlines() if any(word in line.lower() for word in KERNEL)]
    return [f"{left}; a worker that ended, or a process of its, had {most} MB at most", *told[-3:]]
