"""The gate of a channel."""

from __future__ import annotations

import asyncio

from agent.channels.gate import Gate


async def test_turns_and_passing() -> None:
    gate = Gate()
    assert (gate.is_open, gate.turn) == (True, 0)
    await gate.passed()
    gate.shut()
    gate.shut()
    assert (gate.is_open, gate.turn) == (False, 1)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(gate.passed())
        await asyncio.sleep(0)
        assert not waiting.done()
        gate.open()
    gate.shut()
    assert gate.turn == 2
