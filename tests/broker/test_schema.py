"""A database of an earlier version is brought to today's; one that cannot be is left as it was, with a sentence.

`tests/vectors/schema` holds the tables of every version that was counted, in SQL, as its program made them. A change
of `broker/store/tables.py` needs a step in `broker/store/revisions`, a new `HEAD`, and one more pair of files there:
`VERBALE_SCHEMA=write` makes them, for a version that has none.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import CreateIndex, CreateTable

from broker.store import schema, upgrade
from broker.store.database import open_database
from broker.store.schema_version import HEAD, VERSIONS, SchemaUnknown
from broker.store.tables import metadata

VECTORS = Path(__file__).parents[1] / "vectors" / "schema"
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]


@pytest.fixture(params=DIALECTS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/verbale.db"
    return str(request.getfixturevalue("postgres_url"))


async def there(url: str, do: Callable[[Connection], Any]) -> Any:
    """What `do` finds or does there, in a transaction of its own."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.begin() as connection:
            found = do(connection)
        engine.dispose()
        return found
    pool = create_async_engine(url)
    async with pool.begin() as link:
        found = await link.run_sync(do)
    await pool.dispose()
    return found


async def start(url: str) -> None:
    database = open_database(url)
    try:
        await database.create()
    finally:
        await database.close()


async def version(url: str) -> str | None:
    database = open_database(url)
    try:
        return await database.version()
    finally:
        await database.close()


async def load(url: str, script: str) -> None:
    """Several statements at once."""
    if url.startswith("sqlite"):
        await there(url, lambda one: one.connection.driver_connection.executescript(script))  # type: ignore[union-attr]
        return
    link = await asyncpg.connect(url.replace("+asyncpg", ""))
    await link.execute(script)
    await link.close()


def says(*lines: str) -> Callable[[Connection], None]:
    def do(connection: Connection) -> None:
        for line in lines:
            connection.execute(text(line))

    return do


def asked(line: str) -> Callable[[Connection], list[tuple[Any, ...]]]:
    return lambda connection: [tuple(row) for row in connection.execute(text(line))]


def made(dialect: str) -> str:
    """Today's tables, in SQL."""
    told = DIALECTS[dialect]
    parts = []
    for table in metadata.sorted_tables:
        parts.append(str(CreateTable(table).compile(dialect=told)))
        parts += [str(CreateIndex(one).compile(dialect=told)) for one in sorted(table.indexes, key=str)]
    return ";\n".join("\n".join(line.rstrip() for line in one.strip().splitlines()) for one in parts) + ";\n"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_tables_of_this_version_are_kept(dialect: str) -> None:
    """Whoever changes a table of a version that others run is told so here: it takes a step and a new version."""
    path = VECTORS / f"{HEAD}.{dialect}.sql"
    if os.environ.get("VERBALE_SCHEMA") == "write" and not path.exists():
        path.write_text(made(dialect))
    assert made(dialect) == path.read_text()


async def test_every_version_that_was_counted_becomes_todays(url: str) -> None:
    kind = url.partition(":")[0].partition("+")[0]
    versions = sorted(VECTORS.glob(f"*.{kind}.sql"))
    assert versions[-1].name == f"{HEAD}.{kind}.sql"
    await load(url, versions[0].read_text())
    first = versions[0].name.partition(".")[0]
    await there(url, says(
        f"CREATE TABLE {VERSIONS} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
        f"INSERT INTO {VERSIONS} VALUES ('{first}')", "INSERT INTO facts VALUES ('kept', 'this')",
    ))  # fmt: skip
    await start(url)
    assert await there(url, upgrade.differences) == []
    assert await there(url, asked(f"SELECT version_num FROM {VERSIONS}")) == [(HEAD,)]
    assert await there(url, asked("SELECT value FROM facts WHERE key = 'kept'")) == [("this",)]


async def test_reports_of_before_say_what_they_count(url: str) -> None:
    """0002: read out of each report's own text; one whose text was erased says nothing."""
    kind = url.partition(":")[0].partition("+")[0]
    await load(url, (VECTORS / f"0001.{kind}.sql").read_text())
    told = b'{"sessions":[{},{}],"totals":{"minutes":75}}'

    def keep(connection: Connection) -> None:
        row = {
            "tenant": "t", "period": "2026-10", "partial": False, "issued": "2026-11-02T08:00:00.000Z",
            "pdf": b"", "twin": b"", "n": 1, "size": 1,
        }  # fmt: skip
        names = ", ".join((*row, "number", "json"))
        values = ", ".join(f":{name}" for name in (*row, "number", "json"))
        for number, data in (("r-1", told), ("r-2", b"")):
            connection.execute(
                text(f"INSERT INTO reports ({names}) VALUES ({values})"),
                {**row, "number": number, "json": data},
            )

    await there(url, keep)
    await there(url, says(
        f"CREATE TABLE {VERSIONS} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
        f"INSERT INTO {VERSIONS} VALUES ('0001')",
    ))  # fmt: skip
    await start(url)
    figures = "SELECT number, sessions, minutes FROM reports ORDER BY number"
    assert await there(url, asked(figures)) == [("r-1", 2, 75), ("r-2", None, None)]


