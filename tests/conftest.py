"""What every test may use: rounds, one worker for all that runs whole stacks, a real PostgreSQL."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.at_once import AtOnce
from tests.deaths import Deaths, Stood
from tests.postgres import Postgres
from tests.rows import ALONE, LONG, Rows
from tests.told import told

if TYPE_CHECKING:
    from xdist.remote import Producer

# A shared machine is slow at odd moments; a property is about values, not about milliseconds. The same
# examples each time: a change is judged by what it changed, and `make soak` looks for new ones.
settings.register_profile(
    "verbale", deadline=None, print_blob=True, derandomize="VERBALE_ROUNDS" not in os.environ
)
settings.load_profile("verbale")

# Agents and windows speak Italian in tests, whatever this machine's locale is.
os.environ["VERBALE_LANG"] = "it"

# Agents of this run, in this process and in those it starts, tell the terminals of this run alone.
os.environ[told.RUN] = str(os.getpid())
_TOLD = str(Path(told.__file__).parent)
if _TOLD not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_TOLD, os.environ.get("PYTHONPATH"))))
told.to_this_run()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        Stood.of(config.workerinput).told_there(config)
    else:  # workers only tell the one that prints
        config.pluginmanager.register(AtOnce(config))
        config.pluginmanager.register(Deaths(config))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Rows:
    return Rows(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for `rounds` repeats itself: `make soak` finds it by the mark.

    Whole stacks come first: theirs are the longest rows, and others fill the cores while they wait.
    """
    items.sort(key=lambda item: (not item.nodeid.startswith(ALONE), not item.nodeid.startswith(LONG)))
    for item in items:
        if "rounds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.rounds)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """A test that turns the signal on leaves a worker that any closed connection ends, tests later."""
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN, f"{item.nodeid} leaves SIGPIPE on"


def pytest_collection_finish() -> None:
    """Ten thousand tests and all that was imported stay: no collection of garbage looks at them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def rounds() -> int:
    """How often a test that asks for it repeats itself."""
    return int(os.environ.get("VERBALE_ROUNDS", "5"))


@pytest.fixture
def dice() -> random.Random:
    """For moments and choices: the same each run, others in each soak, those of `VERBALE_SEED` to try one again."""
    fresh = secrets.token_hex(4) if "VERBALE_ROUNDS" in os.environ else "1"
    seed = os.environ.get("VERBALE_SEED", fresh)
    print(f"VERBALE_SEED={seed}")
    return random.Random(seed)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server of this run's own, on a Unix socket only."""
    server = Postgres.start(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A fresh, empty database: `postgresql+asyncpg://…`."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def postgres_tables(postgres: Postgres) -> str:
    """The name of a database with a broker's tables and no rows, for copies: the tables take twice its time."""
    from broker.store.database import open_database  # most tests need no database

    name = postgres.create()

    async def make() -> None:
        database = open_database(postgres.url(name))
        await database.create()
        await database.close()

    asyncio.run(make())
    return name


@pytest.fixture(scope="session")
def postgres_emptied(postgres: Postgres, postgres_tables: str) -> str:
    """The name of another one, for a test after the other."""
    return postgres.create(postgres_tables)


@pytest.fixture
def postgres_store(postgres: Postgres, postgres_emptied: str) -> Iterator[str]:
    """A database with a broker's tables and no rows: `postgresql+asyncpg://…`."""
    yield postgres.url(postgres_emptied)
    postgres.empty(postgres_emptied)


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a broker's tables and no rows, for copies."""
    from broker.store.database import open_database  # most tests need no database

    path = tmp_path_factory.mktemp("tables") / "verbale.db"

    async def make() -> None:
        database = open_database(f"sqlite:///{path}")
        await database.create()
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent
