"""When a log may grow."""

from __future__ import annotations

import asyncio

import pytest

from broker.domain.refusal import Refused, Why
from broker.store.standing import Ahead, Standing


async def waits(standing: Standing) -> bool:
    try:
        async with asyncio.timeout(0.05):
            await standing.settled("t-1")
    except TimeoutError:
        return True
    return False


async def test_it_waits_for_everybody_who_was_there(caplog: pytest.LogCaptureFixture) -> None:
    standing = Standing()
    assert not await waits(standing)
    standing.expect("t-1", ["h-1", "h-2"], 60)
    standing.expect("t-2", [], 60)
    await standing.settled("t-2")
    assert await waits(standing)
    standing.heard("t-1", "h-3")
    standing.heard("t-1", "h-1")
    assert await waits(standing)
    standing.heard("t-1", "h-2")
    assert not await waits(standing)
    standing.heard("t-1", "h-2")
    standing.demand("t-1")


async def test_it_waits_no_longer_than_it_was_told() -> None:
    standing = Standing()
    standing.expect("t-1", ["h-1"], 0.01)
    async with asyncio.timeout(60):
        await asyncio.gather(standing.settled("t-1"), standing.settled("t-1"))
    standing.demand("t-1")


async def test_no_head_is_shown_while_somebody_is_waited_for() -> None:
    standing = Standing()
    standing.expect("t-1", ["h-1"], 60)
    standing.expect("t-2", ["h-1"], 0)
    assert [standing.signs(tenant) for tenant in ("t-1", "t-2", "t-3")] == [False, True, True]
    standing.heard("t-1", "h-1")
    assert standing.signs("t-1")


async def test_one_that_holds_more_ends_the_waiting_with_a_no() -> None:
    standing = Standing()
    standing.expect("t-1", ["h-1", "h-2"], 60)
    standing.found("t-1", Ahead("h-1", 12, forked=False))
    standing.found("t-1", Ahead("h-2", 9, forked=True))
    await standing.settled("t-1")
    with pytest.raises(Refused) as no:
        standing.demand("t-1")
    assert (no.value.why, no.value.facts) == (Why.LOG_BEHIND, {"size": "12"})
    standing.demand("t-2")
    assert standing.signs("t-2")
    assert not standing.signs("t-1")
    assert standing.ahead("t-1") == Ahead("h-1", 12, forked=False)
