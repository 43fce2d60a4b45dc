"""Group commit: what waits shares one commit, a unit that fails is undone alone, and nobody is answered early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from audit import merkle
from audit.checkpoint import open_checkpoint
from audit.log_records import LogHeartbeat
from audit.note import VerifierKey
from audit.person_records import TenantOpened
from audit.record import BROKER
from broker.domain.refusal import Refused, Why
from broker.store import group as group_commit
from broker.store import log
from broker.store.database import SqliteDatabase, open_database
from broker.store.group import MAX_UNITS
from broker.store.growing import LogConflict
from broker.store.log import Head
from broker.store.standing import Ahead
from broker.store.tables import facts, shards
from broker.store.tx import Announcement, Store
from tests.doubles import MORNING, FakeChance, MemoryKeys

TENANT, OTHER = "t-00000001", "t-00000002"
BEAT = LogHeartbeat("2026-11-10")


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine ends groups by the clock; what is tested here ends them otherwise."""
    monkeypatch.setattr(group_commit, "MAX_S", 60.0)


async def opened(store: Store, tenant: str = TENANT) -> None:
    async with store.tx(tenant, MORNING) as tx:
        await tx.open_log(f"registro.localhost/{tenant}/2026")
        await tx.append(TenantOpened("t-house", demo=False, zone="Europe/Rome"), actor=BROKER)


async def head_of(store: Store, tenant: str = TENANT) -> Head:
    """The committed head, which is checked against signature and leaves."""
    async with store.read() as work:
        head = await log.head(work, tenant)
        assert head is not None
        leaves = await log.leaves(work, tenant, 0, head.size + 1)
        stored = await log.with_nodes(work, tenant, lambda read: merkle.root(head.size, read))
    tree = merkle.Tree()
    for leaf in leaves:
        tree.append(leaf)
    vkey = VerifierKey.log(head.origin, store.keys.log_key(head.origin).public)
    signed = open_checkpoint(head.note, vkey)
    assert (tree.size, tree.root(), stored) == (signed.size, signed.root, signed.root)
    return head


class Commits:
    """The heads that were told of: one for each commit that lengthened a log."""

    def __init__(self, store: Store) -> None:
        self.heads: list[Announcement] = []
        store.listen(self._hear)

    async def _hear(self, told: Announcement) -> None:
        if told.topic == "log":
            self.heads.append(told)


async def hold(store: Store, until: asyncio.Event, tenant: str = TENANT) -> None:
    """A unit that keeps its group open while others come to wait."""
    async with store.tx(tenant, MORNING) as tx:
        await tx.append(BEAT, actor=BROKER)
        await until.wait()


async def beat(store: Store, tenant: str = TENANT) -> int:
    async with store.tx(tenant, MORNING) as tx:
        return await tx.append(BEAT, actor=BROKER)


