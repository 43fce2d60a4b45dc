"""A broker's parts over a real database: every test here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.out.reporter import SealedReports
from broker.parts import Parts
from broker.settings import Settings
from broker.store.database import open_database
from broker.store.tx import Store
from tests.doubles import FakeChance, FakeClock, MemoryKeys


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/verbale.db"
    return request.getfixturevalue("postgres_store")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    database = open_database(database_url)
    await database.create()
    yield Store(database, MemoryKeys(), FakeChance(b"store"))
    await database.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        state=tmp_path,
        database=database_url,
        origin="http://localhost:8700",
        signing_origin="http://firma.localhost:8701",
        registry="registro.localhost",
        vendor="Fornitore Alfa",
        listen_host="localhost",
        port=8700,
        ssh_port=2222,
        smtp_host=None,
        smtp_port=25,
        mail_from="verbale@localhost",
    )


@pytest.fixture
def parts(store: Store, clock: FakeClock, settings: Settings) -> Parts:
    chance = FakeChance(b"parts")
    reporter = SealedReports(settings.state, settings.vendor)
    return Parts(clock, chance, store.keys, store, Hub(chance), Bus(), settings, reporter)
