"""One transaction = state + records: together or not at all, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row, insert, select
from sqlalchemy.sql.base import Executable

from audit import merkle
from audit.checkpoint import open_checkpoint
from audit.commitment import Opening
from audit.estate_records import HostRevoked
from audit.leaf import Leaf
from audit.log_records import LogHeartbeat
from audit.note import VerifierKey
from audit.person_records import PersonAdmitted, TenantOpened
from audit.record import BROKER
from broker.store import log, openings
from broker.store.database import Work
from broker.store.growing import LogConflict
from broker.store.tables import evidence, facts
from broker.store.tx import Announcement, Store, UnrecordedChange
from tests.doubles import MORNING

TENANT = "t-00000001"
ORIGIN = f"registro.localhost/{TENANT}/2026"
ADMITTED = PersonAdmitted("p-00000001", "ads", TENANT)  # a kind that has an opening


async def opened(store: Store, tenant: str = TENANT) -> None:
    async with store.tx(tenant, MORNING) as tx:
        await tx.open_log(f"registro.localhost/{tenant}/2026")
        await tx.append(TenantOpened("t-house", demo=False, zone="Europe/Rome"), actor=BROKER)


async def beat(store: Store, day: str, tenant: str = TENANT) -> int:
    async with store.tx(tenant, MORNING) as tx:
        return await tx.append(LogHeartbeat(day), actor=BROKER)


async def test_records_and_head_commit_together(store: Store) -> None:
    await opened(store)
    for day in range(1, 20):
        assert await beat(store, f"2026-11-{day:02d}") == day
    async with store.read() as work:
        head = await log.head(work, TENANT)
        leaves = await log.leaves(work, TENANT, 0, 100)
    assert head is not None
    tree = merkle.Tree()
    for leaf in leaves:
        tree.append(leaf)
    assert (head.size, head.root) == (20, tree.root())
    vkey = VerifierKey.log(ORIGIN, store.keys.log_key(ORIGIN).public)
    assert open_checkpoint(head.note, vkey).size == 20
    assert [Leaf.parse(leaf).n for leaf in leaves] == list(range(20))


async def test_every_proof_of_the_store_checks(store: Store) -> None:
    await opened(store)
    for day in range(1, 14):
        await beat(store, f"2026-11-{day:02d}")
    async with store.read() as work:
        head = await log.head(work, TENANT)
        assert head is not None
        for n in range(head.size):
            leaf = await log.leaf_bytes(work, TENANT, n)
            assert leaf is not None
            path = await log.inclusion(work, TENANT, n, head.size)
            assert merkle.check_inclusion(merkle.leaf_hash(leaf), n, head.size, path, head.root)
        for old in range(1, head.size):
            root = await log.with_nodes(work, TENANT, lambda read, old=old: merkle.root(old, read))
            proof = await log.consistency(work, TENANT, old, head.size)
            assert merkle.check_consistency(old, head.size, proof, root, head.root)


async def test_a_change_without_a_record_does_not_commit(store: Store) -> None:
    await opened(store)
    with pytest.raises(UnrecordedChange):
        async with store.tx(TENANT, MORNING) as tx:
            await tx.change(insert(facts).values(key="k", value="v"))
    async with store.read() as work:
        assert not await work.run(select(facts))


async def test_a_failing_case_leaves_neither_state_nor_record(store: Store) -> None:
    await opened(store)

    async def failing() -> None:
        async with store.tx(TENANT, MORNING) as tx:
            await tx.change(insert(facts).values(key="k", value="v"))
            await tx.append(HostRevoked("h-1", "lost"), actor=BROKER, proof=[("note", b"bytes")])
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        await failing()
    async with store.read() as work:
        assert not await work.run(select(facts))
        assert not await work.run(select(evidence))
        head = await log.head(work, TENANT)
    assert head is not None
    assert head.size == 1


async def test_nothing_is_recorded_where_no_log_is_open(store: Store) -> None:
    with pytest.raises(LogConflict):
        async with store.tx("t-nobody", MORNING) as tx:
            await tx.append(LogHeartbeat("2026-11-01"), actor=BROKER)


async def test_bookkeeping_alone_commits_without_a_record(store: Store) -> None:
    await opened(store)
    async with store.tx(TENANT, MORNING) as tx:
        await tx.mark(insert(facts).values(key="k", value="v"))
    async with store.read() as work:
        assert len(await work.run(select(facts))) == 1
        head = await log.head(work, TENANT)
    assert head is not None
    assert head.size == 1


async def test_session_numbers_have_no_gap_and_tenants_do_not_mix(store: Store) -> None:
    await opened(store)
    await opened(store, "t-00000002")
    for _ in range(3):
        for session in ("s-1", "s-2"):
            async with store.tx(TENANT, MORNING) as tx:
                await tx.append(LogHeartbeat("2026-11-01"), actor=BROKER, session=session)
    async with store.read() as work:
        found = await log.select_leaves(work, TENANT, session="s-2")
        other = await log.select_leaves(work, "t-00000002", session="s-2")
    assert [leaf.session_n for leaf in found] == [0, 1, 2]
    assert not other


async def test_writers_of_one_log_take_turns(store: Store) -> None:
    """Sixteen at once: every record is there, none twice."""
    await opened(store)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(beat(store, f"2026-12-{n:02d}")) for n in range(1, 17)]
    assert sorted(task.result() for task in tasks) == list(range(1, 17))


async def test_listeners_hear_after_the_commit_only(store: Store) -> None:
    heard: list[Announcement] = []

    async def listen(announcement: Announcement) -> None:
        async with store.read() as work:  # the commit is over: others may use the database
            await log.head(work, TENANT)
        heard.append(announcement)

    store.listen(listen)
    await opened(store)
    assert heard == [Announcement(TENANT, "log", "1")]

    async def failing() -> None:
        async with store.tx(TENANT, MORNING) as tx:
            tx.announce("session", "s-1")
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        await failing()
    assert len(heard) == 1


async def test_openings_are_sealed_and_bound_to_their_place(store: Store) -> None:
    await opened(store)
    secret = Opening(bytes(32), {"incident_text": "la stampante di nonna"})
    async with store.tx(TENANT, MORNING) as tx:
        n = await tx.append(ADMITTED, actor=BROKER, opening=secret, subject="r-1")
    wrapping = store.keys.wrapping_key()
    async with store.read() as work:
        assert await openings.get(work, TENANT, n, wrapping) == secret
        assert await openings.get(work, TENANT, n + 1, wrapping) is None
        assert openings.unsealed(await openings.below(work, TENANT, n + 1), wrapping) == {n: secret}
        rows = await work.run(select(openings.openings))
        leaf = Leaf.parse(await log.leaf_bytes(work, TENANT, n) or b"")
    assert leaf.sealed == secret.commitment
    assert b"nonna" not in bytes(rows[0].sealed)
    assert len(bytes(rows[0].sealed)) % 256 == 28  # nonce and tag around a padded text


class Counted:
    """A transaction whose queries are counted."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.queries = 0

    async def run(self, statement: Executable) -> Sequence[Row[Any]]:
        self.queries += 1
        return await self.work.run(statement)

    async def change(self, statement: Executable) -> int:
        return await self.work.change(statement)


