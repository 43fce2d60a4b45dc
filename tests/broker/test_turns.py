"""One at a time for each name, and no lock kept for a name nobody uses."""

from __future__ import annotations

import asyncio
import gc

from broker.live.turns import Turns


async def test_the_same_name_waits_and_another_does_not() -> None:
    turns, order = Turns(), list[str]()
    first_in, let_go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with turns.of("month/t-1"):
            first_in.set()
            await let_go.wait()
            order.append("first")

    async def second() -> None:
        async with turns.of("month/t-1"):
            order.append("second")

    async with asyncio.TaskGroup() as group:
        group.create_task(first())
        await first_in.wait()
        group.create_task(second())
        async with turns.of("month/t-2"):
            order.append("another")
        let_go.set()
    assert order == ["another", "first", "second"]


async def test_a_name_is_forgotten_with_its_last_user() -> None:
    turns = Turns()
    async with turns.of("once"):
        assert len(turns._locks) == 1
    gc.collect()
    assert len(turns._locks) == 0
