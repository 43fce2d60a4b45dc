"""A demo's real processes as the end-to-end tests hold them: people, ssh, the log as it stands on disk."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import pty
import re
import signal
import sqlite3
import struct
import subprocess
import tempfile
import termios
import time
import tty
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil

from agent.guardian import MARK
from audit.keys import SigningKey
from audit.leaf import Leaf
from broker import door
from web.demo import machine
from web.demo.client import Browser
from web.demo.headless import wait_phase
from web.demo.machine import Ports, Running, ssh_command
from web.demo.processes import Processes, program
from web.demo.watcher import watching

STOP_BAR_S = 2.0
PATIENT_S = 90.0  # the machine may be busy with others; what is measured is measured from events
machine.LINK_S = PATIENT_S
QUIET = ("-F", "/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes")
_DESKTOPS = {
    "control": {"kind": "desktop", "control": True},
    "clipboard": {"kind": "desktop", "control": True, "clipboard": True},
}
BOTH = ("terminal", "exec")


def month(at: datetime) -> str:
    """The period it falls into at the customer's."""
    return f"{at.astimezone(ZoneInfo('Europe/Rome')):%Y-%m}"


def this_month() -> str:
    return month(datetime.now(UTC))


# --------------------------------------------------------------------------------------- waiting


async def until(ask: Callable[[], Any], what: str, *, seconds: float = PATIENT_S, every: float = 0.05) -> Any:
    """What `ask` says once it says something true."""
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(every)
    return found


async def still(look: Callable[[], int], *, for_s: float = 2.0) -> int:
    """A number once it has not moved for so long."""
    last, since = look(), time.monotonic()
    end = since + PATIENT_S
    while time.monotonic() - since < for_s:
        assert time.monotonic() < end, f"it never settled: {last}"
        await asyncio.sleep(0.1)
        if (now := look()) != last:
            last, since = now, time.monotonic()
    return last


async def gone(pids: Iterable[int], *, seconds: float = PATIENT_S) -> None:
    """Until none of them lives (zombies do not). For a bar, hold a `Stopwatch` over it."""
    left = list(pids)
    await until(lambda: not any(alive(pid) for pid in left), f"{left} are gone", seconds=seconds, every=0.01)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def of_session(session: str) -> list[int]:
    """Everything on this machine that belongs to a session: its guardian, and what bears its mark."""
    mark, name = f"{MARK}={session}".encode(), session.encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or not alive(int(folder.name)):
            continue
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            is_guardian = name in words and any(w.endswith(b"guardian.py") for w in words)
            if is_guardian or mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


# ----------------------------------------------------------------------------------------- the demo


