"""The agent in memory that the demo's month has as well, on a story's host."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.broker.world import World
from web.demo.seed import agent


@dataclass
class MemoryAgent(agent.MemoryAgent):
    world: World = field(init=False)

    @classmethod
    async def enrolled(cls, world: World) -> Self:
        folder = Path(tempfile.mkdtemp(dir=world.parts.settings.state, prefix="agent-"))
        made = await cls.begin(world.parts, world.titolare.who, world.host, world.agent, folder)
        made.world = world
        return made
