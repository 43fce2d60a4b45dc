"""Connections: SQLite inline on the loop, PostgreSQL through asyncpg, one small face for both.

SQLite runs on one synchronous connection used where the caller stands: a thread per statement costs
four times as much and ten times the tail latency (data-path §7). PostgreSQL takes a pool.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import asyncpg
from sqlalchemy import Connection, Engine, Row, Table, create_engine, event, insert, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.base import Executable

from broker.domain.refusal import Refused, Why
from broker.store import (  # noqa: F401  their tables are made too
    declared_tables,
    desk_tables,
    plug_tables,
    post_tables,
    signin_tables,
)
from broker.store.group import Commits, Group, Values
from broker.store.schema import bring_up, version_of

_log = logging.getLogger("verbale.database")
# The driver's own, which SQLAlchemy passes on as they are while it connects.
_DATA_EXCEPTION = "22"  # SQLSTATE class of values that are none (PostgreSQL, appendix A)
_NOT_CONNECTED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
_GONE = (DBAPIError, PendingRollbackError, *_NOT_CONNECTED)
T = TypeVar("T")
Unit = Callable[[Group], Awaitable[T]]


class Work(Protocol):
    """One database transaction in progress."""

    async def run(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        """Execute; the rows of a query, or none. `values` fill what the statement leaves open."""
        ...

    async def change(self, statement: Executable, values: Values = None) -> int:
        """Execute a change; how many rows it touched."""
        ...

    def later(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows in the order of the columns, written before the next statement or at the commit."""
        ...


class Database(Protocol):
    dialect: str

    def work(self, log: str = "") -> AbstractAsyncContextManager[Group]:
        """A unit of `log`: commits at its end with others that wait (`group`), undoes itself if it raises.

        `Refused`: log_unavailable when the database does not answer, bad_input when it has no place for
        what it is told (a sign or a number of a kind that cannot be stored).
        """
        ...

    async def do(self, log: str, unit: Unit[T]) -> T:
        """The same for a unit that is a function, which may then be done in anybody's turn."""
        ...

    def read(self) -> AbstractAsyncContextManager[Work]:
        """The same for reading only: everything read is of one moment."""
        ...

    async def create(self) -> None:
        """Make the tables, or bring those of an earlier version to today's. `SchemaUnknown` where that cannot be."""
        ...

    async def version(self) -> str | None:
        """Of the tables that are there, without changing them; None where none was noted (`schema_version`)."""
        ...

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
    outages: tuple[type[Exception], ...] = (DBAPIError, PoolExhausted, PendingRollbackError, *also)
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError):
        raise  # what was written contradicts what is there: no outage
    except outages as gone:
        driver = getattr(gone, "orig", None)
        if str(getattr(driver, "sqlstate", "")).startswith(_DATA_EXCEPTION):
            raise Refused(Why.BAD_INPUT) from gone
        _log.error("the database does not answer: %s (%s)", type(gone).__name__, type(driver).__name__)
        raise Refused(Why.LOG_UNAVAILABLE) from gone


class _InlineWork:
    """For reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def run(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        result = self._connection.execute(statement, values)
        return result.all() if result.returns_rows else ()

    async def change(self, statement: Executable, values: Values = None) -> int:
        return self._connection.execute(statement, values).rowcount

    def later(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        raise TypeError("a reader writes nothing")


class _Made(NamedTuple):
    """A statement in SQL, the columns of its rows, and the values it brings itself."""

    sql: str
    names: list[str]
    own: dict[str, Any]


class _InlineWire(_InlineWork):
    """Begins and ends by the driver itself: of SQLAlchemy's transaction it knows nothing, and needs none."""

    SUSPENDS = False

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        self._inserts: dict[Table, str] = {}
        self._made: dict[Executable, _Made] = {}

    async def run(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        if values is None:
            return await super().run(statement)
        made = self._of(statement)
        rows = self._raw.execute(made.sql, {**made.own, **values})
        return [cast(Row[Any], SimpleNamespace(**dict(zip(made.names, row, strict=True)))) for row in rows]

    async def change(self, statement: Executable, values: Values = None) -> int:
        if values is None:
            return await super().change(statement)
        made = self._of(statement)
        return self._raw.execute(made.sql, {**made.own, **values}).rowcount

    def _of(self, statement: Executable) -> _Made:
        """Of a statement made once, for which values are given: SQLAlchemy's way takes a tenth of a commit."""
        found = self._made.get(statement)
        if found is None:
            compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))  # type: ignore[attr-defined]
            names = [column.name for column in getattr(statement, "selected_columns", ())]
            own = {name: value for name, value in compiled.params.items() if value is not None}
            found = self._made[statement] = _Made(str(compiled), names, own)
        return found

    async def begin(self) -> None:
        # IMMEDIATE: a transaction that reads, decides and writes must not lose its place in between.
        self._raw.execute("BEGIN IMMEDIATE")

    async def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        if table not in self._inserts:
            self._inserts[table] = str(insert(table).compile(dialect=sqlite.dialect(paramstyle="qmark")))
        self._raw.executemany(self._inserts[table], rows)

    async def savepoint(self) -> None:
        self._raw.execute("SAVEPOINT unit")

    async def release(self) -> None:
        self._raw.execute("RELEASE unit")

    async def undo(self) -> None:
        self._raw.execute("ROLLBACK TO unit")
        self._raw.execute("RELEASE unit")

    async def commit(self) -> None:
        self._raw.execute("COMMIT")

    async def rollback(self) -> None:
        with suppress(sqlite3.Error):
            self._raw.execute("ROLLBACK")

    def scrub(self) -> bool:
        """Outside a transaction. Whether some reader kept the write-ahead log from being emptied."""
        self._raw.execute("VACUUM")  # of the whole file: what a moved cell left behind goes too
        busy, _, _ = self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(busy)


