"""What every test may use: rounds, one worker for all that runs whole stacks, a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.postgres import Postgres

if TYPE_CHECKING:
    from xdist.remote import Producer

# A shared machine is slow at odd moments; a property is about values, not about milliseconds. The same
# examples each time: a change is judged by what it changed, and `make soak` looks for new ones.
settings.register_profile(
    "verbale", deadline=None, print_blob=True, derandomize="VERBALE_ROUNDS" not in os.environ
)
settings.load_profile("verbale")

# Brokers, agents and browsers in full: they mostly wait, and so make two rows, of about the same length. In
# each one worker runs one test after the other.
STACKS = "tests/e2e/"
SECOND_ROW = frozenset(
    f"{STACKS}test_{name}.py"
    for name in (
        "attack",
        "browser",
        "desk_window",
        "desktop",
        "disks",
        "files",
        "hands",
        "nothing_left",
        "packages",
        "ports",
    )
)
# A real agent tells every terminal of the machine who comes: those that look at a terminal's every byte
# take their turn in the first row.
ALONE = (
    STACKS, "tests/agent/test_terminal.py::", "tests/agent/test_guardian.py::", "tests/agent/test_desk.py::",
)  # fmt: skip


class _StacksTogether(LoadScopeScheduling):
    """Each test goes to whichever worker is free, but for those that start whole stacks.

    By path and not by mark: with this pytest, xdist's own `loadgroup` no longer sees the groups.
    """

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith(ALONE):
            return nodeid
        return "second row" if nodeid.partition("::")[0] in SECOND_ROW else STACKS


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _StacksTogether(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for `rounds` repeats itself: `make soak` finds it by the mark.

    Whole stacks come first: theirs is the longest row, and others fill the cores while they wait.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(ALONE))
    for item in items:
        if "rounds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.rounds)


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


@pytest.fixture
def postgres_store(postgres: Postgres, postgres_tables: str) -> Iterator[str]:
    """A fresh database with a broker's tables: `postgresql+asyncpg://…`."""
    name = postgres.create(postgres_tables)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent
