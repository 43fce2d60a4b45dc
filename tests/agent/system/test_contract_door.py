"""What every system owes the agent of the desk's door: who calls is known, one line there and one back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.system.here import door
from agent.system.interface import Listener, NobodyListens
from agent.task_group import TaskGroup
from tests.agent.system.programs import PATIENCE_S, me


@pytest.fixture
async def listener(tmp_path: Path) -> AsyncIterator[Listener]:
    found = door.listen(tmp_path)
    yield found
    found.close()


async def test_one_line_there_and_one_back_from_a_known_caller(tmp_path: Path, listener: Listener) -> None:
    async with TaskGroup() as group:
        asking = group.create_task(asyncio.to_thread(door.ask, tmp_path, b"stato\n", PATIENCE_S))
        peer = await asyncio.wait_for(listener.accept(), PATIENCE_S)
        assert (peer.caller.pid, peer.caller.uid) == (os.getpid(), me().key)
        assert await peer.recv(100) == b"stato\n"
        await peer.send(b"bene\n")
        assert (await asking).strip() == b"bene"
        peer.close()


async def test_who_is_turned_away_hears_why(tmp_path: Path, listener: Listener) -> None:
    async with TaskGroup() as group:
        asking = group.create_task(asyncio.to_thread(door.ask, tmp_path, b"stato\n", PATIENCE_S))
        peer = await asyncio.wait_for(listener.accept(), PATIENCE_S)
        peer.turn_away(b"no\n")
        assert (await asking).strip() == b"no"


async def test_several_callers_are_answered_each(tmp_path: Path, listener: Listener) -> None:
    async with TaskGroup() as group:
        asking = [
            group.create_task(asyncio.to_thread(door.ask, tmp_path, b"%d\n" % n, PATIENCE_S))
            for n in range(5)
        ]
        for _ in asking:
            peer = await asyncio.wait_for(listener.accept(), PATIENCE_S)
            await peer.send(b"a " + await peer.recv(100))
            peer.close()
        assert sorted([(await one).strip() for one in asking]) == [b"a %d" % n for n in range(5)]


def test_where_nobody_listens_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(NobodyListens):
        door.ask(tmp_path, b"stato\n", 1.0)


async def test_a_door_that_was_closed_is_one_where_nobody_listens(tmp_path: Path) -> None:
    door.listen(tmp_path).close()
    await asyncio.sleep(0.1)  # a thread may have to let go of it
    with pytest.raises(NobodyListens):
        await asyncio.to_thread(door.ask, tmp_path, b"stato\n", 1.0)
