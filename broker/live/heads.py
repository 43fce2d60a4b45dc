"""Asks each connected agent to cosign its tenant's newest head, at most once a second.

Every commit makes a head; a witness needs the newest, not each. Orders to open a session carry their
own head and do not wait for this.
"""

from __future__ import annotations

from agent.task_group import TaskGroup
from broker.domain.refusal import Refused
from broker.live.head_frames import Stands, head_frames
from broker.live.hub import Hub
from broker.store.tx import Announcement, Store


class Heads:
    """`noticed` listens to the store; `tick` sends."""

    def __init__(self, hub: Hub, store: Store) -> None:
        self._hub = hub
        self._store = store
        self._moved: set[str] = set()

    async def noticed(self, announcement: Announcement) -> None:
        if announcement.topic == "log":
            self._moved.add(announcement.tenant)

    async def tick(self) -> None:
        """To all of them side by side: an agent that takes nothing keeps no other one waiting."""
        moved, self._moved = self._moved, set()
        async with TaskGroup() as group:
            for agent in self._hub.links():
                if agent.tenant in moved or agent.head_sent == 0:
                    group.create_task(self._try(agent.host, agent.tenant))

    async def _try(self, host: str, tenant: str) -> None:
        try:
            await self._send(host, tenant)
        except (Refused, OSError):
            return  # it went away meanwhile: its next link-up asks again

    async def _send(self, host: str, tenant: str) -> None:
        async with self._hub.turn(host) as turn:
            async with self._store.read() as work:
                steps = await head_frames(
                    work, self._store.keys, Stands(tenant, host, turn.old_size, turn.log)
                )
            for frame, size in steps:
                await turn.send(frame, size)
