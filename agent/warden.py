"""The agent's end of one guardian: orders out, news and descriptors in, and sweeping up after dead ones."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agent import guardian
from agent.wire.channel import Exit

START_LIMIT_S = 10.0  # a fork, and an exec from a slow disk
MAX_MESSAGE_BYTES = 512 * 1024


class NotStarted(Exception):
    """The process did not start; `errno` as the system gave it."""

    def __init__(self, errno: int) -> None:
        super().__init__(os.strerror(errno))
        self.errno = errno


@dataclass(frozen=True, slots=True)
class ProcessOrder:
    """A process to start: absolute program, arguments, environment, account, and its streams."""

    program: str
    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    cwd: str
    user: str
    uid: int
    gid: int
    streams: Literal["pty", "pipes", "none"]
    cols: int = 80
    rows: int = 24


@dataclass(frozen=True, slots=True)
class Child:
    """A started process. `descriptors`: the terminal's master, or the ends of stdin, stdout, stderr."""

    pid: int
    tty: str | None
    descriptors: tuple[int, ...]
    ended: asyncio.Future[Exit]


@dataclass(frozen=True, slots=True)
class GuardianMark:
    """How to know a guardian again after a restart of the agent: pid and start time."""

    pid: int
    started: int


@dataclass(frozen=True, slots=True)
class Dead:
    """The guardian's last word: which processes had to be killed, and how many could not be."""

    forced: frozenset[int]
    left: int


def read_exit_code(code: int) -> Exit:
    """From `os.waitstatus_to_exitcode`: negative is a signal."""
    if code >= 0:
        return Exit(status=code)
    try:
        name = signal.Signals(-code).name.removeprefix("SIG")
    except ValueError:
        name = f"RT{-code}"
    return Exit(signal=name)


