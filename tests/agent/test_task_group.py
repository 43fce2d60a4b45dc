"""What a task group leaves behind in the task that ran it: nothing."""

# ruff: noqa: PT012 - the group is the statement that raises
from __future__ import annotations

import asyncio

import pytest

from agent.task_group import TaskGroup


async def fail(after: asyncio.Event | None = None) -> None:
    if after is not None:
        await after.wait()
    raise OSError("gone")


def asked_to_cancel() -> int:
    task = asyncio.current_task()
    assert task is not None
    return task.cancelling()


async def test_a_child_that_fails_while_the_group_waits() -> None:
    """The case that ends a conversation with a broker; asyncio's own leaves one request behind."""
    with pytest.raises(ExceptionGroup):
        async with TaskGroup() as group:
            group.create_task(fail())
            group.create_task(asyncio.sleep(3600))
    assert asked_to_cancel() == 0


async def test_a_child_that_fails_while_the_body_runs() -> None:
    with pytest.raises(ExceptionGroup):
        async with TaskGroup() as group:
            group.create_task(fail())
            await asyncio.sleep(3600)
    assert asked_to_cancel() == 0


async def test_a_body_that_fails() -> None:
    with pytest.raises(ExceptionGroup):
        async with TaskGroup() as group:
            group.create_task(asyncio.sleep(3600))
            await fail()
    assert asked_to_cancel() == 0


async def test_a_later_timeout_is_one() -> None:
    with pytest.raises(ExceptionGroup):
        async with TaskGroup() as group:
            group.create_task(fail())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(3600)


@pytest.mark.parametrize("too", [False, True])
async def test_who_is_cancelled_from_outside_stays_so(*, too: bool) -> None:
    """Also when a child fails in the same moment: whoever asked finds his request where he left it."""
    seen: list[int] = []
    waiting, failing = asyncio.Event(), asyncio.Event()

    async def inside() -> None:
        try:
            async with TaskGroup() as group:
                group.create_task(fail(failing))
                waiting.set()
        finally:
            seen.append(asked_to_cancel())

    task = asyncio.create_task(inside())  # noqa: TID251 - its end is what is looked at
    await waiting.wait()
    await asyncio.sleep(0)
    if too:
        failing.set()
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(ExceptionGroup if too else asyncio.CancelledError):
        await task
    assert seen == [1]
