"""The recorder's own connection: what it asks, how fast, what a slow broker and a silent server come to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agent.channels import screen_recorder
from agent.channels.gate import Gate
from agent.channels.recorder import Recorder
from agent.channels.rfb import PIXELS, VERSION, Breach
from agent.channels.rfb_pictures import ENCODINGS
from agent.channels.screen_recorder import ScreenRecorder
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Tag
from audit.recording_stream import open_seen, stream_of
from tests.agent import viewer
from tests.agent.session_kit import ORIGIN, RECORDER, SALT, eventually, sign_segment
from tests.agent.test_rfb_pictures import BLUE, KEY, RED, greeting, raw, update

HELLO = VERSION + b"\x01\x01" + bytes(4) + PIXELS + ENCODINGS + viewer.ask(8, 6)
WHOLE, CHANGED = viewer.ask(8, 6), viewer.ask(8, 6, whole=False)


class Side:
    """A recorder with the test as its server and its broker; `room` shut holds what is sent."""

    def __init__(self) -> None:
        here, self.server = socket.socketpair()
        self.gate, self.room = Gate(), asyncio.Event()
        self.room.set()
        self.sent: list[tuple[Tag, bytes]] = []
        self.heard = bytearray()
        recorder = Recorder(stream_of("desktop", "c-1", SALT), sign_segment)
        self.record = ScreenRecorder(here, None, recorder, self.gate)
        for end in (here, self.server):
            end.setblocking(False)

    async def send(self, message: bytes) -> None:
        self.sent.append(wire.unpack(message, "agent"))
        await self.room.wait()

    @property
    def pictures(self) -> bytes:
        return b"".join(payload for tag, payload in self.sent if tag is Tag.SCREEN)

    async def say(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.server, data)

    async def hears(self, said: bytes) -> None:
        """What it says next."""
        async with asyncio.timeout(60):
            while len(self.heard) < len(said):
                self.heard += await asyncio.get_running_loop().sock_recv(self.server, 4096)
        assert self.heard[: len(said)] == said
        del self.heard[: len(said)]

    async def is_asked_nothing(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                self.heard += await asyncio.get_running_loop().sock_recv(self.server, 4096)
        return not self.heard


@asynccontextmanager
async def begun() -> AsyncIterator[tuple[Side, asyncio.Task[None]]]:
    side = Side()
    try:
        async with TaskGroup() as group:
            task = group.create_task(side.record.run(side.send))
            await side.say(greeting())
            yield side, task
            task.cancel()
    finally:
        side.server.close()


@asynccontextmanager
async def running() -> AsyncIterator[Side]:
    async with begun() as (side, _):
        await side.hears(HELLO)
        yield side


async def test_first_the_whole_then_what_changed_and_the_end_is_signed() -> None:
    async with running() as side:
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        await side.record.begun()
        await side.hears(CHANGED)
        await side.say(update(raw(0, 0, 1, 1, BLUE)))
        await side.hears(CHANGED)
        assert side.pictures.startswith(KEY)
        await side.record.stop()
        note = await side.record.end()
        assert note is not None
        counted = stream_of("desktop", "c-1", SALT)
        counted.feed(side.pictures)
        assert open_seen(note, ORIGIN, "h-00000001", RECORDER.public) == counted.finish()[1]
        await side.say(update(raw(0, 0, 1, 1, RED)))
        before = side.pictures
        await side.hears(CHANGED)
        assert side.pictures == before, "nothing is kept after the stop"


async def test_a_key_begins_a_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_recorder, "KEY_S", 0.0)
    monkeypatch.setattr(screen_recorder, "KEY_BYTES", 1)
    async with running() as side:
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        await side.hears(CHANGED)
        await side.say(update(raw(0, 0, 1, 1, BLUE)))
        await side.hears(WHOLE)
        assert [tag for tag, _ in side.sent] == [Tag.SCREEN, Tag.SCREEN, Tag.SEGMENT]
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        await side.hears(CHANGED)
        assert side.sent[-1][1].startswith(KEY)


async def test_a_segment_ends_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.channels.recorder.SEGMENT_S", 0.0)
    async with running() as side:
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        await eventually(lambda: side.sent[-1:] and side.sent[-1][0] is Tag.SEGMENT)


async def test_the_more_comes_the_later_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_recorder, "RATE_BYTES", 0.1)
    async with running() as side:
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        await side.record.begun()
        assert await side.is_asked_nothing()


async def test_in_a_pause_it_asks_for_nothing() -> None:
    async with running() as side:
        side.gate.shut()
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        assert await side.is_asked_nothing()
        assert side.sent == []
        side.gate.open()
        await side.hears(CHANGED)


async def test_while_a_picture_waits_for_room_so_does_whoever_types() -> None:
    async with running() as side, TaskGroup() as group:
        side.room.clear()
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        await eventually(lambda: side.sent)
        typed = group.create_task(side.record.in_time())
        assert await asyncio.wait([typed], timeout=0.1) == (set(), {typed})
        side.room.set()


async def test_a_picture_nobody_takes_is_counted_as_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_recorder, "LAST_WORDS_S", 0.01)
    async with begun() as (side, task):
        side.room.clear()
        await side.say(update(raw(0, 0, 8, 6, RED * 48)))
        await eventually(lambda: side.sent)
        await side.record.stop()
        task.cancel()
        await asyncio.wait([task])
        note = await side.record.end()
        assert note is not None
        assert open_seen(note, ORIGIN, "h-00000001", RECORDER.public).out_bytes == len(side.pictures)


async def test_a_server_that_is_silent_is_asked_whether_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_recorder, "PROBE_S", 0.1)
    async with begun() as (side, task):
        await side.hears(HELLO + viewer.ask(1, 1))
        async with asyncio.timeout(60):
            await task


async def test_what_is_no_rfb_is_a_breach() -> None:
    with pytest.RaisesGroup(Breach):
        async with begun() as (side, task):
            await side.say(b"\xff")
            await task


async def test_one_that_never_ran_lets_go_of_its_server() -> None:
    side = Side()
    assert await side.record.end() is None
    with side.server:
        assert side.server.recv(1) == b""
