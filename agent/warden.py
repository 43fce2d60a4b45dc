"""The agent's end of one guardian: orders out, news and descriptors in."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent import cgroup, guardian, program
from agent.sweep import sweep
from agent.system.ends import Ends
from agent.system.interface import Dead, GuardianMark, Left, NotStarted, ProcessOrder
from agent.system.posix.streams import ends_of
from agent.wire.channel import Exit

START_LIMIT_S = 10.0  # a fork, and an exec from a slow disk
HANG_LIMIT_S = guardian.KILL_LIMIT_S + 0.75  # after its grace: a guardian that has said nothing by then hangs
GONE_LIMIT_S = 0.5  # between the end of its line and the end of the guardian


if sys.platform == "linux":
    _NONE_SEEN: Left = "none"
    _CLOEXEC = socket.MSG_CMSG_CLOEXEC
else:
    _NONE_SEEN: Left = "unknown"  # without a subreaper some may have got out of sight
    _CLOEXEC = 0  # what it does is done again by `set_inheritable`, a moment later


@dataclass(frozen=True, slots=True)
class Child:
    """A started process. `descriptors`: the terminal's master, or the ends of stdin, stdout, stderr."""

    pid: int
    tty: str | None
    descriptors: tuple[int, ...]
    ended: asyncio.Future[Exit]

    def ends(self) -> Ends:
        return ends_of(self.descriptors, on_terminal=self.tty is not None)


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
    """One guardian, seen from the agent. End it with `end`; `dead` is done once its account is given."""

    def __init__(self, session: str) -> None:
        ours, theirs = socket.socketpair()
        command, environ = program.part("guardian.py", session), program.part_environment()
        try:
            with theirs:
                self._process = subprocess.Popen(
                    command, stdin=theirs.fileno(), start_new_session=True, cwd="/", env=environ
                )
        except OSError:
            ours.close()
            raise
        self.session = session
        self.dead: asyncio.Future[Dead] = asyncio.get_running_loop().create_future()
        found = guardian.process(self._process.pid)
        # Before it has started anything: whatever it starts is in the group from birth.
        self._group = cgroup.enter(session, self._process.pid)
        self.mark = GuardianMark(
            self._process.pid, found.started if found else 0, self._group.path if self._group else None
        )
        self._link = ours
        self._link.setblocking(False)
        self._sending = asyncio.Lock()
        self._heard = b""
        self._descriptors: deque[int] = deque()
        self._births: dict[str, asyncio.Future[Child]] = {}
        self._children: dict[str, Child] = {}
        self._last: Dead | None = None  # the guardian's own word
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

    async def signal(self, channel: str, name: str, *, group: int = 0) -> None:
        """To `group` if it belongs to the channel, else to the channel's first process group."""
        number = signal.Signals[f"SIG{name}"]
        with contextlib.suppress(OSError):
            await self._send({"op": "signal", "id": channel, "number": number, "group": group})

    async def kill(self, channel: str) -> None:
        """Hang up on one channel: HUP and TERM to its tree, KILL half a second later."""
        with contextlib.suppress(OSError):
            await self._send({"op": "kill", "id": channel})

    def terminals(self) -> list[str]:
        """Terminals of this session's own processes: nobody at the desk sits there."""
        return [child.tty for child in self._children.values() if child.tty is not None]

    def holds(self, pid: int) -> bool:
        """By descent."""
        return self.mark.pid in _ancestors(pid)

    def end(self, grace_s: float = guardian.GRACE_S) -> None:
        """Kill everything. Never waits: when the order finds no room, closing the line says the same. A guardian
        that was stopped does neither, so it is killed, and what it leaves is swept."""
        if not self._say_now({"op": "end", "grace_s": grace_s}):
            self._hang_up()
        if not self.dead.done():
            asyncio.get_running_loop().call_later(grace_s + HANG_LIMIT_S, self._end_hanging)

    def pulse(self, lease_s: float) -> None:
        """The agent lives: its guardian need not end everything for so long. Never waits."""
        self._say_now({"op": "alive", "for_s": lease_s})

    def _say_now(self, message: dict[str, Any]) -> bool:
        """Whether it was said: not where there is no room, or somebody else is speaking."""
        body = json.dumps(message).encode()
        frame = len(body).to_bytes(4, "big") + body
        try:
            sent = 0 if self._sending.locked() else self._link.send(frame)
        except OSError:
            return False
        if 0 < sent < len(frame):
            self._hang_up()  # what followed would not be understood any more
        return sent == len(frame)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_WR)

    def _end_hanging(self) -> None:
        if not self.dead.done():
            self._process.kill()

    async def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        async with self._sending:
            await asyncio.get_running_loop().sock_sendall(self._link, len(body).to_bytes(4, "big") + body)

    # ----------------------------------------------------------------------------------- what it says

    def _hear(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._link, 65536, 16, _CLOEXEC)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        self._descriptors.extend(descriptors)
        for fd in descriptors:
            os.set_inheritable(fd, False)
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
                self._accounted(Dead(frozenset(message["forced"]), "some" if message["left"] else _NONE_SEEN))
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

    def _accounted(self, last: Dead) -> None:
        """It has ended what it could. What it could not is the control group's, whoever it runs as."""
        self._last = last
        if last.left != "none" and self._group is None:
            self._settle(last)  # it stays with them: no reason to wait for it
        elif last.left != "none":
            self._process.kill()

    def _gone(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._link)
        self._link.close()
        for fd in self._descriptors:
            os.close(fd)
        self._descriptors.clear()
        children = [child.pid for child in self._children.values()]
        # In a thread: what a dead guardian has left may take seconds to end, and other sessions run.
        try:
            burying = loop.run_in_executor(None, self._bury, children)
        except RuntimeError:  # no thread is to be had: this agent ends, and nothing of it waits for this one
            self._settle(self._bury(children))
        else:
            burying.add_done_callback(self._buried)

    def _bury(self, children: list[int]) -> Dead:
        # Its end of the line closes as it exits; a guardian that hangs between the two is ended here.
        try:
            self._process.wait(GONE_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._last is not None and self._last.left == "none":
            if self._group is not None:
                self._group.remove()
            return self._last
        swept = sweep(self.session, self.mark, children=children, wait_s=0.0)
        forced = frozenset() if self._last is None else self._last.forced
        return Dead(forced | swept.forced, swept.left)

    def _buried(self, found: asyncio.Future[Dead]) -> None:
        if not found.cancelled():  # only a loop that ends cancels it
            self._settle(found.result())

    def _settle(self, account: Dead) -> None:
        """Nothing starts any more, and nothing that was started is waited for."""
        for birth in self._births.values():
            if not birth.done():
                birth.set_exception(NotStarted(3))
        for child in self._children.values():
            if not child.ended.done():
                child.ended.set_result(Exit(signal="KILL"))
        self._children.clear()
        if not self.dead.done():
            self.dead.set_result(account)


def _ancestors(pid: int) -> set[int]:
    found: set[int] = set()
    while pid > 0 and pid not in found:
        found.add(pid)
        above = guardian.process(pid)
        pid = above.parent if above is not None else 0
    return found


def _drop(birth: asyncio.Future[Child]) -> None:
    """Nobody will take this child: close what it brought, should it have come already."""
    if birth.done() and not birth.cancelled() and birth.exception() is None:
        for fd in birth.result().descriptors:
            os.close(fd)
