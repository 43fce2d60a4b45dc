"""Connections: SQLite inline on the loop, PostgreSQL through asyncpg, one small face for both.

SQLite runs on one synchronous connection used where the caller stands: a thread per statement costs
four times as much and ten times the tail latency (data-path §7). PostgreSQL takes a pool.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Connection, Engine, Row, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.base import Executable

from broker.domain.refusal import Refused, Why
from broker.store.tables import metadata

_log = logging.getLogger("verbale.database")
# The driver's own, which SQLAlchemy passes on as they are while it connects.
_DATA_EXCEPTION = "22"  # SQLSTATE class of values that are none (PostgreSQL, appendix A)
_NOT_CONNECTED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Work(Protocol):
    """One database transaction in progress."""

    async def run(self, statement: Executable) -> Sequence[Row[Any]]:
        """Execute; the rows of a query, or none."""
        ...

    async def change(self, statement: Executable) -> int:
        """Execute a change; how many rows it touched."""
        ...


class Database(Protocol):
    dialect: str

    def work(self) -> Any:
        """Async context manager giving `Work`; commits at its end, rolls back on an exception.

        `Refused`: log_unavailable when the database does not answer, bad_input when it has no place for
        what it is told (a sign or a number of a kind that cannot be stored).
        """
        ...

    def read(self) -> Any:
        """The same for reading only: everything read is of one moment."""
        ...

    async def create(self) -> None: ...

    async def scrub(self, tables: Sequence[str]) -> None:
        """Leave nothing of deleted rows in the files of these tables; everybody waits meanwhile.

        SQLite: nothing is left in the file, nor in its write-ahead log. PostgreSQL: the tables are written
        anew; its own write-ahead log and the disk's freed blocks are whoever runs it's to care for.
        """
        ...

    async def close(self) -> None: ...


@contextmanager
def _answering(*also: type[Exception]) -> Iterator[None]:
    """A database that is away is an answer, not a bug: each caller says so to whoever asked him.

    Only the fault's name is logged: its text may hold what was being written.
    """
    outages: tuple[type[Exception], ...] = (DBAPIError, PoolExhausted, *also)
    try:
        yield
    except IntegrityError:
        raise  # what was written contradicts what is there: no outage
    except outages as gone:
        driver = getattr(gone, "orig", None)
        if str(getattr(driver, "sqlstate", "")).startswith(_DATA_EXCEPTION):
            raise Refused(Why.BAD_INPUT) from gone
        _log.error("the database does not answer: %s (%s)", type(gone).__name__, type(driver).__name__)
        raise Refused(Why.LOG_UNAVAILABLE) from gone


class _InlineWork:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def run(self, statement: Executable) -> Sequence[Row[Any]]:
        result = self._connection.execute(statement)
        return result.all() if result.returns_rows else ()

    async def change(self, statement: Executable) -> int:
        return self._connection.execute(statement).rowcount


class SqliteDatabase:
    """One writer, write-ahead log, and nothing acknowledged before it is on the disk."""

    dialect = "sqlite"

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, connect_args={"check_same_thread": False})
        event.listen(self._engine, "connect", _sqlite_settings)
        event.listen(self._engine, "begin", _sqlite_begin)
        self._connection = self._engine.connect()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with self._turn:
            with _answering(), self._connection.begin():
                yield _InlineWork(self._connection)

    read = work  # one connection, one turn: nobody writes in between

    async def create(self) -> None:
        async with self._turn:
            with self._connection.begin():
                metadata.create_all(self._connection)

    async def scrub(self, tables: Sequence[str]) -> None:
        async with self._turn:
            with _answering(sqlite3.Error):
                driver = self._connection.connection.driver_connection
                assert driver is not None
                driver.execute("VACUUM")  # of the whole file: what a moved cell left behind goes too
                busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise Refused(Why.LOG_UNAVAILABLE)  # somebody else reads the file: tried again later

    async def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


def _sqlite_settings(connection: Any, _record: Any) -> None:
    # SQLAlchemy, not the driver, says when a transaction begins: see `_sqlite_begin`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for line in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
        "PRAGMA busy_timeout=5000",
    ):
        cursor.execute(line)
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads, decides and writes must not lose its place in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class _PooledWork:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, statement: Executable) -> Sequence[Row[Any]]:
        result = await self._connection.execute(statement)
        return result.all() if result.returns_rows else ()

    async def change(self, statement: Executable) -> int:
        return (await self._connection.execute(statement)).rowcount


class PostgresDatabase:
    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True
        )
        # A head and the records below it are read by two queries, and must be of one moment.
        self._reading = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    def work(self) -> AbstractAsyncContextManager[Work]:
        return _pooled(self._engine)

    def read(self) -> AbstractAsyncContextManager[Work]:
        return _pooled(self._reading)

    async def create(self) -> None:
        async with self._engine.begin() as connection:
            # Two brokers may start at once: one makes the tables, the other waits its turn.
            await connection.execute(text("SELECT pg_advisory_xact_lock(86372253)"))
            await connection.run_sync(metadata.create_all)

    async def scrub(self, tables: Sequence[str]) -> None:
        with _answering(*_NOT_CONNECTED):
            # VACUUM stands in no transaction.
            async with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                for name in tables:
                    await connection.exec_driver_sql(f'VACUUM (FULL) "{name}"')

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def _pooled(engine: AsyncEngine) -> AsyncIterator[Work]:
    with _answering():
        async with AsyncExitStack() as stack:
            # Of an OSError, only that of connecting is the database's; others are the caller's own.
            with _answering(*_NOT_CONNECTED):
                connection = await stack.enter_async_context(engine.begin())
            yield _PooledWork(connection)


def open_database(url: str) -> Database:
    """``sqlite:///path`` or ``postgresql+asyncpg://…``; anything else is a `ValueError`."""
    if url.startswith("sqlite://"):
        return SqliteDatabase(url)
    if url.startswith("postgresql+asyncpg://"):
        return PostgresDatabase(url)
    raise ValueError("the database address starts with sqlite:/// or postgresql+asyncpg://")
