"""Who is asked to cosign, and that an agent that takes nothing keeps no other one waiting."""

from __future__ import annotations

import asyncio

import pytest

from agent.wire.frames import Head, decode
from broker.live import hub as hub_module
from broker.live.heads import Heads
from broker.parts import Parts
from tests.broker.test_hub import Deaf, Line, linked
from tests.broker.world import World


async def test_a_deaf_agent_delays_nobodys_head(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "TAKEN_S", 0.5)
    world = await World.make(parts)
    deaf = linked(parts.hub, Deaf(), "h-1", world.tenant)
    others = [Line() for _ in range(3)]
    for n, line in enumerate(others):
        linked(parts.hub, line, f"h-{n + 2}", world.tenant)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(Heads(parts.hub, parts.store).tick())
        for line in others:
            await line.came.wait()
            assert isinstance(decode(line.heard[-1]), Head)
    assert deaf.link.state == "closed"