@dataclass
class Demo:
    """One running stack. `running` is what web.demo.machine calls it."""

    running: Running
    ports: Ports
    processes: Processes
    pages: dict[str, tuple[str, SigningKey]] = field(default_factory=dict)  # by request: who watches
    ahead: timedelta = timedelta(0)  # of its clocks before this machine's

    @property
    def stage(self) -> Any:
        return self.running.stage

    @property
    def state(self) -> Path:
        return self.running.state

    @property
    def tenant(self) -> str:
        return str(self.stage.tenant)

    def pid(self, name: str) -> int:
        return next(p.pid for n, p in self.processes._running if n == name)

    # -- the parts

    def kill(self, name: str) -> None:
        self.processes.end(name, signal.SIGKILL)

    async def start_broker(self) -> None:
        machine.start_broker(self.state, self.ports, self.processes, mail=True)
        await machine._ready(self.state, self.processes)

    def start_agent(self) -> None:
        machine.start_agent(self.state, self.processes)

    async def linked(self) -> None:
        """Until the broker hears the agent: a new link answers a question, an old dead one does not."""
        await machine._linked(self.stage, self.processes)

    async def whole(self) -> None:
        """Everything that a test may have taken away, back."""
        for name in ("broker", "agente"):
            if self.processes.alive(name):
                os.kill(self.pid(name), signal.SIGCONT)
        if not self.processes.alive("broker"):
            self.processes.end("broker")
            await self.start_broker()
        if not self.processes.alive("agente"):
            self.processes.end("agente")
            self.start_agent()
        await self.linked()

    # -- the log

    def leaves(self, *, since: int = 0, tenant: str | None = None) -> list[Leaf]:
        """The tenant's log as it stands on disk, whether or not a broker runs."""
        rows = self._entries("leaf", "n >= ? ORDER BY n", since, tenant=tenant)
        return [Leaf.parse(bytes(row[0])) for row in rows]

    def size(self, tenant: str | None = None) -> int:
        return int(self._entries("count(*)", "n >= 0", tenant=tenant)[0][0])

    def records(
        self, *kinds: str, session: str | None = None, since: int = 0, tenant: str | None = None
    ) -> list[Leaf]:
        """Picked by the store, since some wait for one by asking twenty times a second."""
        which = f"n >= ? AND kind IN ({', '.join('?' * len(kinds))})"
        wanted: list[object] = [since, *kinds]
        if session is not None:
            which, wanted = f"{which} AND session = ?", [*wanted, session]
        rows = self._entries("leaf", f"{which} ORDER BY n", *wanted, tenant=tenant)
        return [Leaf.parse(bytes(row[0])) for row in rows]

    def _entries(self, what: str, which: str, *values: object, tenant: str | None) -> list[tuple[Any, ...]]:
        path = self.running.broker_state / "verbale.db"
        with closing(sqlite3.connect(path, timeout=20)) as store:
            query = f"SELECT {what} FROM entries WHERE tenant = ? AND {which}"
            return store.execute(query, (tenant or self.tenant, *values)).fetchall()

    async def record(
        self,
        kind: str,
        *,
        session: str | None = None,
        since: int = 0,
        tenant: str | None = None,
        seconds: float = PATIENT_S,
    ) -> Leaf:
        """The first such record, waited for."""
        found = await until(
            lambda: self.records(kind, session=session, since=since, tenant=tenant),
            f"a record {kind}",
            seconds=seconds,
        )
        return found[0]

    # -- people

    async def ask(
        self,
        *channels: str,
        longest_s: int = 3600,
        tool: str | None = None,
        ports: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """`control` and `clipboard` ask for a desktop with these."""
        asked: list[dict[str, Any]] = [
            {"kind": kind, "tool": tool} if kind == "tool" else _DESKTOPS.get(kind, {"kind": kind})
            for kind in channels
        ]
        asked += [{"kind": "forward", "port": port} for port in ports]
        async with self.stage.logged_in("technician") as technician:
            said = await technician.post(
                "/api/requests",
                host=self.stage.host,
                incident_text="La stampa delle schede esce senza intestazione.",
                reason="Chiamata del cliente",
                channels=asked,
                activities=[{"code": "GEST", "type": "ASS"}],
                longest_s=longest_s,
            )
        return str(said["request"])

    async def approve(self, request: str, *, approver: str = "ads", supervision: str = "waived") -> str:
        """The session's id."""
        async with self.stage.logged_in(approver) as customer:
            await customer.approve(request, supervision=supervision)
            if supervision == "self":
                self.pages[request] = approver, await customer.check_in(request)
            found = await customer.get(f"/api/requests/{request}")
        return str(found["session"])

    async def activate(self, request: str, session: str, *, phases: tuple[str, ...] = ("active",)) -> Any:
        async with self.stage.logged_in("technician") as technician:
            await technician.activate(session)
            return await wait_phase(technician, request, phases, seconds=PATIENT_S)

    async def open(
        self,
        *channels: str,
        longest_s: int = 3600,
        tool: str | None = None,
        approver: str = "ads",
        supervision: str = "waived",
        ports: Sequence[Mapping[str, Any]] = (),
    ) -> Opened:
        request = await self.ask(*(channels or BOTH), longest_s=longest_s, tool=tool, ports=ports)
        session = await self.approve(request, approver=approver, supervision=supervision)
        await self.activate(request, session)
        return self.opened(request, session)

    def opened(self, request: str, session: str) -> Opened:
        return Opened(self, request, session)

    async def phase(self, request: str, *phases: str, seconds: float = PATIENT_S) -> str:
        async with self.stage.logged_in("titolare") as titolare:
            found = await wait_phase(titolare, request, phases, seconds=seconds)
        return str(found["phase"])

    # -- the report

    async def month(self, folder: Path) -> tuple[Path, Path]:
        """Close the month so far; (bundle, trust) as the titolare downloads them."""
        number = await self.snapshot()
        said = await door.command(self.running.broker_state, "trust", tenant=self.tenant)
        bundle, trust = folder / "bundle.zip", folder / "trust.json"
        trust.write_text(said["trust"])
        async with self.stage.logged_in("titolare") as titolare:
            bundle.write_bytes(await titolare.fetch(f"/rapporti/{number}.zip"))
        return bundle, trust

    async def snapshot(self) -> str:
        period = month(datetime.now(UTC) + self.ahead)
        said = await door.command(
            self.running.broker_state, "close_month", tenant=self.tenant, period=period, partial=True
        )
        assert "number" in said, said
        return str(said["number"])

    async def verdict(self, folder: Path) -> dict[str, Any]:
        """What `verbale-verify` says of the log as it stands now."""
        bundle, trust = await self.month(folder)
        return await verify(bundle, trust)


async def verify(bundle: Path, trust: Path | None) -> dict[str, Any]:
    words = [*program("audit.cli"), str(bundle), "--json"]
    if trust is not None:
        words += ["--trust", str(trust)]
    done = await run(words, seconds=120)
    verdict: dict[str, Any] = json.loads(done.out)
    verdict["exit"] = done.status
    return verdict


@dataclass
class Opened:
    """A session that runs."""

    demo: Demo
    request: str
    session: str

    async def ssh(self, *command: str, **more: Any) -> Done:
        """With the watcher's page open meanwhile, where somebody is to watch."""
        if self.request not in self.demo.pages:
            return await ssh(self.demo, self.session, *command, **more)
        watcher, page = self.demo.pages[self.request]
        async with (
            self.demo.stage.logged_in(watcher) as person,
            watching(person, self.session, page),
        ):
            return await ssh(self.demo, self.session, *command, **more)

    async def stop(self, by: str = "ads") -> None:
        async with self.demo.stage.logged_in(by) as person:
            await person.post(f"/api/sessions/{self.session}/stop")

    async def close(self) -> None:
        async with self.demo.stage.logged_in("technician") as technician:
            await technician.post(
                f"/api/sessions/{self.session}/close",
                outcome="solved",
                activities=[{"code": "GEST"}],
                note="Fatto.",
            )
        await self.demo.record("session.ended", session=self.session)

    async def over(self) -> None:
        """End it if it still runs, whatever became of it."""
        with contextlib.suppress(Exception):
            await self.stop()


class _Eager(Processes):
    """Whoever starts the agent starts `tests.e2e.eager`."""

    def __init__(self, logs: Path, agent_env: Mapping[str, str] | None) -> None:
        super().__init__(logs)
        self._agent_env = agent_env

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
        if name == "agente":
            plain = len(program("agent.main"))
            command, env = [*program("tests.e2e.eager"), *command[plain:]], self._agent_env
        return super().start(name, command, env)


@contextmanager
def started(
    tmp: Path, *, tools: Sequence[Any] = (), agent_env: dict[str, str] | None = None,
    channels: Sequence[str] = (),
) -> Iterator[Demo]:  # fmt: skip
    """A stack of one's own, its agent an eager one. `agent_env` is the environment that runs in."""
    ports = machine.free_ports()
    with _Eager(tmp / "logs", agent_env) as processes:
        running = asyncio.run(machine.start(tmp, ports, processes, tools=tools, mail=True, channels=channels))
        machine.tell(running, ports)
        demo = Demo(running, ports, processes)
        try:
            yield demo
        finally:
            for name in ("broker", "agente"):
                if processes.alive(name):
                    os.kill(demo.pid(name), signal.SIGCONT)


# -------------------------------------------------------------------------------------------- ssh


@dataclass(frozen=True)
class Done:
    status: int
    out: bytes
    err: bytes


async def run(
    words: Sequence[str], *, stdin: bytes = b"", seconds: float = PATIENT_S, env: dict[str, str] | None = None
) -> Done:
    """Run a program to its end, bounded; it is killed if it takes longer."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=env,
    )
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate(stdin)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Done(process.returncode or 0, out, err)


def ssh_words(demo: Demo, session: str, *command: str, options: Sequence[str] = ()) -> list[str]:
    return [*ssh_command(demo.running, session, *QUIET, *options), *command]


async def ssh(
    demo: Demo,
    session: str,
    *command: str,
    stdin: bytes = b"",
    options: Sequence[str] = (),
    seconds: float = PATIENT_S,
) -> Done:
    return await run(ssh_words(demo, session, *command, options=options), stdin=stdin, seconds=seconds)


@asynccontextmanager
async def running_ssh(
    demo: Demo, session: str, *command: str, options: Sequence[str] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """An ssh in the background, all three streams piped; ended with the block."""
    process = await asyncio.create_subprocess_exec(
        *ssh_words(demo, session, *command, options=options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        # To the end of its streams, so that nothing is left open. A signal that comes as ssh goes to sleep
        # over a silent line may wake it only at the next word: who does not go is killed.
        for end, seconds in ((process.terminate, 15), (process.kill, PATIENT_S)):
            if process.returncode is None:
                end()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await process.communicate()
                    break
        else:
            raise AssertionError("ssh outlives its own death")


class Screen:
    """ssh -tt at a real terminal of this machine, as a technician sits at it."""

    def __init__(self, demo: Demo, session: str, *, cols: int = 80, rows: int = 24) -> None:
        self._ours, theirs = pty.openpty()
        self._resize_fd = self._ours
        self.resize(cols, rows)
        tty.setraw(theirs)  # what is typed here is not echoed here
        # `setsid --ctty` makes the terminal its controlling one, so that the kernel tells it of a new size.
        words = ["setsid", "--ctty", *ssh_words(demo, session, options=("-tt",))]
        self._process = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        os.set_blocking(self._ours, False)
        self.shown = b""

    def resize(self, cols: int, rows: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def type(self, text: str | bytes) -> None:
        os.write(self._ours, text if isinstance(text, bytes) else text.encode())

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            while data := os.read(self._ours, 65536):
                self.shown += data

    async def expect(self, pattern: bytes, *, seconds: float = PATIENT_S) -> re.Match[bytes]:
        """Wait for it, and forget what was shown up to its end."""

        def look() -> re.Match[bytes] | None:
            self._read()
            return re.search(pattern, self.shown)

        try:
            found: re.Match[bytes] = await until(look, repr(pattern), seconds=seconds, every=0.02)
        except AssertionError as late:
            raise AssertionError(f"{late}; shown: {self.shown[-500:]!r}") from None
        self.shown = self.shown[found.end() :]
        return found

    async def status(self, *, seconds: float = PATIENT_S) -> int:
        """How ssh ended."""

        def look() -> bool:
            self._read()
            return self._process.poll() is not None

        await until(look, "ssh ends", seconds=seconds)
        return self._process.returncode

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        os.close(self._ours)


@contextmanager
def screen(demo: Demo, session: str, **more: int) -> Iterator[Screen]:
    found = Screen(demo, session, **more)
    try:
        yield found
    finally:
        found.close()


@contextmanager
def short_folder() -> Iterator[Path]:
    """Under /tmp, for a socket's address is at most 107 bytes long."""
    with tempfile.TemporaryDirectory(prefix="ve-", dir="/tmp") as name:
        yield Path(name)


def browser(demo: Demo, role: str) -> Browser:
    return demo.stage.browser(role)  # type: ignore[no-any-return]
