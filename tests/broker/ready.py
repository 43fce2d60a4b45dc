"""A world made once in this process; every broker that would make the same one is given a copy.

All doubles are told what to say, so the second making would write the first one's rows again, word for
word (`test_ready`). A broker whose parts are other than these doubles, or of whom anything was asked
before, has no `key` and makes its own.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Table, text

from broker.parts import Parts
from broker.store.growing import Growing
from broker.store.tables import metadata, outbox
from tests.doubles import FakeChance, FakeClock, MemoryKeys

W = TypeVar("W")
Rows = list[tuple[Table, list[tuple[Any, ...]]]]
ANY_ROW = " OR ".join(f'EXISTS (SELECT 1 FROM "{table.name}")' for table in metadata.sorted_tables)
_made: dict[Hashable, Made[Any]] = {}


@dataclass(frozen=True)
class Made(Generic[W]):
    world: W
    rows: Rows
    edges: dict[str, Growing]
    drawn: tuple[int, int]


async def key(parts: Parts) -> Hashable | None:
    """All that the making depends on."""
    clock, chance, keys, store = parts.clock, parts.chance, parts.keys, parts.store
    doubles = isinstance(clock, FakeClock) and isinstance(keys, MemoryKeys) and isinstance(chance, FakeChance)
    if not (doubles and isinstance(store.chance, FakeChance) and not store._listeners):
        return None
    async with store.read() as work:
        if (await work.run(text(f"SELECT {ANY_ROW}")))[0][0]:
            return None
    return (
        store.database.dialect, clock.at, keys._seed, chance._seed, chance._drawn, store.chance._seed,
        store.chance._drawn, replace(parts.settings, state=Path(), database=""),
    )  # fmt: skip


async def written(parts: Parts) -> Rows:
    """All rows of all tables."""
    async with parts.store.read() as work:
        return [
            (table, [tuple(row) for row in await work.run(text(f'SELECT * FROM "{table.name}"'))])
            for table in metadata.sorted_tables
        ]


def held(of: Hashable) -> Made[Any] | None:
    return _made.get(of)


async def keep(of: Hashable, world: W, parts: Parts) -> None:
    rows = await written(parts)
    assert not dict(rows)[outbox]  # their numbers are the database's own, and would not be copied
    edges = {tenant: grown.copy() for tenant, grown in parts.store._edges.items()}
    _made[of] = Made(world, rows, edges, (parts.chance._drawn, parts.store.chance._drawn))  # type: ignore[attr-defined]


async def give(made: Made[W], parts: Parts) -> None:
    """The parts as if the world had been made with them."""
    async with parts.store.database.work() as group:
        for table, rows in made.rows:
            if rows:
                group.later(table, rows)
    parts.store._edges.update({tenant: grown.copy() for tenant, grown in made.edges.items()})
    parts.chance._drawn, parts.store.chance._drawn = made.drawn  # type: ignore[attr-defined]
