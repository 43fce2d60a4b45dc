"""The owner's hours read every log, and keep nobody else from reading meanwhile (U-25)."""

from __future__ import annotations

import asyncio

from agent.task_group import TaskGroup
from broker.cases.open_tenant import open_tenant
from broker.cases.see_house_hours import see_house_hours
from tests.stories.telling import Story


async def test_u25_others_read_between_two_customers(story: Story) -> None:
    """Where readers take turns, as on SQLite, a page waits for one customer's log and not for all of them."""
    parts, owner = story.parts, story.world.owner.who
    for n in range(3):
        await open_tenant(parts, owner, name=f"Albergo {n}", details={})
    turns = 0
    async with TaskGroup() as group:
        hours = group.create_task(see_house_hours(parts, owner))
        await asyncio.sleep(0)
        while not hours.done():
            async with parts.store.read():
                turns += not hours.done()
            await asyncio.sleep(0)
    assert turns >= 3
    assert [one.shares for one in await hours] == [()]