class SqliteDatabase:
    """One writer, write-ahead log, and nothing acknowledged before it is on the disk.

    A second connection reads, so that nobody is shown what a group has not committed yet.
    """

    dialect = "sqlite"

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, connect_args={"check_same_thread": False})
        event.listen(self._engine, "connect", _sqlite_settings)
        self._connection = self._engine.connect()
        self._wire = _InlineWire(self._connection)
        self._commits = Commits(self._wire)
        self._reading = self._engine.connect()
        self._reading.exec_driver_sql("PRAGMA query_only=ON")
        self._reader = _InlineWire(self._reading)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def work(self, log: str = "") -> AsyncIterator[Group]:
        with _answering(sqlite3.Error):
            async with self._commits.unit() as group:
                yield group

    async def do(self, log: str, unit: Unit[T]) -> T:
        with _answering(sqlite3.Error):
            return await self._commits.do(unit)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        async with self._turn:
            with _answering(sqlite3.Error):
                self._begin_reading()
                try:
                    yield self._reader
                finally:
                    await self._reader.rollback()

    def _begin_reading(self) -> None:
        self._reading.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]

    async def create(self) -> None:
        async with self._commits.alone():  # a unit undoes only what was changed through it
            with _answering(sqlite3.Error):
                await self._wire.begin()
                try:
                    bring_up(self._connection)
                    await self._wire.commit()
                except BaseException:
                    await self._wire.rollback()
                    raise

    async def version(self) -> str | None:
        with _answering(sqlite3.Error):
            return version_of(self._reading)

    async def scrub(self, tables: Sequence[str]) -> None:
        async with self._commits.alone(), self._turn:
            with _answering(sqlite3.Error):
                busy = self._wire.scrub()
            if busy:
                raise Refused(Why.LOG_UNAVAILABLE)  # somebody else reads the file: tried again later

    async def close(self) -> None:
        self._reading.close()
        self._connection.close()
        self._engine.dispose()


def _sqlite_settings(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # a transaction begins where we say so
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


class _PooledWork:
    """For reading."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        result = await self._connection.execute(statement, values)
        return result.all() if result.returns_rows else ()

    async def change(self, statement: Executable, values: Values = None) -> int:
        return (await self._connection.execute(statement, values)).rowcount

    def later(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        raise TypeError("a reader writes nothing")


class _PooledWire:
    """A connection of the pool for as long as a group lasts."""

    SUSPENDS = True

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._stack = AsyncExitStack()
        self._work: _PooledWork
        self._connection: AsyncConnection

    async def begin(self) -> None:
        # Of an OSError, only that of connecting is the database's; others are the caller's own.
        with _answering(*_NOT_CONNECTED):
            self._connection = await self._stack.enter_async_context(self._engine.connect())
            await self._connection.begin()
        self._work = _PooledWork(self._connection)

    async def run(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        return await self._work.run(statement, values)

    async def change(self, statement: Executable, values: Values = None) -> int:
        return await self._work.change(statement, values)

    async def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        names = table.columns.keys()
        await self._connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])

    async def savepoint(self) -> None:
        await self._connection.exec_driver_sql("SAVEPOINT unit")

    async def release(self) -> None:
        await self._connection.exec_driver_sql("RELEASE unit")

    async def undo(self) -> None:
        await self._connection.exec_driver_sql("ROLLBACK TO unit")
        await self._connection.exec_driver_sql("RELEASE unit")

    async def commit(self) -> None:
        await self._connection.commit()
        await self._stack.aclose()

    async def rollback(self) -> None:
        with suppress(*_GONE):
            await self._stack.aclose()  # a connection goes back to the pool as a new one


class PostgresDatabase:
    """One group at a time and log in this process; other brokers wait for the row of the log."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True
        )
        # A head and the records below it are read by two queries, and must be of one moment.
        self._reading = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._commits: dict[str, Commits] = {}

    @asynccontextmanager
    async def work(self, log: str = "") -> AsyncIterator[Group]:
        with _answering():
            async with self._of(log) as commits, commits.unit() as group:
                yield group

    async def do(self, log: str, unit: Unit[T]) -> T:
        with _answering():
            async with self._of(log) as commits:
                return await commits.do(unit)

    @asynccontextmanager
    async def _of(self, log: str) -> AsyncIterator[Commits]:
        """The queue of a log, kept while somebody is in it."""
        commits = self._commits.setdefault(log, Commits(_PooledWire(self._engine)))
        try:
            yield commits
        finally:
            if commits.idle and self._commits.get(log) is commits:
                del self._commits[log]

    def read(self) -> AbstractAsyncContextManager[Work]:
        return _pooled(self._reading)

    async def create(self) -> None:
        async with self._engine.begin() as connection:
            # Two brokers may start at once: one makes the tables, the other waits its turn.
            await connection.execute(text("SELECT pg_advisory_xact_lock(86372253)"))
            await connection.run_sync(bring_up)

    async def version(self) -> str | None:
        with _answering(*_NOT_CONNECTED):
            async with self._engine.connect() as connection:
                return await connection.run_sync(version_of)

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
