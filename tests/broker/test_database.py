"""A database that is away is an answer with a sentence, and works again as soon as it is back."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError

from broker import app
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store.database import Database, SqliteDatabase, open_database
from broker.store.tables import facts
from broker.store.tx import Store
from tests.broker.world import World
from web.mount import mount


async def write(database: Database, key: str) -> None:
    async with database.work() as work:
        await work.change(insert(facts).values(key=key, value="v"))


async def unavailable(database: Database, key: str = "k") -> None:
    with pytest.raises(Refused) as no:
        await write(database, key)
    assert no.value.why is Why.LOG_UNAVAILABLE


async def test_connections_that_died_while_idle_are_made_anew(postgres_url: str) -> None:
    database, other = open_database(postgres_url), open_database(postgres_url)
    await database.create()
    await write(database, "before")
    async with other.work() as work:
        killed = await work.run(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert killed
    await write(database, "after")
    await database.close()
    await other.close()


async def test_a_connection_that_dies_in_a_transaction_is_refused(postgres_url: str) -> None:
    database, other = open_database(postgres_url), open_database(postgres_url)
    await database.create()

    async def cut() -> None:
        async with database.work() as work:
            pid = (await work.run(text("SELECT pg_backend_pid() AS pid")))[0].pid
            async with other.work() as killer:
                await killer.run(text(f"SELECT pg_terminate_backend({int(pid)})"))
            await work.change(insert(facts).values(key="k", value="v"))

    with pytest.raises(Refused) as no:
        await cut()
    assert no.value.why is Why.LOG_UNAVAILABLE
    await write(database, "k")
    await database.close()
    await other.close()


@pytest.mark.parametrize("url", ["verbale@/none?host=/nowhere", "verbale@/none?host={folder}"])
async def test_a_server_or_a_database_that_is_not_there_is_refused(postgres_url: str, url: str) -> None:
    folder = postgres_url.partition("host=")[2]
    database = open_database("postgresql+asyncpg://" + url.format(folder=folder))
    await unavailable(database)
    await database.close()


async def test_a_locked_file_is_refused_and_serves_again(tmp_path: Path) -> None:
    path = tmp_path / "verbale.db"
    database = open_database(f"sqlite:///{path}")
    await database.create()
    async with database.work() as work:
        # No waiting for the other writer: five seconds would be the test's own.
        await work.run(text("PRAGMA busy_timeout=0"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await unavailable(database)
    other.execute("ROLLBACK")
    await write(database, "k")
    other.close()
    await database.close()


async def test_a_file_that_takes_no_writing_is_refused_and_serves_again(tmp_path: Path) -> None:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    raw = database._connection.connection.cursor()
    raw.execute("PRAGMA query_only=ON")
    await unavailable(database)
    raw.execute("PRAGMA query_only=OFF")
    async with database.work() as work:
        assert not await work.run(select(facts))
    await write(database, "k")
    await database.close()


@contextmanager
def full(database: SqliteDatabase, _: Path) -> Iterator[None]:
    raw: Any = database._connection.connection.driver_connection
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count={pages}")
    yield
    raw.execute("PRAGMA max_page_count=1000000")


@contextmanager
def quota(_: SqliteDatabase, folder: Path) -> Iterator[None]:
    """The kernel takes nothing more, for a reason other than a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (folder / "verbale.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("disk", [full, quota])
async def test_a_disk_that_takes_no_more_is_refused_and_takes_again(
    tmp_path: Path, disk: Callable[[SqliteDatabase, Path], AbstractContextManager[None]]
) -> None:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    await write(database, "before")
    long = "k" * 200_000
    with disk(database, tmp_path):
        await unavailable(database, long)
        async with database.read() as work:
            assert [row.key for row in await work.run(select(facts))] == ["before"]
    await write(database, long)
    await database.close()


async def test_scrubbed_nothing_of_a_deleted_row_is_left_in_the_file(tmp_path: Path) -> None:
    """Neither in the file nor in its write-ahead log; and what is kept is kept."""
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    await write(database, "kept")
    async with database.work() as work:
        await work.change(insert(facts).values(key="k", value="MARKER" + "x" * 20_000))
    async with database.work() as work:
        await work.change(delete(facts).where(facts.c.key == "k"))
    assert any(b"MARKER" in path.read_bytes() for path in tmp_path.iterdir())
    await database.scrub(())
    assert not any(b"MARKER" in path.read_bytes() for path in tmp_path.iterdir())
    async with database.read() as work:
        assert [row.key for row in await work.run(select(facts))] == ["kept"]
    await database.close()


async def test_what_somebody_still_reads_is_scrubbed_later(tmp_path: Path) -> None:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/verbale.db")
    await database.create()
    await write(database, "k")
    reader = sqlite3.connect(tmp_path / "verbale.db")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM facts").fetchall()
    with pytest.raises(Refused) as no:
        await database.scrub(())
    assert no.value.why is Why.LOG_UNAVAILABLE
    reader.close()
    await database.scrub(())
    await database.close()


async def test_postgresql_writes_the_tables_anew(postgres_url: str) -> None:
    database = open_database(postgres_url)
    await database.create()
    place = text("SELECT pg_relation_filenode('facts') AS node")
    async with database.read() as work:
        before = (await work.run(place))[0].node
    await database.scrub(("facts",))
    async with database.read() as work:
        assert (await work.run(place))[0].node != before
    await database.close()


async def test_a_contradiction_and_a_callers_own_fault_are_no_outage(store: Store) -> None:
    await write(store.database, "k")
    with pytest.raises(IntegrityError):
        await write(store.database, "k")
    with pytest.raises(ConnectionError):
        async with store.database.work():
            raise ConnectionError("another wire's")
    await write(store.database, "other")


async def test_a_browser_and_a_program_are_told_in_a_sentence(parts: Parts) -> None:
    world = await World.make(parts)
    site = app.build(parts)
    mount(site, parts)
    async with parts.store.database.work() as work:
        await work.run(text("ALTER TABLE web_sessions RENAME TO gone"))
    origin = parts.settings.origin
    cookies = {"verbale_session": world.ads.token}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url=origin, cookies=cookies
    ) as client:
        told = await client.get("/api/hosts")
        page = await client.get("/", headers={"accept": "text/html"})
    async with parts.store.database.work() as work:  # the next test's database is this one, emptied
        await work.run(text("ALTER TABLE gone RENAME TO web_sessions"))
    assert (told.status_code, told.json()["code"]) == (503, "log_unavailable")
    assert page.status_code == 503
    assert "Il registro adesso non risponde" in page.text


