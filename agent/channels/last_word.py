"""How a channel with a process ends: until when it is waited for, and its last word to the broker."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

from agent.channels import CLOSED, ChannelSocket
from agent.system.interface import Child
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Exit

LAST_WORDS_S = 1.0  # for the socket to take what is under way when the session is cut


class Hold(Protocol):
    """What a channel may do to its process; its warden does it."""

    async def signal(self, name: str, group: int) -> None: ...

    async def hang_up(self) -> None: ...


async def until_over(
    child: Child,
    hold: Hold,
    sending: asyncio.Lock,
    cut: asyncio.Event,
    lost: asyncio.Event,
    drained: asyncio.Task[None],
) -> None:
    """Return when the process has ended and its output is out, or socket or session are gone."""
    async with TaskGroup() as group:
        gone = group.create_task(first(cut, lost))
        await asyncio.wait((gone, drained), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait((gone, child.ended), return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            # Let a message that is half in the socket get out whole: both ends then count the same.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S), sending:
                    pass
        if lost.is_set() and not cut.is_set():
            await hold.hang_up()
        gone.cancel()


async def exit_of(child: Child, cut: asyncio.Event, lost: asyncio.Event, *, killed: bool) -> Exit:
    """How it ended. `killed`: the stop ended it, whatever status it still returned."""
    if lost.is_set() and not cut.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * LAST_WORDS_S):
                await asyncio.shield(child.ended)
    return child.ended.result() if child.ended.done() and not killed else Exit(signal="KILL")


async def say_exit(
    socket: ChannelSocket,
    lost: asyncio.Event,
    ended: Exit,
    segment: Callable[[], Awaitable[bytes | None]] | None = None,
) -> None:
    """To a broker that may have gone; `segment` gives the last of a recording, packed."""
    with contextlib.suppress(TimeoutError, *CLOSED):
        async with asyncio.timeout(LAST_WORDS_S):
            if not lost.is_set():
                rest = None if segment is None else await segment()
                if rest is not None:
                    await socket.send(rest)
                await socket.send(wire.pack_exit(ended))
            await socket.close()


async def first(*events: asyncio.Event) -> None:
    """Until one of them is set."""
    async with TaskGroup() as group:
        tasks = [group.create_task(event.wait()) for event in events]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
