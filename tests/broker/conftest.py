"""A broker's parts over a real database: every test here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import functools
import shutil
from collections import UserDict
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.out import secret_file
from broker.out.pdf import ReportFailed
from broker.out.provider_call import HttpProviderCaller
from broker.out.report_certificate import ReportCertificate, make_report_certificate
from broker.out.reporter import SealedReports
from broker.parts import Parts
from broker.proof import password
from broker.settings import Settings
from broker.store.database import PostgresDatabase, SqliteDatabase, open_database
from broker.store.tx import Store
from tests.doubles import MORNING, FakeChance, FakeClock, MemoryKeys


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Its tables are there."""
    return request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")


@pytest.fixture
def sqlite_store(sqlite_tables: Path, tmp_path: Path) -> str:
    path = tmp_path / "verbale.db"
    shutil.copyfile(sqlite_tables, path)
    return f"sqlite:///{path}"


class _Compiled(UserDict[Any, Any]):
    """Statements in SQL, for all engines of this process: each would make its own of the same, a fifth of a test.

    A key begins with the engine's dialect, and those of one name are alike.
    """

    def __setitem__(self, key: tuple[Any, ...], made: object) -> None:
        super().__setitem__((key[0].name, *key[1:]), made)

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return super().__getitem__((key[0].name, *key[1:]))

    def get(self, key: tuple[Any, ...], default: object = None) -> Any:
        return self.data.get((key[0].name, *key[1:]), default)


_compiled = _Compiled()


def spare(database: PostgresDatabase | SqliteDatabase) -> None:
    """Neither compile what another engine did, nor wait for the disk: nobody pulls a plug here."""
    if isinstance(database, SqliteDatabase):
        database._engine._compiled_cache = _compiled
        database._connection.exec_driver_sql("PRAGMA synchronous=OFF")
    else:
        database._engine.sync_engine._compiled_cache = _compiled
        database._reading.sync_engine._compiled_cache = _compiled


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    database = open_database(database_url)
    spare(database)
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
        rest_s=12 * 3600,  # stories jump over hours; rest and fresh proofs have tests of their own
        proof_s=12 * 3600,
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


def typeset_here(report_json: bytes, name: str, *, english: bool = False) -> bytes:
    """What the process of its own does, which `test_pdf` and whole stacks start: most of its time is imports."""
    from broker.out import typeset  # most tests make no report

    try:
        pdf, warnings = typeset.typeset(report_json, name, "en" if english else "it")
    except (typeset.typst.TypstError, KeyError, TypeError, ValueError) as wrong:
        raise ReportFailed(f"{type(wrong).__name__}: {wrong}") from wrong
    if warnings:
        raise ReportFailed("; ".join(warnings))
    return pdf


def sheet_here(sheet_json: bytes) -> bytes:
    """The same for a list or a letter; its own process is started by `test_pdf`."""
    from broker.out import typeset_sheet

    try:
        pdf, warnings = typeset_sheet.typeset(sheet_json)
    except (KeyError, TypeError, ValueError) as wrong:
        raise ReportFailed(f"{type(wrong).__name__}: {wrong}") from wrong
    assert warnings == []
    return pdf


@pytest.fixture
def parts(store: Store, clock: FakeClock, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setattr("broker.out.reporter.render", typeset_here)
    monkeypatch.setattr("broker.out.reporter.render_sheet", sheet_here)
    chance = FakeChance(b"parts")
    reporter = _Reports(settings.state, settings.vendor)
    providers = HttpProviderCaller()
    return Parts(
        clock, chance, store.keys, store, Hub(chance), Bus(), settings, reporter, providers=providers
    )