async def test_a_new_one_is_whole_and_counted(url: str) -> None:
    await asyncio.gather(start(url), start(url)) if "postgres" in url else await start(url)
    await start(url)
    assert await there(url, upgrade.differences) == []
    assert await there(url, asked(f"SELECT version_num FROM {VERSIONS}")) == [(HEAD,)]
    assert await version(url) == HEAD


async def test_whoever_asks_for_the_version_changes_nothing(url: str) -> None:
    assert await version(url) is None
    assert await there(url, asked("SELECT 1")) == [(1,)]
    assert await version(url) is None


async def test_one_from_before_versions_is_completed(url: str) -> None:
    await start(url)
    await there(url, says(
        f"DROP TABLE {VERSIONS}", "DROP TABLE outbox", "DROP INDEX entries_time",
        "ALTER TABLE tenants DROP COLUMN rest_s", "INSERT INTO facts VALUES ('kept', 'this')",
    ))  # fmt: skip
    assert len(await there(url, upgrade.differences)) >= 3
    await start(url)
    assert await there(url, upgrade.differences) == []
    assert await there(url, asked(f"SELECT version_num FROM {VERSIONS}")) == [(HEAD,)]
    assert await there(url, asked("SELECT value FROM facts WHERE key = 'kept'")) == [("this",)]


async def test_one_that_rows_would_lack_a_value_of_is_left_alone(url: str) -> None:
    await start(url)
    await there(url, says(
        f"DROP TABLE {VERSIONS}", "DROP TABLE outbox", "ALTER TABLE facts DROP COLUMN value",
        "ALTER TABLE facts ADD COLUMN worth INTEGER",
    ))  # fmt: skip
    before = await there(url, upgrade.differences)
    with pytest.raises(SchemaUnknown, match=r"facts\.value, facts\.worth"):
        await start(url)
    assert repr(await there(url, upgrade.differences)) == repr(before)


async def test_a_newer_programs_is_left_alone(url: str) -> None:
    await start(url)
    await there(url, says(f"UPDATE {VERSIONS} SET version_num = '9999'", "DROP TABLE outbox"))
    with pytest.raises(SchemaUnknown, match="9999"):
        await start(url)
    assert len(await there(url, upgrade.differences)) >= 1


STEP = """
import sqlalchemy
from alembic import op

revision = "{new}"
down_revision = "{old}"


def upgrade():
    op.add_column("facts", sqlalchemy.Column("since", sqlalchemy.String(24)))
    op.execute("UPDATE facts SET since = '{new}'")
    {more}
"""


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is a version further, by a step of the test's."""
    folder = tmp_path / "revisions"
    folder.mkdir()
    for one in upgrade.REVISIONS.glob("r*.py"):
        (folder / one.name).write_text(one.read_text())
    monkeypatch.setattr(upgrade, "REVISIONS", folder)
    return folder


async def test_a_step_is_taken_once_with_its_rows(
    url: str, steps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start(url)
    await there(url, says("INSERT INTO facts VALUES ('kept', 'this')"))
    (steps / "r_next.py").write_text(STEP.format(new="later", old=HEAD, more=""))
    monkeypatch.setattr(schema, "HEAD", "later")
    await start(url)
    await start(url)
    assert await there(url, asked("SELECT since FROM facts WHERE key = 'kept'")) == [("later",)]
    assert await there(url, asked(f"SELECT version_num FROM {VERSIONS}")) == [("later",)]


async def test_a_step_that_fails_leaves_what_was(
    url: str, steps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start(url)
    (steps / "r_next.py").write_text(STEP.format(new="later", old=HEAD, more="raise RuntimeError('no')"))
    monkeypatch.setattr(schema, "HEAD", "later")
    with pytest.raises(RuntimeError, match="no"):
        await start(url)
    assert await there(url, upgrade.differences) == []
    assert await there(url, asked(f"SELECT version_num FROM {VERSIONS}")) == [(HEAD,)]


def test_serve_says_it_in_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/verbale.db"
    asyncio.run(start(url))
    asyncio.run(there(url, says(f"UPDATE {VERSIONS} SET version_num = '9999'")))
    words = ["serve", "--state", str(tmp_path), "--signing-origin", "https://firma.example"]
    command = [sys.executable, "-m", "web.site", *words, "--port", "0", "--ssh-port", "0"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (1, "", 1)
    assert "versione 9999" in said.stderr
    assert "version 9999" in said.stderr
