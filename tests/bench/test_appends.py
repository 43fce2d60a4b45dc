"""Durable appends, the log alone: one caller and sixty-four, beside what the disk itself can do.

The peer is the machine's own rate of writing 4 KiB and asking for it to be on the disk, taken just
before: a caller alone can have no more commits than that, whatever the code does.
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from audit.person_records import LoginFailed, TenantOpened
from audit.record import BROKER
from broker.store.database import open_database
from broker.store.tx import Store
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.broker.test_group import head_of
from tests.doubles import MORNING, FakeChance, MemoryKeys

TENANT = "t-00000001"
ORIGIN = f"registro.localhost/{TENANT}/2026"
CALLERS = 64
ALONE, TOGETHER = 200, 9_600  # records in a round
ROUNDS = 5
RECORD = LoginFailed("p-00000001", "passkey", "not_recognised", "192.168.10.12")


def fdatasyncs(folder: Path, count: int = 300) -> float:
    """A second."""
    with (folder / "probe").open("wb", buffering=0) as probe:
        began = time.perf_counter()
        for _ in range(count):
            probe.write(bytes(4096))
            os.fdatasync(probe.fileno())
        return count / (time.perf_counter() - began)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    database = open_database(url)
    await database.create()
    keys = MemoryKeys()
    kept = {ORIGIN: keys.log_key(ORIGIN)}
    keys.log_key = kept.__getitem__  # type: ignore[method-assign]  # made once, as the broker's are
    store = Store(database, keys, FakeChance())
    async with store.tx(TENANT, MORNING) as tx:
        await tx.open_log(ORIGIN)
        await tx.append(TenantOpened("t-house", demo=False, zone="Europe/Rome"), actor=BROKER)
    gc.collect()
    gc.freeze()  # as a broker that serves
    yield store
    gc.unfreeze()
    await database.close()


async def callers(store: Store, count: int, each: int) -> tuple[float, list[float], float]:
    """(records a second, how long each waited in ms, CPU time of a record in µs)."""
    waits: list[float] = []

    async def one() -> None:
        for _ in range(each):
            began = time.perf_counter()
            await store.append(TENANT, MORNING, RECORD, actor=BROKER)
            waits.append((time.perf_counter() - began) * 1000)

    began, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(one())
    spent = (time.process_time() - cpu) / (count * each) * 1e6
    return count * each / (time.perf_counter() - began), waits, spent


async def rounds(url: str, folder: Path, per_round: int = TOGETHER) -> tuple[list[float], ...]:
    alone, together, waits, disk, cpu = [], [], [], [], []
    async with opened(url) as store:
        for _ in range(ROUNDS):
            disk.append(fdatasyncs(folder))
            alone.append((await callers(store, 1, ALONE))[0])
            rate, waited, spent = await callers(store, CALLERS, per_round // CALLERS)
            together.append(rate)
            cpu.append(spent)
            waits += waited
        await head_of(store)  # all of it adds up to the head that was signed
    return alone, together, waits, disk, cpu


def run(made: Callable[[], object]) -> object:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(made())  # type: ignore[arg-type]


def test_sqlite(figures: list[Figure], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/verbale.db"
    alone, together, waits, disk, cpu = run(lambda: rounds(url, tmp_path))  # type: ignore[misc]
    peer = Peer("fdatasync alone", Summary.of(disk))
    figures += [
        Figure("append, one caller", "records/s", Summary.of(alone), peer, (Bar("at least", 1000, "value"),)),
        Figure(
            "append, 64 callers", "records/s", Summary.of(together), peer, (Bar("at least", 15_000, "value"),)
        ),
        Figure(
            "append, 64 callers, p99", "ms", Summary.of(waits, 0.99), None, (Bar("at most", 25, "value"),)
        ),
        Figure("append, 64 callers, CPU of a record", "µs", Summary.of(cpu)),
    ]


def test_postgresql(figures: list[Figure], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgres_url")
    alone, together, waits, disk, _ = run(lambda: rounds(url, tmp_path, TOGETHER // 4))  # type: ignore[misc]
    peer = Peer("fdatasync alone", Summary.of(disk))
    figures += [
        Figure("append, one caller, PostgreSQL", "records/s", Summary.of(alone), peer),
        Figure("append, 64 callers, PostgreSQL", "records/s", Summary.of(together), peer),
        Figure("append, 64 callers, PostgreSQL, p99", "ms", Summary.of(waits, 0.99)),
    ]
