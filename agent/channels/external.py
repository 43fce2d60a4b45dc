"""A licensed remote-control program: started, watched and stopped; what it shows is never seen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.channels import CLOSED, ChannelSocket, Outcome
from agent.system.here import table
from agent.system.interface import AccountKey, Child, Dead, How
from agent.task_group import TaskGroup
from agent.tools.dialect import Heard
from agent.tools.own_log import OwnLogs
from agent.wire import channel as wire
from agent.wire.channel import Exit, StreamDigest, Tag
from agent.wire.frames import ProtocolError
from audit.policy import Tool

LOOK_EVERY_S = 0.5
CUT_GRACE_S = 1.0  # at the session's end: the policy's grace is for an orderly stop, not for this
KILL_LIMIT_S = 2.0
_BY_FORCE: tuple[How, ...] = ("freeze", "kill")


@dataclass(frozen=True, slots=True)
class Seen:
    """A process, not to be confused with a later one of the same pid."""

    pid: int
    started: int


def named(names: Iterable[str], uid: AccountKey | None) -> frozenset[Seen]:
    """Living processes of that account, or of any, whose program or own name is one of `names`."""
    wanted = frozenset(names)
    return frozenset(
        Seen(p.pid, p.started)
        for p in table.processes()
        if p.state not in "ZX"
        and (uid is None or table.owner(p.pid) == uid)
        and not wanted.isdisjoint(table.names(p.pid))
    )


class External:
    """One tool channel. `before`: what of its names ran already, which is not ours to watch or stop.
    `logs` are the tool's own, from where they stood before it was started; `tell` hears what they say.

    The socket carries no content: SIGNAL or EOF on it stops the tool, EXIT says that it has ended.
    Losing the socket stops nothing, the session's own end does: a tool is not tied to a browser page.
    """

    def __init__(
        self,
        tool: Tool,
        child: Child,
        socket: ChannelSocket,
        *,
        uid: AccountKey,
        before: frozenset[Seen],
        salt: bytes,
        dead: asyncio.Future[Dead],
        logs: OwnLogs,
        tell: Callable[[Heard], None],
    ) -> None:
        self.tool = tool.id
        self._logs, self._tell = logs, tell
        self._tool = tool
        self._child = child
        self._uid = uid
        self._before = before
        self._socket = socket
        self._salt = salt
        self._dead = dead  # the account of who had to be killed
        self._stop = asyncio.Event()
        self._cut = False
        self._all: set[Seen] = set()
        first = table.process(child.pid)
        # A starter that has done its work before we look was a process all the same.
        self._all.add(Seen(child.pid, first.started if first is not None else 0))

    def cut(self) -> None:
        """The session has ended. Who runs now is counted before the guardian, told next, ends them."""
        self.alive()
        self._cut = True
        self._stop.set()

    async def hang_up(self) -> None:
        """The channel is to end while the session goes on: an orderly stop."""
        self._stop.set()

    async def run(self) -> Outcome:
        async with TaskGroup() as group:
            listening = group.create_task(self._listen())
            await self._until_over()
            listening.cancel()
        ended = Exit(signal="TERM")
        forced = False
        if self._stop.is_set():
            forced = await self._end(min(self._tool.stop_grace_s, CUT_GRACE_S) if self._cut else None)
            forced = forced or await self._forced_by_guardian()
            ended = Exit(signal="KILL") if forced else ended
        elif self._child.ended.done():
            ended = self._child.ended.result()
        await self._hear()  # some write of a connection only when it is over
        log = self._logs.state
        self._logs.close()
        # What had run before, and may be in use all the same: that the tool has stopped must not be read into it.
        still = len(named(self._tool.watch, None) | self.alive())
        with contextlib.suppress(TimeoutError, *CLOSED):
            async with asyncio.timeout(1.0):
                await self._socket.send(wire.pack_exit(ended))
                await self._socket.close()
        return Outcome(0, 0, StreamDigest(self._salt).hex, ended, len(self._all), forced, log, still)

    async def _forced_by_guardian(self) -> bool:
        """At the session's end two hands kill; whichever was faster, it was force."""
        if not self._cut:
            return False
        try:
            async with asyncio.timeout(KILL_LIMIT_S):
                last = await asyncio.shield(self._dead)
        except TimeoutError:
            return True
        return not last.forced.isdisjoint(seen.pid for seen in self._all)

    async def _until_over(self) -> None:
        """Look until it is told to stop, or twice nothing of the tool was found."""
        empty = 0
        while not self._stop.is_set() and empty < 2:
            empty = 0 if self.alive() else empty + 1
            await self._hear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._stop.wait()

    async def _hear(self) -> None:
        for heard in await asyncio.to_thread(self._logs.listen):
            self._tell(heard)

    async def _listen(self) -> None:
        with contextlib.suppress(*CLOSED, ProtocolError):
            while True:
                tag, _ = wire.unpack(await self._socket.recv(), "broker")
                if tag in {Tag.SIGNAL, Tag.EOF}:
                    self._stop.set()

    def alive(self) -> set[Seen]:
        """The tool's living processes: what descends from it, and new ones of its names that detached."""
        living = {Seen(p.pid, p.started) for p in table.processes() if p.state not in "ZX"}
        roots = (self._all & living) | (named(self._tool.watch, self._uid) - self._before)
        found = _with_children(roots)
        self._all |= found
        return found

    async def _end(self, grace_s: float | None) -> bool:
        """Ask, wait, kill. True when something had to be killed."""
        loop = asyncio.get_running_loop()
        for seen in self.alive():
            _tell(seen, "ask")
        until = loop.time() + (self._tool.stop_grace_s if grace_s is None else grace_s)
        # Processes have no event to wait for that covers those which are not ours to reap.
        while self.alive() and loop.time() < until and not (grace_s is None and self._cut):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        left = self.alive()
        forced = bool(left)
        until = loop.time() + KILL_LIMIT_S
        while left and loop.time() < until:
            for how in _BY_FORCE:
                for seen in left:
                    _tell(seen, how)
            await asyncio.sleep(0.02)
            left = self.alive()
        return forced


def end_left(watch: Iterable[str], uid: AccountKey, before: frozenset[Seen]) -> tuple[int, bool]:
    """End what a tool left behind when its agent died: (how many processes, whether one had to be killed).

    Blocks for seconds.
    """
    names = tuple(watch)
    found: set[Seen] = set()
    steps: tuple[tuple[How, float], ...] = (("ask", CUT_GRACE_S), ("kill", KILL_LIMIT_S))
    for how, limit_s in steps:
        until = time.monotonic() + limit_s
        while left := _with_children(named(names, uid) - before):
            found |= left
            for seen in left:
                _tell(seen, how)
            if time.monotonic() >= until:
                break
            time.sleep(0.05)
        else:
            return len(found), how == "kill"
    return len(found), True


def _with_children(roots: Iterable[Seen]) -> set[Seen]:
    found = set(roots)
    return found | {Seen(p.pid, p.started) for p in table.descendants(*(seen.pid for seen in found))}


def _tell(seen: Seen, how: How) -> None:
    table.tell(seen.pid, seen.started, how)
