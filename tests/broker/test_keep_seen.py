from __future__ import annotations

from datetime import timedelta

from broker.cases.keep_seen import keep_seen
from broker.domain.estate import EnrolledHost
from broker.parts import Parts
from broker.store import estate
from tests.broker.world import World


async def last_seen(world: World):
    async with world.parts.store.read() as work:
        found = await estate.host(work, world.tenant, world.host.id)
    assert isinstance(found, EnrolledHost)
    return found.last_seen


async def test_many_signs_of_life_are_one_commit_and_the_latest_counts(parts: Parts, clock) -> None:
    world = await World.make(parts)
    at = clock.now()
    for seconds in (1, 2, 3):
        parts.hub.saw(world.tenant, world.host.id, at + timedelta(seconds=seconds))
    assert await keep_seen(parts) == 1
    assert await last_seen(world) == at + timedelta(seconds=3)
    assert parts.hub.last_seen(world.host.id) is None
    assert await keep_seen(parts) == 0


async def test_what_cannot_be_written_now_waits_and_keeps_nobody_else_waiting(parts: Parts, clock) -> None:
    world = await World.make(parts)
    at = clock.now() + timedelta(seconds=9)
    parts.hub.saw(world.house, "h-of-another", at)
    parts.hub.saw(world.tenant, world.host.id, at)
    parts.store.close_log(world.house)
    assert await keep_seen(parts) == 1
    assert await last_seen(world) == at
    assert parts.hub.take_seen() == {world.house: {"h-of-another": at}}


async def test_an_older_sign_that_waited_does_not_undo_a_later_one(parts: Parts, clock) -> None:
    world = await World.make(parts)
    at = clock.now()
    parts.hub.saw(world.tenant, world.host.id, at)
    parts.hub.saw_before(world.tenant, world.host.id, at - timedelta(minutes=1))
    assert parts.hub.take_seen() == {world.tenant: {world.host.id: at}}
