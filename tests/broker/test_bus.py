"""Announcements to live pages: each tenant's own, bounded, the newest kept."""

from __future__ import annotations

from broker.live.bus import Bus
from broker.store.tx import Announcement


async def test_an_approver_hears_of_his_tenant_alone_and_the_house_of_all() -> None:
    bus = Bus()
    async with bus.subscribe(frozenset({"t-1"})) as own, bus.subscribe(None) as house:
        await bus.publish(Announcement("t-1", "session", "s-1"))
        await bus.publish(Announcement("t-2", "session", "s-2"))
        assert own.qsize() == 1
        assert house.qsize() == 2
        assert own.get_nowait().id == "s-1"


async def test_a_page_far_behind_loses_the_oldest_and_nobody_waits_for_it() -> None:
    bus = Bus()
    async with bus.subscribe(None) as queue:
        for number in range(1000):
            await bus.publish(Announcement("t-1", "request", str(number)))
        held = [queue.get_nowait().id for _ in range(queue.qsize())]
    assert held[-1] == "999"
    assert len(held) < 1000
    await bus.publish(Announcement("t-1", "request", "after"))  # nobody listens any more
    assert queue.empty()
