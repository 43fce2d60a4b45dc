"""A channel for files: a process of the session's account speaks SFTP or scp, this end watches and counts.

What is held by the gate waits, in either direction, and is lost in none: half a file would be worse.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable

from agent import program
from agent.accounts import LocalAccount
from agent.channels import CLOSED, ChannelSocket, Outcome
from agent.channels.gate import Gate
from agent.channels.last_word import Hold, exit_of, say_exit, until_over
from agent.channels.terminal import LOOK_EVERY_S
from agent.system.ends import Input, Output
from agent.system.interface import Child, ProcessOrder
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import StreamDigest, Tag
from agent.wire.frames import ProtocolError
from agent.wire.transfers import Fact, Watch
from audit.folders import FolderLine


def order(account: LocalAccount, session: str, folders: Iterable[FolderLine], files: str) -> ProcessOrder:
    """The process that serves these folders to that account's powers."""
    said = {"folders": [[one.folder, one.direction] for one in folders], "files": files}
    argv = tuple(program.part("files/child.py", json.dumps(said)))
    env = account.environment(session, None)
    return ProcessOrder(
        argv[0], argv, env, account.home, account.name, account.uid, account.gid, "pipes"
    )  # fmt: skip


class Files:
    """`run` once; `cut` from outside ends it at once. `tell` hears each fact as it is due."""

    def __init__(
        self,
        child: Child,
        socket: ChannelSocket,
        hold: Hold,
        salt: bytes,
        watch: Watch,
        tell: Callable[[Fact], None],
    ) -> None:
        self._child = child
        self._socket = socket
        self._hold = hold
        self._watch = watch
        self._tell = tell
        self._digest = StreamDigest(salt)
        self._in_bytes = 0
        self._input: Input | None = None
        self._sending = asyncio.Lock()
        self._cut = asyncio.Event()
        self._lost = asyncio.Event()
        self.gate = Gate()

    def cut(self) -> None:
        self._cut.set()

    async def hang_up(self) -> None:
        await self._hold.hang_up()

    async def run(self) -> Outcome:
        ends = self._child.ends()
        stdout, stderr = ends.outputs
        self._input = ends.input
        try:
            async with TaskGroup() as group:
                out = group.create_task(self._from_process(stdout))
                others = [
                    group.create_task(self._from_technician()),
                    group.create_task(_swallow(stderr)),
                ]
                await until_over(self._child, self._hold, self._sending, self._cut, self._lost, out)
                for task in (out, *others):
                    task.cancel()
        finally:
            ends.close()
        for fact in self._watch.end():
            self._tell(fact)
        return await self._last_word()

    async def _last_word(self) -> Outcome:
        ended = await exit_of(self._child, self._cut, self._lost, killed=self._cut.is_set())
        await say_exit(self._socket, self._lost, ended)
        return Outcome(self._in_bytes, self._digest.count_bytes, self._digest.hex, ended)

    # ------------------------------------------------------------------------------- both ways

    async def _from_process(self, output: Output) -> None:
        try:
            while data := await _read(output):
                await self.gate.passed()
                facts = self._watch.from_host(data)
                async with self._sending:
                    if self._cut.is_set():
                        return
                    self._digest.add(data)
                    await self._socket.send(wire.pack(Tag.DATA, data))
                for fact in facts:
                    self._tell(fact)
        except (*CLOSED, ProtocolError):
            self._lost.set()

    async def _from_technician(self) -> None:
        try:
            while True:
                tag, payload = wire.unpack(await self._socket.recv(), "broker")
                if tag is Tag.SIGNAL:
                    await self._hold.hang_up()
                elif tag is Tag.EOF:
                    await self.gate.passed()
                    self._close()
                elif tag is Tag.DATA and self._input is not None:
                    await self.gate.passed()
                    self._in_bytes += len(payload)
                    for fact in self._watch.from_client(payload):
                        self._tell(fact)
                    await self._write(payload)
        except (*CLOSED, ProtocolError):
            self._lost.set()

    async def _write(self, data: bytes) -> None:
        """All of it, at the process's pace; one that reads no more loses it."""
        rest = memoryview(data)
        while rest and self._input is not None:
            taken = self._input.write(rest)
            if taken is None:
                self._close()
            elif taken:
                rest = rest[taken:]
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._input.room()
                if self._socket.is_gone():
                    raise ConnectionResetError("the channel's socket is gone")

    def _close(self) -> None:
        if self._input is not None:
            self._input.close()
            self._input = None


async def _read(output: Output) -> bytes:
    """What is there, at most a message of it; empty at the end."""
    while (data := output.read(wire.MAX_PAYLOAD_BYTES)) is None:
        try:
            await output.ready()
        finally:
            output.unready()
    return data


async def _swallow(output: Output) -> None:
    while await _read(output):
        pass
