"""A broker's own parts over the demo's database, on the seed's clock: nobody listens, nothing is served."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from broker.jobs import heartbeat, lapse, queue_jumps
from broker.jobs.silence import silence
from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.out.key_file import KeyFiles
from broker.out.reporter import SealedReports
from broker.parts import Parts
from broker.settings import Settings
from broker.store.database import open_database
from broker.store.tx import Store
from web.demo.seed.course import Course, Month, SeedChance, SeedClock
from web.demo.seed.month import Seeded, month
from web.demo.seed.place import House
from web.demo.stage import Stage

FIRST_HOUR = 8


async def before(settings: Settings, stage: Stage, ssh_key: str, now: datetime) -> Seeded:
    """The month before `now`, in a store where nobody is yet."""
    calendar = Month(now, settings.zone)
    clock = SeedClock(calendar.at(calendar.workdays()[0], FIRST_HOUR))
    chance = SeedChance(stage.seed.encode())
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = KeyFiles(settings.state / "keys", chance)
    database = open_database(settings.database)
    try:
        await database.create()
        reporter = SealedReports(settings.state / "keys", settings.vendor)
        store = Store(database, keys, chance)
        parts = Parts(clock, chance, keys, store, Hub(chance), Bus(), settings, reporter)
        return await made(parts, clock, stage, ssh_key, now)
    finally:
        await database.close()


async def made(parts: Parts, clock: SeedClock, stage: Stage, ssh_key: str, now: datetime) -> Seeded:
    """With these parts, whose clock `clock` is and stands in the month before `now`."""
    listening = silence(clock.now())

    async def tick() -> None:
        for agent in parts.hub.links():
            agent.last_seen = clock.now()  # whoever is there answers pings
        for job in (heartbeat.tick, lapse.tick, queue_jumps.tick, listening):
            await job(parts)

    course = Course(clock, tick)
    with tempfile.TemporaryDirectory(prefix="verbale-seed-") as folder:
        house = await House.open(parts, course, stage, ssh_key, Path(folder))
        return await month(house, course, Month(now, parts.settings.zone), now)