async def test_a_thousand_openings_are_one_question_to_the_database(store: Store) -> None:
    """A bundle asks for all of them, and everybody else waits for the one connection meanwhile."""
    await opened(store)
    kept: dict[int, Opening] = {}
    async with store.tx(TENANT, MORNING) as tx:
        for number in range(12):
            secret = Opening(number.to_bytes(32, "big"), {"reason": str(number)})
            n = await tx.append(ADMITTED, actor=BROKER, opening=secret, subject=f"r-{number % 3}")
            kept[n] = secret
    async with store.read() as work:
        counted = Counted(work)
        sealed = await openings.below(counted, TENANT, max(kept) + 1)
    assert counted.queries == 1
    assert openings.unsealed(sealed, store.keys.wrapping_key()) == kept


async def test_an_opening_whose_key_was_destroyed_is_gone(store: Store) -> None:
    await opened(store)
    async with store.tx(TENANT, MORNING) as tx:
        n = await tx.append(ADMITTED, actor=BROKER, opening=Opening(bytes(32), "testo"), subject="r-1")
    async with store.tx(TENANT, MORNING) as tx:
        await tx.mark(openings.subject_keys.delete())
    async with store.read() as work:
        assert await openings.get(work, TENANT, n, store.keys.wrapping_key()) is None


async def test_an_altered_opening_is_said_to_be_altered(store: Store) -> None:
    await opened(store)
    async with store.tx(TENANT, MORNING) as tx:
        n = await tx.append(ADMITTED, actor=BROKER, opening=Opening(bytes(32), "testo"), subject="r-1")
    async with store.tx(TENANT, MORNING) as tx:
        await tx.mark(openings.openings.update().values(sealed=bytes(300)))
    async with store.read() as work:
        with pytest.raises(ValueError, match="altered"):
            await openings.get(work, TENANT, n, store.keys.wrapping_key())
