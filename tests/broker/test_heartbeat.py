"""The log's daily sign of life, and the gap said when the broker had not been running."""

from __future__ import annotations

from audit.log_records import LogGap, LogHeartbeat
from broker.jobs import heartbeat
from broker.parts import Parts
from tests.broker.world import World
from tests.doubles import FakeClock


async def test_one_a_day_and_missed_days_are_said(parts: Parts, clock: FakeClock) -> None:
    world = await World.make(parts)
    for hours in (0, 1, 15, 24 * 4):  # from 10 November 08:00 UTC on
        clock.advance(hours=hours)
        await heartbeat.tick(parts)
        await heartbeat.tick(parts)
    for tenant in (world.tenant, world.house):
        said = [r for r in await world.records(tenant) if isinstance(r, LogHeartbeat | LogGap)]
        assert said == [
            LogHeartbeat("2026-11-10"),
            LogHeartbeat("2026-11-11"),  # 00:00 UTC is 01:00 in Rome
            LogGap("2026-11-12", "2026-11-14"),
            LogHeartbeat("2026-11-15"),
        ]


async def test_a_log_opened_days_before_its_first_heartbeat(parts: Parts, clock: FakeClock) -> None:
    world = await World.make(parts)
    clock.advance(days=2)
    await heartbeat.tick(parts)
    said = [r for r in await world.records() if isinstance(r, LogHeartbeat | LogGap)]
    assert said == [LogGap("2026-11-10", "2026-11-11"), LogHeartbeat("2026-11-12")]
