"""Documents that people ask for are typeset one at a time, and how many wait is bounded."""

from __future__ import annotations

import asyncio

import pytest

from broker.domain.refusal import Refused, Why
from broker.out.print_queue import PrintQueue


async def held(queue: PrintQueue, until: asyncio.Event) -> None:
    async with queue.turn():
        await until.wait()


async def test_one_at_a_time_in_the_order_in_which_they_came() -> None:
    queue, told = PrintQueue(), list[str]()

    async def printed(name: str) -> None:
        async with queue.turn():
            told.append(f"{name} begins")
            await asyncio.sleep(0)
            told.append(f"{name} ends")

    await asyncio.gather(*(printed(name) for name in "abc"))
    assert told == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


async def test_whoever_finds_it_full_is_told_at_once_and_comes_in_later() -> None:
    queue, go = PrintQueue(2), asyncio.Event()
    both = asyncio.gather(held(queue, go), held(queue, go))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as no:
        await held(queue, go)
    assert no.value.why is Why.PRINTING_BUSY
    go.set()
    await both
    await held(queue, go)


async def test_one_that_failed_or_went_away_leaves_its_place() -> None:
    queue, never = PrintQueue(2), asyncio.Event()
    both = asyncio.gather(held(queue, never), held(queue, never))
    await asyncio.sleep(0)
    both.cancel()
    with pytest.raises(asyncio.CancelledError):
        await both
    await asyncio.sleep(0)
    with pytest.raises(ValueError, match="no report"):
        async with queue.turn():
            raise ValueError("no report")
    async with asyncio.timeout(60), queue.turn():
        pass
