"""`python -m tests.broker.under_load DATABASE-URL`: writes records as fast as it can until it is killed.

Each line it prints was true when it was printed: ``n`` for a record that was acknowledged, or a size and
a root of a head that was told of.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import insert

from audit.log_records import LogHeartbeat
from audit.person_records import TenantOpened
from audit.record import BROKER
from broker.store import log
from broker.store.database import open_database
from broker.store.tables import facts
from broker.store.tx import Announcement, Store
from tests.doubles import MORNING, FakeChance, MemoryKeys

TENANT = "t-00000001"
CALLERS = 24
LIFE_S = 30.0  # whatever becomes of whoever was to kill it
BEAT = LogHeartbeat("2026-11-10")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def caller(store: Store, own: int) -> None:
    for count in range(1_000_000):
        if own % 2:
            n = await store.append(TENANT, MORNING, BEAT, actor=BROKER)
        else:
            async with store.tx(TENANT, MORNING) as tx:
                n = await tx.append(BEAT, actor=BROKER, session=f"s-{own}")
                if count % 3 == 0:
                    await tx.change(insert(facts).values(key=f"n{n}", value="v"))
        say(f"n {n}")


async def main(url: str) -> None:
    database = open_database(url)
    await database.create()
    store = Store(database, MemoryKeys(), FakeChance())

    async def listen(told: Announcement) -> None:
        async with store.read() as work:
            head = await log.head(work, told.tenant)
        assert head is not None
        say(f"head {head.size} {head.root.hex()}")

    async with store.tx(TENANT, MORNING) as tx:
        if tx.head is None:
            await tx.open_log(f"registro.localhost/{TENANT}/2026")
            await tx.append(TenantOpened("t-house", demo=False, zone="Europe/Rome"), actor=BROKER)
    store.listen(listen)
    async with asyncio.timeout(LIFE_S), asyncio.TaskGroup() as group:
        for own in range(CALLERS):
            group.create_task(caller(store, own))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
