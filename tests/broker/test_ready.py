"""The copy of a world is the world: row for row, and with the same chance to come."""

from __future__ import annotations

from dataclasses import fields

from broker.parts import Parts
from tests.broker import ready
from tests.broker.world import World, new_host


async def test_a_copy_is_what_making_it_again_would_give(parts: Parts) -> None:
    key = await ready.key(parts)
    assert key is not None
    made = await World.made(parts)
    rows, heads = await ready.written(parts), dict(parts.store._edges)
    drawn = parts.chance._drawn, parts.store.chance._drawn
    await ready.keep(key, made.of(parts), parts)
    assert await ready.key(parts) is None  # it is no empty broker any more

    async with parts.store.database.work() as group:
        for table, _ in reversed(rows):
            await group.change(table.delete())
    parts.store._edges.clear()
    parts.chance._drawn = parts.store.chance._drawn = 0
    assert await ready.key(parts) == key
    copy = await World.make(parts)
    assert await ready.written(parts) == rows
    assert dict(parts.store._edges) == heads
    assert (parts.chance._drawn, parts.store.chance._drawn) == drawn
    assert all(getattr(copy, f.name) == getattr(made, f.name) for f in fields(World))

    host, _ = await new_host(parts, copy.titolare, "srv-nuovo")  # and life goes on
    assert host.label == "srv-nuovo"
