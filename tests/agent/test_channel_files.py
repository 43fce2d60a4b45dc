"""The relay of a channel for files: what the gate holds is late and not lost, and a cut tells what was partial."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from agent.channels.files import Files
from agent.task_group import TaskGroup
from agent.warden import Child
from agent.wire.channel import Exit, Tag, pack, unpack
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from agent.wire.transfers import Fact

PARTIAL = Fact(1, "to_host", "partial", 0, 3, "/srv/a")
SALT = bytes(32)


@dataclass
class Socket:
    to_agent: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    from_agent: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)

    async def send(self, message: bytes) -> None:
        await self.from_agent.put(message)

    async def recv(self) -> bytes:
        found = await self.to_agent.get()
        if found is None:
            raise ConnectionResetError
        return found

    async def close(self) -> None: ...

    def is_gone(self) -> bool:
        return False


class Hold:
    def __init__(self, ended: asyncio.Future[Exit]) -> None:
        self.ended = ended

    async def signal(self, number: int, group: int) -> None: ...

    async def hang_up(self) -> None:
        if not self.ended.done():
            self.ended.set_result(Exit(signal="HUP"))


class Watch:
    """Tells one file at the end, and refuses to read a client that says ``no``."""

    def from_client(self, data: bytes) -> list[Fact]:
        if data == b"no":
            raise ProtocolError(CLOSE_BREACH, "no")
        return []

    def from_host(self, data: bytes) -> list[Fact]:
        return []

    def end(self) -> list[Fact]:
        return [PARTIAL]


@dataclass
class Scene:
    files: Files
    socket: Socket
    stdin: int
    stdout: int
    ended: asyncio.Future[Exit]
    told: list[Fact]
    open: set[int]  # the process's own ends

    def close(self, fd: int) -> None:
        self.open.discard(fd)
        os.close(fd)

    async def heard(self) -> tuple[Tag, bytes]:
        return unpack(await asyncio.wait_for(self.socket.from_agent.get(), 60), "agent")

    async def read(self) -> bytes:
        while True:
            try:
                return os.read(self.stdin, 100)
            except BlockingIOError:
                await asyncio.sleep(0.01)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    pipes = [os.pipe() for _ in range(3)]
    for fd in (end for pair in pipes for end in pair):
        os.set_blocking(fd, False)
    ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
    child = Child(1, None, (pipes[0][1], pipes[1][0], pipes[2][0]), ended)
    socket, told = Socket(), list[Fact]()
    files = Files(child, socket, Hold(ended), SALT, Watch(), told.append)
    theirs = {pipes[0][0], pipes[1][1], pipes[2][1]}
    yield Scene(files, socket, pipes[0][0], pipes[1][1], ended, told, theirs)
    for fd in theirs:
        os.close(fd)


async def test_what_the_gate_holds_comes_when_it_opens(scene: Scene) -> None:
    async with TaskGroup() as group:
        running = group.create_task(scene.files.run())
        scene.files.gate.shut()
        await scene.socket.to_agent.put(pack(Tag.DATA, b"abc"))
        os.write(scene.stdout, b"xyz")
        await asyncio.sleep(0.1)
        assert scene.socket.from_agent.empty()
        with pytest.raises(BlockingIOError):
            os.read(scene.stdin, 10)
        scene.files.gate.open()
        assert await scene.heard() == (Tag.DATA, b"xyz")
        assert await scene.read() == b"abc"
        await scene.socket.to_agent.put(pack(Tag.EOF))
        assert await scene.read() == b""
        scene.close(scene.stdout)
        scene.ended.set_result(Exit(status=0))
        outcome = await asyncio.wait_for(running, 60)
        assert (outcome.in_bytes, outcome.out_bytes, outcome.exit) == (3, 3, Exit(status=0))


async def test_a_cut_tells_what_was_partial(scene: Scene) -> None:
    async with TaskGroup() as group:
        running = group.create_task(scene.files.run())
        await asyncio.sleep(0)
        scene.files.cut()
        outcome = await asyncio.wait_for(running, 60)
    assert (outcome.exit, scene.told) == (Exit(signal="KILL"), [PARTIAL])
    assert (await scene.heard())[0] is Tag.EXIT


@pytest.mark.parametrize("said", [pack(Tag.DATA, b"no"), None])
async def test_a_breach_and_a_socket_that_is_gone_end_the_process(scene: Scene, said: bytes | None) -> None:
    await scene.socket.to_agent.put(said)
    outcome = await asyncio.wait_for(scene.files.run(), 60)
    assert outcome.exit == Exit(signal="HUP")
    assert scene.told == [PARTIAL]