async def ready(count: int = 5) -> None:
    """Every task that can go on has gone on as far as it can without the database's answer."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_all_that_wait_share_one_commit_and_one_head(store: Store) -> None:
    await opened(store)
    commits, go = Commits(store), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(hold(store, go))
        await ready()
        waiting = [group.create_task(beat(store)) for _ in range(10)]
        waiting += [group.create_task(store.append(TENANT, MORNING, BEAT, actor=BROKER)) for _ in range(10)]
        await ready()
        go.set()
    assert sorted(task.result() for task in waiting) == list(range(2, 22))
    assert (await head_of(store)).size == 22
    assert commits.heads == [Announcement(TENANT, "log", "22")]


async def test_callers_who_come_again_and_again_go_on_sharing(store: Store) -> None:
    await opened(store)
    commits = Commits(store)

    async def caller() -> None:
        for _ in range(5):
            await store.append(TENANT, MORNING, BEAT, actor=BROKER)

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(caller())
    assert (await head_of(store)).size == 101
    assert len(commits.heads) <= 20


async def test_a_group_that_lasts_is_ended_by_the_clock(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(store)
    commits, go = Commits(store), asyncio.Event()
    monkeypatch.setattr(group_commit, "MAX_S", 0.0)
    async with asyncio.TaskGroup() as group:
        group.create_task(hold(store, go))
        await ready()
        for _ in range(3):
            group.create_task(beat(store))
        await ready()
        go.set()
    assert [told.id for told in commits.heads] == ["2", "3", "4", "5"]


async def test_nobody_is_answered_or_shown_anything_before_the_commit(store: Store) -> None:
    await opened(store)
    begun, go = asyncio.Event(), asyncio.Event()

    async def second() -> None:
        async with store.tx(TENANT, MORNING) as tx:
            await tx.append(BEAT, actor=BROKER)
            begun.set()
            await go.wait()

    first_may_end = asyncio.Event()
    first = asyncio.ensure_future(hold(store, first_may_end))  # noqa: TID251 - awaited below
    await ready()
    other = asyncio.ensure_future(second())  # noqa: TID251 - awaited below
    await ready()
    first_may_end.set()
    await begun.wait()
    await ready()
    assert not first.done()
    assert (await head_of(store)).size == 1
    go.set()
    await asyncio.gather(first, other)
    assert (await head_of(store)).size == 3


@pytest.mark.parametrize("lean", [False, True])
async def test_a_unit_that_fails_is_undone_alone(store: Store, *, lean: bool) -> None:
    await opened(store)
    go = asyncio.Event()

    async def failing() -> None:
        if lean:
            await store.append(TENANT, MORNING.replace(tzinfo=None), BEAT, actor=BROKER)
        async with store.tx(TENANT, MORNING) as tx:
            await tx.append(BEAT, actor=BROKER)
            await tx.change(insert(facts).values(key="gone", value="v"))
            raise ValueError("midway")

    async def stateful(n: int) -> int:
        async with store.tx(TENANT, MORNING) as tx:
            await tx.change(insert(facts).values(key=f"k{n}", value="v"))
            return await tx.append(BEAT, actor=BROKER, session="s-1")

    async with asyncio.TaskGroup() as group:
        group.create_task(hold(store, go))
        await ready()
        kept = [group.create_task(beat(store)), group.create_task(stateful(1))]
        failed = asyncio.ensure_future(failing())  # noqa: TID251 - awaited below
        await ready()
        kept += [group.create_task(beat(store)), group.create_task(stateful(2))]
        await ready()
        go.set()
    with pytest.raises(ValueError):  # for the lean one: an instant without a zone
        await failed
    assert sorted(task.result() for task in kept) == [2, 3, 4, 5]
    assert (await head_of(store)).size == 6
    async with store.read() as work:
        rows = await work.run(select(facts.c.key).order_by(facts.c.key))
        found = await log.select_leaves(work, TENANT, session="s-1")
    assert [row.key for row in rows] == ["k1", "k2"]
    assert [leaf.session_n for leaf in found] == [0, 1]


async def test_a_unit_sees_what_those_before_it_wrote(store: Store) -> None:
    await opened(store)
    go = asyncio.Event()

    async def reading() -> list[int]:
        async with store.tx(TENANT, MORNING) as tx:
            found = await log.select_leaves(tx.work, TENANT, kinds=(BEAT.KIND,))
            assert tx.size == len(found) + 1
            assert tx.head is not None
            # What is handed out from inside is the committed head, whatever becomes of the group.
            assert (tx.head.size, tx.head.note) == (1, committed.note)
            await tx.append(BEAT, actor=BROKER)
        return [leaf.n for leaf in found]

    committed = await head_of(store)
    async with asyncio.TaskGroup() as group:
        group.create_task(hold(store, go))
        await ready()
        group.create_task(store.append(TENANT, MORNING, BEAT, actor=BROKER))
        if store.database.dialect == "sqlite":
            read = group.create_task(reading())
            await ready()
            go.set()
        else:
            go.set()
            read = None
    if read is not None:
        assert read.result() == [1, 2]
    assert (await head_of(store)).size == (4 if read else 3)


async def test_a_commit_that_fails_fails_for_all(tmp_path: Path) -> None:
    """Another program holds the file's end: nothing of the group is there, and the log goes on after it."""
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    store = Store(database, MemoryKeys(), FakeChance())
    await opened(store)
    commits, go = Commits(store), asyncio.Event()
    true, broken = database._wire.commit, [True]

    async def commit() -> None:
        if broken.pop():
            broken.append(False)
            # As a full disk would: SQLite itself ends the transaction.
            database._wire._raw.execute("ROLLBACK")
        await true()

    database._wire.commit = commit  # type: ignore[method-assign]
    tasks = [asyncio.ensure_future(hold(store, go))]  # noqa: TID251 - awaited below
    await ready()
    tasks += [asyncio.ensure_future(beat(store)) for _ in range(3)]  # noqa: TID251
    tasks += [asyncio.ensure_future(store.append(TENANT, MORNING, BEAT, actor=BROKER))]  # noqa: TID251
    await ready()
    go.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in outcomes] == [Refused] * 5
    assert {one.why for one in outcomes if isinstance(one, Refused)} == {Why.LOG_UNAVAILABLE}
    assert not commits.heads
    assert (await head_of(store)).size == 1
    assert await beat(store) == 1
    assert (await head_of(store)).size == 2
    await database.close()


