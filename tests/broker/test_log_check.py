"""A stored log against its own head: what was touched is found, that log is closed, the others go on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update

from audit.estate_records import HostRevoked
from audit.log_records import LogHeartbeat
from audit.person_records import TenantOpened
from audit.record import BROKER
from broker.cases.check_logs import SENTENCES, check_all, check_completely
from broker.cases.setup import make_setup_secret
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import log
from broker.store.log_check import BATCH, LAST, Flaw, FullCheck, Unsound, quick
from broker.store.tables import entries, evidence, nodes, shards
from broker.store.tx import Store
from tests.broker.world import World
from tests.doubles import MORNING, MemoryKeys

TENANT = "t-00000001"
MANY = LAST + 44


async def filled(store: Store, count: int = MANY) -> None:
    async with store.tx(TENANT, MORNING) as tx:
        await tx.open_log(f"registro.localhost/{TENANT}/2026")
        await tx.append(TenantOpened("t-house", demo=False, zone="Europe/Rome"), actor=BROKER)
        for n in range(count - 2):
            await tx.append(LogHeartbeat(f"2026-11-{n % 28 + 1:02d}"), actor=BROKER)
        await tx.append(HostRevoked("h-1", "lost"), actor=BROKER, proof=[("note", b"bytes")])


async def judged(store: Store, *, completely: bool) -> Flaw | None:
    keys = store.keys
    try:
        async with store.read() as work:
            check = await FullCheck.begin(work, TENANT, keys) if completely else None
            if check is None:
                await quick(work, TENANT, keys)
            while check is not None and await check.step(work):
                pass
    except Unsound as no:
        return no.flaw
    return None


@pytest.mark.parametrize("count", [2, 3, LAST, LAST + 1, BATCH + 7])
async def test_a_sound_log_is_sound_at_every_length(store: Store, count: int) -> None:
    await filled(store, count)
    assert await judged(store, completely=False) is None
    assert await judged(store, completely=True) is None


_OTHER_KEY = MemoryKeys(b"others").log_key(f"registro.localhost/{TENANT}/2026")
_OF = entries.c.tenant == TENANT
TOUCHED = {
    "no head": (delete(shards), Flaw.HEAD_MISSING),
    "a head that somebody else signed": (
        update(shards).values(
            checkpoint=log.signed_head(f"registro.localhost/{TENANT}/2026", 5, bytes(32), _OTHER_KEY).note
        ),
        Flaw.SIGNATURE,
    ),
    "no note": (update(shards).values(checkpoint=b"x"), Flaw.SIGNATURE),
    "another size beside the note": (update(shards).values(size=MANY - 1), Flaw.HEAD_DIFFERS),
    "a record too few": (delete(entries).where(_OF, entries.c.n == MANY - 1), Flaw.LENGTH),
    "a hole": (delete(entries).where(_OF, entries.c.n == MANY - 9), Flaw.LENGTH),
    "a node too many": (
        insert(nodes).values(tenant=TENANT, level=0, place=MANY, hash=bytes(32)),
        Flaw.LENGTH,
    ),
    "an edge that is another": (
        update(nodes).where(nodes.c.level == 8).values(hash=bytes(32)),
        Flaw.TREE,
    ),
    "an edge that is gone": (delete(nodes).where(nodes.c.level == 8), Flaw.TREE),
    "a leaf's hash": (update(nodes).where(nodes.c.place == MANY - 2).values(hash=bytes(32)), Flaw.TREE),
    "a record that is none": (
        update(entries).where(entries.c.n == MANY - 3).values(leaf=b"{}"),
        Flaw.RECORD,
    ),
    "a record filed wrong": (
        update(entries).where(entries.c.n == MANY - 3).values(kind="log.gap"),
        Flaw.RECORD,
    ),
    "evidence altered": (update(evidence).values(data=b"bites"), Flaw.EVIDENCE),
    "evidence gone": (delete(evidence), Flaw.EVIDENCE),
}


@pytest.mark.parametrize("what", TOUCHED)
async def test_what_was_touched_is_found_at_the_start(store: Store, what: str) -> None:
    statement, flaw = TOUCHED[what]
    await filled(store)
    async with store.database.work() as work:
        await work.change(statement)
    assert await judged(store, completely=False) is flaw
    assert await judged(store, completely=True) is flaw


async def test_only_the_full_check_looks_at_what_is_far_back(store: Store) -> None:
    await filled(store)
    async with store.read() as work:
        leaf = await log.leaf_bytes(work, TENANT, 3)
    assert leaf is not None
    async with store.database.work() as work:
        await work.change(
            update(entries).where(entries.c.n == 3).values(leaf=leaf.replace(b'"day":"2026', b'"day":"2025'))
        )
    assert await judged(store, completely=False) is None
    assert await judged(store, completely=True) is Flaw.TREE
    async with store.database.work() as work:
        await work.change(update(entries).where(entries.c.n == 3).values(leaf=leaf))
        await work.change(update(nodes).where(nodes.c.level == 1, nodes.c.place == 2).values(hash=bytes(32)))
    assert await judged(store, completely=True) is Flaw.TREE


def test_every_flaw_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Flaw)


async def test_the_log_that_fails_is_closed_and_the_others_go_on(parts: Parts) -> None:
    world = await World.make(parts)
    assert all(one.wrong is None for one in await check_all(parts))
    async with parts.store.database.work() as work:
        last = (await work.run(select(shards.c.size).where(shards.c.tenant == world.tenant)))[0].size - 1
        await work.change(
            update(nodes)
            .where(nodes.c.tenant == world.tenant, nodes.c.level == 0, nodes.c.place == last)
            .values(hash=bytes(32))
        )
    found = {one.tenant: one.wrong for one in await check_all(parts)}
    assert found[world.house] is None
    assert found[world.tenant] is not None
    assert "chiuso" in found[world.tenant]
    assert parts.store.is_closed(world.tenant)
    for write in (
        parts.store.append(world.tenant, MORNING, LogHeartbeat("2026-11-10"), actor=BROKER),
        parts.store.tx(world.tenant, MORNING).__aenter__(),
    ):
        with pytest.raises(Refused) as no:
            await write
        assert no.value.why is Why.LOG_CLOSED
    before = await parts.store.append(world.house, MORNING, LogHeartbeat("2026-11-10"), actor=BROKER)
    assert before > 0


async def test_a_key_that_is_another_closes_the_log(parts: Parts) -> None:
    world = await World.make(parts)
    other = replace(parts, keys=MemoryKeys(b"restored from somewhere else"))
    found = await check_all(other)
    assert {one.tenant for one in found if one.wrong} == {world.house, world.tenant}


async def test_the_full_check_of_one_or_all(parts: Parts) -> None:
    world = await World.make(parts)
    everybody = await check_completely(parts, None)
    assert [one.tenant for one in everybody] == [world.house, world.tenant]
    assert all(one.wrong is None and one.size > 0 for one in everybody)
    assert await check_completely(parts, world.tenant) == everybody[1:]
    with pytest.raises(Refused):
        await check_completely(parts, "t-nobody")


async def test_before_set_up_there_is_nothing_to_check(parts: Parts) -> None:
    assert await make_setup_secret(parts) is not None
    assert await check_all(parts) == []