async def test_what_is_read_is_of_one_moment(store: Store) -> None:
    """A writer that commits between two queries of a reader does not show in the second."""
    await write(store.database, "before")
    async with asyncio.TaskGroup() as group, store.read() as work:
        first = await work.run(select(facts.c.key))
        writing = group.create_task(write(store.database, "meanwhile"))
        if store.database.dialect == "postgresql":
            await writing  # SQLite's writer waits until the reader is done
        second = await work.run(select(facts.c.key))
    assert [row.key for row in first] == [row.key for row in second] == ["before"]
    async with store.read() as work:
        assert len(await work.run(select(facts.c.key))) == 2


async def test_a_reader_on_postgresql_cannot_write(postgres_url: str) -> None:
    database = open_database(postgres_url)
    await database.create()
    with pytest.raises(Refused):
        async with database.read() as work:
            await work.change(insert(facts).values(key="k", value="v"))
    await write(database, "k")  # and the connection it used writes again for others
    await database.close()


@pytest.mark.parametrize("value", ["a\x00b", "x" * 65, "\ud800"])
async def test_what_no_database_has_room_for_is_the_askers_slip_and_no_outage(
    postgres_url: str, value: str
) -> None:
    database = open_database(postgres_url)
    await database.create()
    with pytest.raises(Refused) as no:
        await write(database, value)
    assert no.value.why is Why.BAD_INPUT
    await write(database, "k")
    await database.close()