async def test_a_transaction_that_the_database_ended_fails_whole(tmp_path: Path) -> None:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    store = Store(database, MemoryKeys(), FakeChance())
    await opened(store)
    go = asyncio.Event()

    async def ending() -> None:
        async with store.tx(TENANT, MORNING) as tx:
            await tx.mark(insert(facts).values(key="k", value="v"))
            database._wire._raw.execute("ROLLBACK")
            raise ValueError("the disk is full")

    tasks = [asyncio.ensure_future(hold(store, go))]  # noqa: TID251 - awaited below
    await ready()
    tasks += [asyncio.ensure_future(ending()), asyncio.ensure_future(beat(store))]  # noqa: TID251
    await ready()
    go.set()
    first, second, third = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, Refused)
    assert isinstance(second, ValueError)
    assert third is None or isinstance(third, int)  # it came into the next group
    assert (await head_of(store)).size == 2
    await database.close()


async def test_another_writer_on_the_log_is_noticed(store: Store) -> None:
    """The head moves by compare-and-swap: who was overtaken commits nothing."""
    await opened(store)

    async def overtaken() -> None:
        async with store.tx(TENANT, MORNING) as tx:
            await tx.append(BEAT, actor=BROKER)
            await tx.work.change(shards.update().values(size=7))

    with pytest.raises(LogConflict):
        await overtaken()
    assert (await head_of(store)).size == 1
    assert await beat(store) == 1


@pytest.mark.parametrize("lean", [False, True])
async def test_whoever_goes_away_leaves_no_turn_unused(store: Store, *, lean: bool) -> None:
    await opened(store)
    go = asyncio.Event()
    first = asyncio.ensure_future(hold(store, go))  # noqa: TID251 - awaited below
    await ready()
    work = store.append(TENANT, MORNING, BEAT, actor=BROKER) if lean else beat(store)
    waiting = asyncio.ensure_future(work)  # noqa: TID251 - awaited below
    await ready()
    waiting.cancel()
    go.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await waiting
    first, second = (asyncio.ensure_future(beat(store)) for _ in range(2))  # noqa: TID251
    await ready(1)
    second.cancel()  # perhaps just as the turn is given to it
    await first
    await asyncio.gather(second, return_exceptions=True)
    assert await beat(store) == (await head_of(store)).size - 1


async def test_logs_do_not_mix_in_a_group(store: Store) -> None:
    await opened(store)
    await opened(store, OTHER)
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(beat(store))
            group.create_task(store.append(OTHER, MORNING, BEAT, actor=BROKER))
    assert (await head_of(store)).size == (await head_of(store, OTHER)).size == 21


async def test_a_group_is_bounded(tmp_path: Path) -> None:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    store = Store(database, MemoryKeys(), FakeChance())
    await opened(store)
    commits, go = Commits(store), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(hold(store, go))
        await ready()
        for _ in range(MAX_UNITS + 1):
            group.create_task(store.append(TENANT, MORNING, BEAT, actor=BROKER))
        await ready()
        go.set()
    assert (await head_of(store)).size == MAX_UNITS + 3
    assert len(commits.heads) >= 2
    await database.close()


async def test_a_reader_is_not_kept_waiting_by_a_group(tmp_path: Path) -> None:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    store = Store(database, MemoryKeys(), FakeChance())
    await opened(store)
    async with store.tx(TENANT, MORNING) as tx:
        await tx.append(BEAT, actor=BROKER)
        assert (await head_of(store)).size == 1
    async with store.read() as work:
        with pytest.raises(TypeError):
            work.later(facts, [("k", "v")])
    with pytest.raises(Refused):
        async with store.read() as work:
            await work.run(text("DELETE FROM entries"))
    assert (await head_of(store)).size == 2
    await database.close()