class Warden:
    """One guardian, seen from the agent. Make it with `raised`, end it with `end`.

    `dead` is done once the guardian has gone: with its last word, or with None when it died without one.
    """

    def __init__(self, session: str) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-S", "-X", "utf8", str(guardian.__file__), session]
        try:
            with theirs:
                self._process = subprocess.Popen(
                    command, stdin=theirs.fileno(), start_new_session=True, cwd="/"
                )
        except OSError:
            ours.close()
            raise
        self.session = session
        self.dead: asyncio.Future[Dead | None] = asyncio.get_running_loop().create_future()
        found = guardian.process(self._process.pid)
        self.mark = GuardianMark(self._process.pid, found.started if found else 0)
        self._link = ours
        self._link.setblocking(False)
        self._sending = asyncio.Lock()
        self._heard = b""
        self._descriptors: deque[int] = deque()
        self._births: dict[str, asyncio.Future[Child]] = {}
        self._children: dict[str, Child] = {}
        self._last: Dead | None = None
        asyncio.get_running_loop().add_reader(self._link, self._hear)

    async def start(self, channel: str, order: ProcessOrder) -> Child:
        """Start the channel's process; `NotStarted` when the machine, or the guardian, refuses."""
        birth: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._births[channel] = birth
        message = {
            "op": "start", "id": channel, "program": order.program, "argv": order.argv, "env": dict(order.env),
            "cwd": order.cwd, "user": order.user, "uid": order.uid, "gid": order.gid, "streams": order.streams,
            "cols": order.cols, "rows": order.rows,
        }  # fmt: skip
        try:
            async with asyncio.timeout(START_LIMIT_S):
                await self._send(message)
                return await birth
        except (TimeoutError, OSError) as wrong:
            _drop(birth)
            raise NotStarted(getattr(wrong, "errno", None) or 11) from wrong
        except asyncio.CancelledError:
            _drop(birth)
            raise
        finally:
            self._births.pop(channel, None)

    async def signal(self, channel: str, number: int, *, group: int = 0) -> None:
        """To `group` if it belongs to the channel, else to the channel's first process group."""
        with contextlib.suppress(OSError):
            await self._send({"op": "signal", "id": channel, "number": number, "group": group})

    async def kill(self, channel: str) -> None:
        """Hang up on one channel: HUP and TERM to its tree, KILL half a second later."""
        with contextlib.suppress(OSError):
            await self._send({"op": "kill", "id": channel})

    def terminals(self) -> list[str]:
        """Terminals of this session's own processes: nobody at the desk sits there."""
        return [child.tty for child in self._children.values() if child.tty is not None]

    def end(self, grace_s: float = guardian.GRACE_S) -> None:
        """Kill everything. Never waits: when the order finds no room, closing the line says the same."""
        body = json.dumps({"op": "end", "grace_s": grace_s}).encode()
        frame = len(body).to_bytes(4, "big") + body
        try:
            sent = 0 if self._sending.locked() else self._link.send(frame)
        except OSError:
            sent = 0
        if sent != len(frame):
            with contextlib.suppress(OSError):
                self._link.shutdown(socket.SHUT_WR)

    async def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        async with self._sending:
            await asyncio.get_running_loop().sock_sendall(self._link, len(body).to_bytes(4, "big") + body)

    # ----------------------------------------------------------------------------------- what it says

    def _hear(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._link, 65536, 16, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        self._descriptors.extend(descriptors)
        for fd in descriptors:
            os.set_blocking(fd, False)
        self._heard += data
        for message in self._messages():
            self._obey(message)
        if not data:
            self._gone()

    def _messages(self) -> Iterator[dict[str, Any]]:
        while len(self._heard) >= 4:
            length = int.from_bytes(self._heard[:4], "big")
            if len(self._heard) < 4 + length:
                return
            body, self._heard = self._heard[4 : 4 + length], self._heard[4 + length :]
            yield json.loads(body)

    def _obey(self, message: dict[str, Any]) -> None:
        match message["op"]:
            case "started":
                self._started(message)
            case "failed":
                birth = self._births.get(message["id"])
                if birth is not None and not birth.done():
                    birth.set_exception(NotStarted(message["errno"] or 11))
            case "exit":
                child = self._children.pop(message["id"], None)
                if child is not None and not child.ended.done():
                    child.ended.set_result(read_exit_code(message["code"]))
            case "dead":
                self._last = Dead(frozenset(message["forced"]), message["left"])
            case _:
                pass  # a guardian of a later version has more to say

    def _started(self, message: dict[str, Any]) -> None:
        descriptors = tuple(self._descriptors.popleft() for _ in range(message["fds"]))
        ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        child = Child(message["pid"], message["tty"] or None, descriptors, ended)
        self._children[message["id"]] = child
        birth = self._births.get(message["id"])
        if birth is None or birth.done():  # nobody waits any more: cut, or too late
            for fd in descriptors:
                os.close(fd)
        else:
            birth.set_result(child)

    def _gone(self) -> None:
        asyncio.get_running_loop().remove_reader(self._link)
        self._link.close()
        for fd in self._descriptors:
            os.close(fd)
        self._descriptors.clear()
        # Its end of the line closes as it exits; a guardian that hangs between the two is ended here.
        try:
            self._process.wait(0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._last is None:
            sweep(self.session, self.mark, children=[c.pid for c in self._children.values()])
        for birth in self._births.values():
            if not birth.done():
                birth.set_exception(NotStarted(3))
        for child in self._children.values():
            if not child.ended.done():
                child.ended.set_result(Exit(signal="KILL"))
        self._children.clear()
        self.dead.set_result(self._last)


def _drop(birth: asyncio.Future[Child]) -> None:
    """Nobody will take this child: close what it brought, should it have come already."""
    if birth.done() and not birth.cancelled() and birth.exception() is None:
        for fd in birth.result().descriptors:
            os.close(fd)


# ------------------------------------------------------------------------------- guardians without agent


def sweep(
    session: str, mark: GuardianMark, *, children: list[int] | None = None, wait_s: float = 1.0,
    each_round: Callable[[], None] = lambda: None,
) -> int:  # fmt: skip
    """End a guardian of an earlier life, and everything of its session; how many processes that took.

    It is known by pid, start time and command line, so that no other process is ever killed; its
    session's processes by descent, and by their environment should the guardian be gone already.
    """
    until = time.monotonic() + wait_s
    while is_guardian(mark, session) and time.monotonic() < until:
        time.sleep(0.02)  # it saw its agent die, and is ending by itself
    killed: set[int] = set()
    alive = is_guardian(mark, session)
    if alive:
        killed |= {p.pid for p in guardian.descendants(mark.pid)}
        guardian.kill_below(mark.pid)
        guardian.send_signal(mark.pid, signal.SIGKILL)
        killed.add(mark.pid)
    until = time.monotonic() + guardian.KILL_LIMIT_S
    while time.monotonic() < until:
        roots = [*marked(session), *(p for p in children or () if _is_of(p, session))]
        found = {*roots, *(p.pid for p in guardian.descendants(*roots))} - {os.getpid()}
        if not found:
            break
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in found:
                guardian.send_signal(pid, number)
        killed |= found
        each_round()
        time.sleep(0.01)
    return len(killed)


def is_guardian(mark: GuardianMark, session: str) -> bool:
    """Is the process of that pid still the guardian it was?"""
    found = guardian.process(mark.pid)
    if found is None or found.started != mark.started or found.state in "ZX":
        return False
    words = _read(mark.pid, "cmdline").split(b"\0")
    return session.encode() in words and any(Path(os.fsdecode(w)).name == "guardian.py" for w in words)


def marked(session: str) -> list[int]:
    """Living processes whose environment says they were started for this session."""
    line = f"{guardian.MARK}={session}".encode()
    return [
        p.pid
        for p in guardian.processes()
        if p.state not in "ZX" and line in _read(p.pid, "environ").split(b"\0")
    ]


def _is_of(pid: int, session: str) -> bool:
    return f"{guardian.MARK}={session}".encode() in _read(pid, "environ").split(b"\0")


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
