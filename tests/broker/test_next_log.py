"""One log after the other: the year's turn, a key changed on demand, and what stands in the records of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from audit import merkle
from audit.checkpoint import open_checkpoint
from audit.leaf import Leaf
from audit.log_records import KeyRotated, LogHeartbeat, ShardOpened
from audit.note import VerifierKey
from audit.person_records import TenantOpened
from audit.record import BROKER
from broker.domain.refusal import Refused, Why
from broker.store import log, next_log, shards
from broker.store.database import Work
from broker.store.log_check import Flaw, FullCheck, Unsound, quick
from broker.store.tables import closed_shards, tenants
from broker.store.tx import Store

TENANT = "t-00000001"
PLACE = f"registro.localhost/{TENANT}"
ZONE = "Europe/Rome"
TURN = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # midnight in Rome
BEFORE, AFTER = TURN - timedelta(minutes=10), TURN + timedelta(minutes=10)


@pytest.fixture
async def tenant(store: Store) -> str:
    async with store.tx(TENANT, BEFORE - timedelta(days=30)) as tx:
        await tx.change(
            insert(tenants).values(
                id=TENANT, kind="customer", name="A", details="{}", zone=ZONE, demo=False, opened="2026"
            )
        )
        await tx.open_log(f"{PLACE}/2026", shards.year_end(BEFORE, ZONE))
        await tx.append(TenantOpened("t-house", demo=False, zone=ZONE), actor=BROKER)
    return TENANT


async def beat(store: Store, at: datetime) -> int:
    async with store.tx(TENANT, at) as tx:
        return await tx.append(LogHeartbeat("2026-12-31"), actor=BROKER)


async def turned(store: Store, reason: next_log.Reason, at: datetime = BEFORE) -> None:
    async with store.tx(TENANT, at) as tx:
        await next_log.open_next(tx, tx.grown, reason)


async def leaves(work: Work) -> list[Leaf]:
    head = await log.head(work, TENANT)
    assert head is not None
    return [Leaf.parse(one) for one in await log.leaves(work, TENANT, 0, head.size)]


async def test_the_first_record_after_midnight_opens_the_next_log(store: Store, tenant: str) -> None:
    await beat(store, BEFORE)
    assert await beat(store, AFTER) == 4, "a record keeps its number in the tenant's one tree"
    async with store.read() as work:
        head = await log.head(work, tenant)
        (old,) = await shards.closed(work, tenant)
        found = await leaves(work)
        proof = await log.consistency(work, tenant, old.head.size, head.size) if head else []
        kept = {e.kind for e in found[3].evidence}
    assert head is not None
    assert (head.origin, head.since, head.ends) == (f"{PLACE}/2027", 3, TURN.replace(year=2027))
    assert [leaf.record.KIND for leaf in found[2:]] == ["key.rotated", "shard.opened", "log.heartbeat"]
    announced, opened = found[2].record, found[3].record
    assert isinstance(announced, KeyRotated)
    assert isinstance(opened, ShardOpened)
    assert announced.key == shards.vkey(store.keys, head.origin).text
    assert (opened.key, opened.root) == (shards.vkey(store.keys, old.origin).text, old.head.root.hex())
    assert kept == {"head"}
    last = open_checkpoint(old.head.note, VerifierKey.parse(opened.key))
    assert (last.origin, last.size) == (f"{PLACE}/2026", 3)
    assert open_checkpoint(head.note, VerifierKey.parse(announced.key)).size == 5
    assert merkle.check_consistency(3, 5, proof, old.head.root, head.root)


async def test_one_midnight_is_that_of_the_tenant(store: Store, tenant: str) -> None:
    await beat(store, TURN - timedelta(milliseconds=1))
    async with store.read() as work:
        assert await shards.closed(work, tenant) == []
    await store.append(tenant, TURN, LogHeartbeat("2027-01-01"), actor=BROKER)
    async with store.read() as work:
        assert [s.origin for s in await shards.chain(work, tenant)] == [f"{PLACE}/2026", f"{PLACE}/2027"]
    assert shards.year_end(BEFORE, "America/New_York") == datetime(2027, 1, 1, 5, 0, tzinfo=UTC)


async def test_a_failed_unit_turns_nothing_and_the_next_one_does(store: Store, tenant: str) -> None:
    async def failing() -> None:
        async with store.tx(tenant, AFTER) as tx:
            await tx.append(LogHeartbeat("2027-01-01"), actor=BROKER)
            raise Refused(Why.BAD_INPUT, field="x")

    with pytest.raises(Refused):
        await failing()
    async with store.read() as work:
        assert await shards.closed(work, tenant) == []
    await beat(store, AFTER)
    async with store.read() as work:
        assert len(await shards.closed(work, tenant)) == 1
        assert [leaf.n for leaf in await leaves(work)] == [0, 1, 2, 3]


async def test_an_announced_key_is_the_one_that_is_used(store: Store, tenant: str) -> None:
    async with store.tx(tenant, BEFORE) as tx:
        origin = await next_log.announce(tx, tx.grown, "year")
    assert origin == f"{PLACE}/2027"
    await beat(store, AFTER)
    async with store.read() as work:
        kinds = [leaf.record.KIND for leaf in await leaves(work)]
    assert kinds == ["tenant.opened", "key.rotated", "shard.opened", "log.heartbeat"]


async def test_a_key_is_changed_on_demand_and_a_name_never_used_twice(store: Store, tenant: str) -> None:
    async with store.tx(tenant, BEFORE) as tx:
        await next_log.announce(tx, tx.grown, "year")
    await turned(store, "key")
    await turned(store, "key")
    await beat(store, AFTER)
    await beat(store, AFTER + timedelta(days=800))
    async with store.read() as work:
        chain = await shards.chain(work, tenant)
        found = await leaves(work)
    labels = [s.origin.rpartition("/")[2] for s in chain]
    assert labels == ["2026", "2026b", "2026c", "2027b", "2029"], "2027 was announced under the key given up"
    assert len({shards.vkey(store.keys, s.origin).text for s in chain}) == 5
    opened = [leaf.record.reason for leaf in found if isinstance(leaf.record, ShardOpened)]
    assert opened == ["key", "key", "year", "year"]


async def test_a_year_slept_through_is_passed_over(store: Store, tenant: str) -> None:
    async with store.tx(tenant, BEFORE) as tx:
        await next_log.announce(tx, tx.grown, "year")
    await beat(store, AFTER + timedelta(days=400))
    async with store.read() as work:
        (last,) = (await shards.chain(work, tenant))[1:]
    assert last.origin == f"{PLACE}/2028"


async def test_earlier_heads_are_signed_as_they_were(store: Store, tenant: str) -> None:
    await beat(store, BEFORE)
    async with store.read() as work:
        then = await log.head(work, tenant)
    await beat(store, AFTER)
    async with store.read() as work:
        head = await log.head(work, tenant)
        assert head is not None
        assert then is not None
        again = await shards.signed_at(work, tenant, head, then.size, store.keys)
        now = await shards.signed_at(work, tenant, head, head.size, store.keys)
    assert (again.note, now.note) == (then.note, head.note)


@pytest.mark.parametrize("at", ["signature", "root"])
async def test_the_check_at_the_start_looks_at_closed_logs_too(store: Store, tenant: str, at: str) -> None:
    await beat(store, BEFORE)
    await beat(store, AFTER)
    async with store.read() as work:
        assert (await quick(work, tenant, store.keys)).size == 5
        check = await FullCheck.begin(work, tenant, store.keys)
        assert not await check.step(work)
        (old,) = await shards.closed(work, tenant)
    other = log.signed_head(old.origin, old.head.size, bytes(32), store.keys.log_key(old.origin))
    change = (
        {"root": other.root, "checkpoint": other.note} if at == "root" else {"checkpoint": other.note[:-9]}
    )
    async with store.tx(tenant, AFTER, records=False) as tx:
        await tx.mark(update(closed_shards).values(**change))
    async with store.read() as work:
        with pytest.raises(Unsound) as no:
            await quick(work, tenant, store.keys)
    assert no.value.flaw is (Flaw.TREE if at == "root" else Flaw.SIGNATURE)
