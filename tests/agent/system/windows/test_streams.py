"""The transports' streams, with this system's pipes: what is read ahead and written ahead is bounded."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator

import pytest

from agent.system.windows.streams import READ_AHEAD_BYTES, WRITE_BYTES, PipeInput, PipeOutput
from tests.agent.system.programs import PATIENCE_S, eventually

pytestmark = (
    pytest.mark.needs_linux
)  # whose pipes tell how much they hold; Windows' own are held to the contract


@pytest.fixture
async def output() -> AsyncIterator[tuple[PipeOutput, int]]:
    ours, theirs = os.pipe()
    found = await PipeOutput.of(os.fdopen(ours, "rb", 0))
    yield found, theirs
    found.close()


async def test_nothing_yet_is_not_the_end(output: tuple[PipeOutput, int]) -> None:
    found, theirs = output
    assert found.read(100) is None
    ready = found.ready()
    await asyncio.sleep(0)
    assert not ready.done()
    os.write(theirs, b"parole")
    await asyncio.wait_for(ready, PATIENCE_S)
    assert (found.read(3), found.read(100), found.read(100)) == (b"par", b"ole", None)
    os.close(theirs)
    await asyncio.wait_for(found.ready(), PATIENCE_S)
    assert found.read(100) == b""
    assert found.ready().done()


async def test_what_was_said_before_the_end_is_read_first(output: tuple[PipeOutput, int]) -> None:
    found, theirs = output
    os.write(theirs, b"ultime")
    os.close(theirs)
    await eventually(lambda: found._is_over)
    assert (found.read(100), found.read(100)) == (b"ultime", b"")


async def test_a_process_that_talks_to_nobody_waits(output: tuple[PipeOutput, int]) -> None:
    found, theirs = output
    os.set_blocking(theirs, False)

    def talk() -> int:
        try:
            return os.write(theirs, b"x" * 65536)
        except BlockingIOError:
            return 0

    sent = 0
    for _ in range(200):
        sent += talk()
        await asyncio.sleep(0.001)
    held = 2 * READ_AHEAD_BYTES + 256 * 1024  # asyncio's own step, and what the pipe holds
    assert sent <= held + fcntl.fcntl(theirs, fcntl.F_GETPIPE_SZ)
    heard = 0
    os.close(theirs)
    while True:
        data = found.read(65536)
        if data is None:
            await asyncio.wait_for(found.ready(), PATIENCE_S)
        elif data:
            heard += len(data)
        else:
            break
    assert heard == sent


async def test_nobody_waits_any_more(output: tuple[PipeOutput, int]) -> None:
    found, theirs = output
    waiting = found.ready()
    found.unready()
    os.write(theirs, b"x")
    await eventually(lambda: bool(found._held))
    assert not waiting.done()
    os.close(theirs)


async def test_input_is_taken_while_it_is_read_and_in_small_steps() -> None:
    theirs, ours = os.pipe()
    into = await PipeInput.of(os.fdopen(ours, "wb", 0))
    room = fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
    assert into.write(b"y" * 100_000) == WRITE_BYTES
    await asyncio.wait_for(into.room(), PATIENCE_S)
    assert into.write(b"y" * WRITE_BYTES) == WRITE_BYTES  # beyond the pipe's room: kept, and no more after it
    assert into.write(b"z") == 0
    waiting = asyncio.ensure_future(into.room())  # noqa: TID251 - a test's own wait
    await asyncio.sleep(0.05)
    assert not waiting.done()
    assert len(os.read(theirs, room)) == room
    await asyncio.wait_for(waiting, PATIENCE_S)
    into.close()
    os.close(theirs)


async def test_a_process_that_reads_no_more_is_said_so() -> None:
    theirs, ours = os.pipe()
    into = await PipeInput.of(os.fdopen(ours, "wb", 0))
    os.close(theirs)
    await eventually(lambda: into.write(b"x") is None)
    await asyncio.wait_for(into.room(), PATIENCE_S)
    into.close()


async def test_the_end_of_input_comes_after_what_was_written() -> None:
    theirs, ours = os.pipe()
    into = await PipeInput.of(os.fdopen(ours, "wb", 0))
    assert into.write(b"tutto") == 5
    into.close()
    assert await asyncio.to_thread(os.read, theirs, 100) == b"tutto"
    assert await asyncio.to_thread(os.read, theirs, 100) == b""
    os.close(theirs)
    assert into.write(b"x") is None
