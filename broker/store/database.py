"""Connections: SQLite inline on the loop, PostgreSQL through asyncpg, one small face for both.

SQLite runs on one synchronous connection used where the caller stands: a thread per statement costs
four times as much and ten times the tail latency (data-path §7). PostgreSQL takes a pool.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Row, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.base import Executable

from broker.store.tables import metadata


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
        """Async context manager giving `Work`; commits at its end, rolls back on an exception."""
        ...

    async def create(self) -> None: ...

    async def close(self) -> None: ...


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
            with self._connection.begin():
                yield _InlineWork(self._connection)

    async def create(self) -> None:
        async with self._turn:
            with self._connection.begin():
                metadata.create_all(self._connection)

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
        self._engine: AsyncEngine = create_async_engine(url, pool_size=10, max_overflow=10)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with self._engine.begin() as connection:
            yield _PooledWork(connection)

    async def create(self) -> None:
        async with self._engine.begin() as connection:
            # Two brokers may start at once: one makes the tables, the other waits its turn.
            await connection.execute(text("SELECT pg_advisory_xact_lock(86372253)"))
            await connection.run_sync(metadata.create_all)

    async def close(self) -> None:
        await self._engine.dispose()


def open_database(url: str) -> Database:
    """``sqlite:///path`` or ``postgresql+asyncpg://…``; anything else is a `ValueError`."""
    if url.startswith("sqlite://"):
        return SqliteDatabase(url)
    if url.startswith("postgresql+asyncpg://"):
        return PostgresDatabase(url)
    raise ValueError("the database address starts with sqlite:/// or postgresql+asyncpg://")
