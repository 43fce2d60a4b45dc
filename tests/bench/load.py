"""What the benches do to a contestant, with as little of this interpreter in the way as possible."""

from __future__ import annotations

import os
import random
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import psutil

from tests.bench.peers import Contestant

T = TypeVar("T")
PATIENCE_S = 60.0
MEGABYTE = 1_000_000
LINE = 60  # keystrokes before a new line: a terminal's line buffer ends at 4,096


def shuffled(contestants: Sequence[T], rounds: int, chance: random.Random) -> Iterator[T]:
    """Each contestant once per round, in an order that changes."""
    for _ in range(rounds):
        order = list(contestants)
        chance.shuffle(order)
        yield from order


# ------------------------------------------------------------------------------------------ SSH path


def first_byte_s(contestant: Contestant) -> float:
    """From the start of a new `ssh` to the first byte of its command."""
    began = time.perf_counter()
    with _started(contestant.command("echo x")) as ssh:
        assert _read(ssh, 1) == b"x"
        took = time.perf_counter() - began
    assert ssh.returncode == 0
    return took


class Keyboard:
    """An `ssh -tt` whose terminal echoes what is typed; `type_s` gives each echo's time."""

    def __init__(self, contestant: Contestant) -> None:
        self._ssh = subprocess.Popen(
            contestant.command("echo ready; exec cat >/dev/null", terminal=True),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._typed = 0
        try:
            assert _read(self._ssh, 7) == b"ready\r\n"
        except BaseException:
            _end(self._ssh)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _end(self._ssh)

    def type_s(self, count: int, chance: random.Random) -> list[float]:
        """Waits a little between strokes, as a typist does: no echo meets the next stroke."""
        taken: list[float] = []
        while len(taken) < count:
            took = self._stroke(chance)
            if took is None:
                self._hush()
            else:
                taken.append(took)
        return taken

    def _hush(self) -> None:
        """Somebody wrote to the terminal (a notice to all who are logged in): let it pass."""
        assert self._ssh.stdout is not None
        while select.select([self._ssh.stdout], [], [], 0.3)[0]:
            assert os.read(self._ssh.stdout.fileno(), 4096)

    def _stroke(self, chance: random.Random) -> float | None:
        """None when what came back was something else."""
        assert self._ssh.stdin is not None
        self._typed += 1
        if self._typed % LINE == 0:
            os.write(self._ssh.stdin.fileno(), b"\n")
            if _read(self._ssh, 2) != b"\r\n":
                return None
        time.sleep(chance.uniform(0.002, 0.006))
        began = time.perf_counter()
        os.write(self._ssh.stdin.fileno(), b"x")
        echo = _read(self._ssh, 1)
        took = time.perf_counter() - began
        return took if echo == b"x" else None


def download_mb_s(contestant: Contestant, file: Path) -> float:
    """The host's `cat` to this machine's /dev/null; the clock starts with the first byte."""
    size = file.stat().st_size
    with _started(contestant.command(f"echo; exec cat {file}")) as ssh, open("/dev/null", "wb") as nowhere:
        assert ssh.stdout is not None
        assert _read(ssh, 1) == b"\n"
        began = time.perf_counter()
        got = 0
        while count := os.splice(ssh.stdout.fileno(), nowhere.fileno(), 1 << 20):
            got += count
        took = time.perf_counter() - began
    assert (got, ssh.returncode) == (size, 0)
    return size / MEGABYTE / took


def upload_mb_s(contestant: Contestant, file: Path) -> float:
    """A `cat` here to the host's `wc`; the clock runs from the host's readiness to its count."""
    size = file.stat().st_size
    with subprocess.Popen(
        contestant.command("echo; exec wc -c"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as ssh:
        assert ssh.stdin is not None
        assert ssh.stdout is not None
        assert _read(ssh, 1) == b"\n"
        began = time.perf_counter()
        with subprocess.Popen(["cat", str(file)], stdout=ssh.stdin):
            ssh.stdin.close()
        count = ssh.stdout.read()
        took = time.perf_counter() - began
    assert int(count or b"-1") == size
    return size / MEGABYTE / took


@contextmanager
def idle_shells(contestant: Contestant, count: int) -> Iterator[None]:
    """That many connections, each with a terminal that says nothing more."""
    shells = [
        subprocess.Popen(
            contestant.command("echo x; exec cat >/dev/null", terminal=True),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        for _ in range(count)
    ]
    try:
        for shell in shells:
            assert _read(shell, 3) == b"x\r\n"
        yield
    finally:
        for shell in shells:
            _end(shell)


@contextmanager
def family(contestant: Contestant, command: str) -> Iterator[list[int]]:
    """The processes of a command in a terminal; it prints their ids, a line each, then ``end``."""
    ssh = subprocess.Popen(
        contestant.command(command, terminal=True), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    try:
        said = b""
        while not said.endswith(b"end\r\n"):
            said += _read(ssh, 1)
        yield [int(line) for line in said.split()[:-1]]
    finally:
        _end(ssh)


@contextmanager
def watched(pids: Sequence[int]) -> Iterator[set[int]]:
    """A handle of each process, for `all_dead_at`. Before the order to end: a dead one cannot be opened."""
    with ExitStack() as stack:
        handles = set()
        for pid in pids:
            handle = os.pidfd_open(pid)
            stack.callback(os.close, handle)
            handles.add(handle)
        yield handles


def all_dead_at(handles: set[int]) -> float:
    """The moment the last of these processes on this machine had ended; told by the kernel, not polled."""
    until = time.perf_counter() + PATIENCE_S
    alive = set(handles)
    while alive:
        ended, _, _ = select.select(list(alive), [], [], max(0.0, until - time.perf_counter()))
        assert ended, f"{len(alive)} processes outlived the stop by {PATIENCE_S:.0f} s"
        alive -= set(ended)
    return time.perf_counter()


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0)


def _read(process: subprocess.Popen[bytes], count: int) -> bytes:
    assert process.stdout is not None
    got = b""
    while len(got) < count:
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
        assert ready, f"nothing came for {PATIENCE_S:.0f} s; so far {got!r}"
        more = os.read(process.stdout.fileno(), count - len(got))
        assert more, f"ended after {got!r} with {process.wait()}"
        got += more
    return got


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# ----------------------------------------------------------------------------------------- processes


def cpu_s(pid: int) -> float:
    """User and system time a process has used, all its threads; in nanosecond steps where there are."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        used = psutil.Process(pid).cpu_times()
        return float(used.user + used.system)


def resident(pid: int) -> int:
    """Bytes."""
    return int(psutil.Process(pid).memory_info().rss)


def settled_resident(pid: int, *, limit_s: float = 15.0) -> int:
    """Resident bytes once they have stood still for a second."""
    until = time.monotonic() + limit_s
    last = resident(pid)
    while time.monotonic() < until:
        time.sleep(1)
        now = resident(pid)
        if abs(now - last) < 32 * 1024:
            return now
        last = now
    return last


def at_rest(pid: int, seconds: float) -> tuple[float, int]:
    """(share of one core in percent, resident bytes) of a process that is left alone."""
    before, began = cpu_s(pid), time.perf_counter()
    time.sleep(seconds)
    share = 100 * (cpu_s(pid) - before) / (time.perf_counter() - began)
    return share, resident(pid)


def descendants_proportional(pid: int) -> int:
    """Bytes of all descendants of a process, what they share counted once between them."""
    return sum(one.memory_full_info().pss for one in psutil.Process(pid).children(recursive=True))
