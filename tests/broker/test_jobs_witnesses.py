"""The turns of the job: newest heads only, one witness's trouble nobody else's, and back-off."""

from __future__ import annotations

from pathlib import Path

from broker.cases.expect_witnesses import expect_witnesses
from broker.jobs.witnesses import Collection, back_off
from broker.parts import Parts
from broker.store.witnesses import external_id
from tests.broker.outside import NAMED, Outside, name_it, size
from tests.broker.test_ask_witness import grow, kept
from tests.broker.world import World


async def test_a_new_head_is_shown_once_and_trouble_waits_longer_each_time(
    parts: Parts, tmp_path: Path
) -> None:
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    now = [0.0]
    turn = Collection(outside, monotonic=lambda: now[0])
    await turn(parts)
    assert outside.asked == []  # nobody named it
    await name_it(world)
    outside.says = [ConnectionError(), ConnectionError()]
    await turn(parts)
    await turn(parts)
    assert len(outside.asked) == 1
    now[0] += back_off(1)
    await turn(parts)
    now[0] += back_off(1)
    await turn(parts)
    assert len(outside.asked) == 2
    now[0] += back_off(2)
    await turn(parts)
    assert len(outside.asked) == 3
    assert (await kept(parts, world.tenant))[0] == await size(parts, world.tenant)
    await turn(parts)
    assert len(outside.asked) == 3
    await grow(world)
    await turn(parts)
    assert len(outside.asked) == 4
    assert back_off(1) < back_off(2) < back_off(99) == 600


async def test_a_broker_that_begins_waits_for_who_has_cosigned(parts: Parts, tmp_path: Path) -> None:
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    await expect_witnesses(parts)
    await parts.store.standing.settled(world.tenant)  # nobody has cosigned anything
    await name_it(world)
    await Collection(outside)(parts)
    await expect_witnesses(parts)
    assert parts.store.standing.awaits(world.tenant) == {external_id(NAMED.key)}
    await Collection(outside)(parts)
    assert parts.store.standing.awaits(world.tenant) == frozenset()
    await grow(world)