async def test_one_who_is_cancelled_in_a_query_takes_no_other_along(postgres_url: str) -> None:
    """PostgreSQL drops the connection he was using: the others are refused or kept, and never cancelled."""
    database = open_database(postgres_url)
    await database.create()
    store = Store(database, MemoryKeys(), FakeChance())
    await opened(store)
    asking, go = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with store.tx(TENANT, MORNING) as tx:
            await tx.append(BEAT, actor=BROKER)
            asking.set()
            await tx.run(text("SELECT pg_sleep(60)"))

    first = asyncio.ensure_future(hold(store, go))  # noqa: TID251 - awaited below
    await asyncio.sleep(0.2)
    tasks = [asyncio.ensure_future(slow()), asyncio.ensure_future(beat(store))]  # noqa: TID251
    await ready()
    go.set()
    await asyncio.wait_for(asking.wait(), 60)
    await asyncio.sleep(0.2)
    tasks[0].cancel()
    kept, cancelled, after = await asyncio.wait_for(asyncio.gather(first, *tasks, return_exceptions=True), 60)
    assert isinstance(cancelled, asyncio.CancelledError)
    for one in (kept, after):
        assert one is None or isinstance(one, int | Refused), one
    size = 1 + sum(not isinstance(one, Refused) for one in (kept, after))
    assert (await head_of(store)).size == size
    assert await beat(store) == size
    await database.close()


async def test_one_who_is_cancelled_while_he_commits_commits(postgres_url: str) -> None:
    database = open_database(postgres_url)
    await database.create()
    store = Store(database, MemoryKeys(), FakeChance())
    await opened(store)
    for turns in range(1, 30, 2):
        task = asyncio.ensure_future(beat(store))  # noqa: TID251 - awaited below
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    head = await head_of(store)  # what it says is what is there, whenever they were cancelled
    assert await beat(store) == head.size
    await database.close()


async def test_a_stopped_log_undoes_its_own_unit_alone(store: Store) -> None:
    """Its witnesses hold more: the other log in the same group is written."""
    await opened(store)
    await opened(store, OTHER)
    go = asyncio.Event()
    store.standing.found(OTHER, Ahead("h-1", 99, forked=False))
    async with asyncio.TaskGroup() as group:
        held = group.create_task(hold(store, go))
        await ready()
        stopped = [
            group.create_task(_refused(beat(store, OTHER))),
            group.create_task(_refused(store.append(OTHER, MORNING, BEAT, actor=BROKER))),
        ]
        await ready()
        go.set()
    assert held.done()
    assert [task.result() for task in stopped] == [Why.LOG_BEHIND, Why.LOG_BEHIND]
    assert ((await head_of(store)).size, (await head_of(store, OTHER)).size) == (2, 1)


async def test_a_log_found_to_be_behind_before_the_commit_signs_nothing(store: Store) -> None:
    """Its unit had ended well; the group that it shared is asked to come again."""
    await opened(store)
    go = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        held = group.create_task(_refused(hold(store, go)))
        await ready()
        last = group.create_task(_refused(_stopped_meanwhile(store)))
        await ready()
        go.set()
    assert (held.result(), last.result()) == (Why.LOG_UNAVAILABLE, Why.LOG_UNAVAILABLE)
    assert (await head_of(store)).size == 1
    assert await _refused(beat(store)) is Why.LOG_BEHIND


async def _stopped_meanwhile(store: Store) -> None:
    """A unit that only marks, in whose time a witness is heard."""
    async with store.tx(TENANT, MORNING, records=False):
        store.standing.found(TENANT, Ahead("h-1", 99, forked=True))


async def _refused(work: Awaitable[object]) -> Why | None:
    try:
        await work
    except Refused as no:
        return no.why
    return None


async def test_whoever_needs_the_file_alone_has_his_turn_between_two_groups(store: Store) -> None:
    if not isinstance(store.database, SqliteDatabase):
        return  # PostgreSQL writes tables anew beside its writers
    await opened(store)
    commits, go = Commits(store), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(hold(store, go))
        await ready()
        group.create_task(store.database.scrub(()))
        await ready()
        group.create_task(beat(store))
        await ready()
        go.set()
    assert (await head_of(store)).size == 3
    assert [told.id for told in commits.heads] == ["2", "3"]
