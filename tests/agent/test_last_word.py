"""The end of a channel with a process: what is waited for, and what the broker hears last."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from agent.channels import last_word
from agent.channels.last_word import exit_of, first, say_exit, until_over
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Exit

ENDED = Exit(status=3)
KILLED = Exit(signal="KILL")


@dataclass
class Half:
    """Child, hold and socket in one."""

    ended: asyncio.Future[Exit] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    said: list[Any] = field(default_factory=list)
    gone: bool = False

    async def hang_up(self) -> None:
        self.said.append("hang up")

    async def send(self, data: bytes) -> None:
        if self.gone:
            raise ConnectionResetError
        self.said.append(data)

    async def close(self) -> None:
        self.said.append("close")


def events(*, cut: bool = False, lost: bool = False) -> tuple[asyncio.Event, asyncio.Event]:
    found = asyncio.Event(), asyncio.Event()
    for event, on in zip(found, (cut, lost), strict=True):
        if on:
            event.set()
    return found


@pytest.mark.parametrize(
    ("cut", "lost", "heard"), [(True, False, []), (False, True, ["hang up"]), (True, True, [])]
)
async def test_who_went_has_the_process_hung_up(cut: bool, lost: bool, heard: list[str]) -> None:  # noqa: FBT001
    half, sending = Half(), asyncio.Lock()
    async with asyncio.timeout(30), TaskGroup() as group:
        output = group.create_task(asyncio.sleep(60))
        await until_over(cast(Any, half), cast(Any, half), sending, *events(cut=cut, lost=lost), output)
        output.cancel()
    assert half.said == heard


async def test_it_is_over_when_output_and_process_are() -> None:
    half, (cut, lost) = Half(), events()
    async with asyncio.timeout(30), TaskGroup() as group:
        output = group.create_task(asyncio.sleep(0))
        over = group.create_task(
            until_over(cast(Any, half), cast(Any, half), asyncio.Lock(), cut, lost, output)
        )
        await output
        assert not over.done()
        half.ended.set_result(ENDED)
    assert half.said == []


async def test_how_a_process_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_word, "LAST_WORDS_S", 0.01)
    half = Half()
    assert await exit_of(cast(Any, half), *events(lost=True), killed=False) == KILLED
    half.ended.set_result(ENDED)
    assert await exit_of(cast(Any, half), *events(lost=True), killed=False) == ENDED
    assert await exit_of(cast(Any, half), *events(cut=True), killed=True) == KILLED


async def test_the_last_segment_comes_before_the_exit() -> None:
    async def segment() -> bytes | None:
        return b"segment"

    async def none() -> bytes | None:
        return None

    half, (_, lost) = Half(), events()
    await say_exit(cast(Any, half), lost, ENDED, segment)
    await say_exit(cast(Any, half), lost, ENDED, none)
    assert half.said == [b"segment", wire.pack_exit(ENDED), "close", wire.pack_exit(ENDED), "close"]


async def test_a_broker_that_is_gone_hears_nothing() -> None:
    half = Half(gone=True)
    await say_exit(cast(Any, half), events()[1], ENDED)
    assert half.said == []
    await say_exit(cast(Any, half), events(lost=True)[1], ENDED)
    assert half.said == ["close"]


async def test_one_of_several_is_enough() -> None:
    cut, lost = events(lost=True)
    async with asyncio.timeout(30):
        await first(cut, lost)
    assert not cut.is_set()
