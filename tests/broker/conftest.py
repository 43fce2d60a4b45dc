"""A broker's parts over a real database: every test here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.out import secret_file
from broker.out.report_certificate import ReportCertificate, make_report_certificate
from broker.out.reporter import SealedReports
from broker.parts import Parts
from broker.proof import password
from broker.settings import Settings
from broker.store.database import open_database
from broker.store.tx import Store
from tests.doubles import MORNING, FakeChance, FakeClock, MemoryKeys


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


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow on purpose, a fifth of a second each; that they are is tested in `test_password`."""
    monkeypatch.setattr(password, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@functools.cache
def certificate_of(vendor: str) -> ReportCertificate:
    """One for all brokers of this process: two RSA keys cost more than a report."""
    return make_report_certificate(vendor, MORNING)


class _Reports(SealedReports):
    """Of a broker whose file of its certificate is there already."""

    def _read_or_make(self, at: datetime) -> ReportCertificate:
        kept = certificate_of(self._vendor).to_pem()
        return ReportCertificate.from_pem(secret_file.read_or_make(self._path, lambda: kept))


@pytest.fixture
def parts(store: Store, clock: FakeClock, settings: Settings) -> Parts:
    chance = FakeChance(b"parts")
    reporter = _Reports(settings.state, settings.vendor)
    return Parts(clock, chance, store.keys, store, Hub(chance), Bus(), settings, reporter)
