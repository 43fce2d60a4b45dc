"""The turns of the job: newest heads only, one witness's trouble nobody else's, and back-off."""

from __future__ import annotations

from pathlib import Path

from broker.jobs.witnesses import Collection, back_off
from broker.parts import Parts
from tests.broker.outside import Outside, name_it, size
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
