"""L-10: a host's clock that is more than a second off is raised, once, and when it is right again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audit import instant
from audit.log_records import ClockStatus
from broker.cases.note_clock import note_clock, offset_ms
from broker.cases.see_customer import see_customer
from broker.parts import Parts
from tests.broker.test_link_up import hello
from tests.broker.world import World
from tests.doubles import FakeClock
from web.present import facts
from web.present.reader import Reader

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told_ms", "slow_ms", "found"),
    [(0, 0, 0), (1000, 0, 0), (1001, 0, 1001), (-1000, 0, 0), (-1001, 0, -1001), (1500, 600, 0), (2500, 600, 1900),
     (-1001, 9000, -1001), (500, 9000, 0)],
)  # fmt: skip
def test_l10_it_is_the_least_that_the_clock_must_be_off(told_ms: int, slow_ms: int, found: int) -> None:
    told, answered = NOON + timedelta(milliseconds=told_ms), NOON + timedelta(milliseconds=slow_ms)
    assert offset_ms(told, NOON, answered) == found


async def said(world: World) -> list[int]:
    return [one.host_offset_ms for one in await world.records() if isinstance(one, ClockStatus)]


async def test_l10_a_clock_more_than_a_second_off_is_raised_and_told_when_right(
    parts: Parts, clock: FakeClock
) -> None:
    world = await World.make(parts)

    async def dials(off_ms: int) -> None:
        told = instant.to_text(clock.now() + timedelta(milliseconds=off_ms))
        await note_clock(parts, world.host, hello(world, time=told), clock.now())

    await dials(900)
    assert await said(world) == []
    for off in (1500, 1600, 1700):
        await dials(off)
    assert await said(world) == [1500]
    await dials(9000)
    assert await said(world) == [1500, 9000]
    clock.advance(days=1)
    await dials(9000)
    assert await said(world) == [1500, 9000, 9000]
    await dials(0)
    await dials(0)
    await dials(-4000)
    assert await said(world) == [1500, 9000, 9000, 0, -4000]
    view = await see_customer(parts, world.titolare.who)
    clocks = [one.leaf for one in view.notable if isinstance(one.leaf.record, ClockStatus)]
    assert {leaf.host for leaf in clocks} == {world.host.id}
    reader = Reader("it", clock.now())
    texts = [facts.item(leaf, {}, reader).text for leaf in clocks]
    assert sorted(texts) == sorted([
        "orologio della macchina indietro di 4,0 s", "orologio della macchina di nuovo giusto",
        "orologio della macchina avanti di 9,0 s", "orologio della macchina avanti di 9,0 s",
        "orologio della macchina avanti di 1,5 s",
    ])  # fmt: skip
    assert facts.item(clocks[0], {}, Reader("en", clock.now())).text.startswith("the host’s clock is")


async def test_a_log_that_takes_nothing_down_keeps_no_agent_out(parts: Parts, clock: FakeClock) -> None:
    world = await World.make(parts)
    parts.store.close_log(world.tenant)
    told = instant.to_text(clock.now() + timedelta(minutes=5))
    await note_clock(parts, world.host, hello(world, time=told), clock.now())
    assert await said(world) == []
