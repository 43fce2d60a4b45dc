"""How long *Gestione* takes to open, and its hours of six months out of every customer's log to come after it.

Sessions are written straight into the logs: none of them ran, nobody signed.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from broker import app
from broker.api.who import COOKIE
from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.open_tenant import open_tenant
from broker.cases.set_tariff import set_tariff
from broker.domain.people import Who
from broker.domain.tariff import Rates
from broker.live.nursery import Nursery
from broker.live.seat import Seats
from broker.live.tools import Tools
from broker.parts import Parts
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.bench.test_reports import one_session, whose
from tests.broker.conftest import clock, parts, quick_passwords, settings, sqlite_store, store
from tests.broker.test_log_in import log_in
from tests.broker.world import first_owner
from web.mount import mount

__all__ = ["clock", "parts", "quick_passwords", "settings", "sqlite_store", "store"]

BEGIN, NOW = datetime(2026, 6, 1, 7, tzinfo=UTC), datetime(2026, 11, 27, 15, tzinfo=UTC)
SESSIONS = 30  # of each customer in that time
ROUNDS = 7
OPENS = {100: (Bar("at most", 1, "value"),)}


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    return sqlite_store


@pytest.fixture
async def site(parts: Parts) -> AsyncIterator[FastAPI]:
    built = app.build(parts)
    mount(built, parts)
    async with Nursery() as nursery:
        built.state.tools, built.state.seats = Tools(nursery), Seats(nursery)
        yield built


async def a_customer(parts: Parts, owner: Who, n: int) -> str:
    """With a contract of twenty hours a year."""
    tenant = await open_tenant(parts, owner, name=f"Albergo {n}", details={})
    terms = Terms("basic", date(2026, 6, 1), date(2027, 5, 31), paid=date(2026, 6, 1), included=20)
    await agree_contract(parts, owner, tenant.id, terms)
    return tenant.id


async def six_months(parts: Parts, tenant: str, n: int) -> None:
    step = (NOW - BEGIN - timedelta(hours=12)) / SESSIONS
    async with parts.store.tx(tenant, NOW) as tx:
        for at in range(SESSIONS):
            number = n * SESSIONS + at
            for who, when, record, where in one_session(number, BEGIN + timedelta(hours=1) + step * at):
                await tx.append(record, actor=whose(who), time=when, **where)


@pytest.mark.parametrize("customers", [1, 30, 100])
async def test_gestione_opens(figures: list[Figure], parts: Parts, site: FastAPI, customers: int) -> None:
    clock: Any = parts.clock
    clock.at = BEGIN
    owner = await first_owner(parts)
    tenants = [await a_customer(parts, owner.who, n) for n in range(customers)]
    await set_tariff(parts, owner.who, Rates("2026/1", date(2026, 6, 1), 6000, 4800))
    for n, tenant in enumerate(tenants):
        await six_months(parts, tenant, n)
    clock.at = NOW
    token = (await log_in(parts, owner.login)).token
    pages = {"/gestione": 0, "/gestione/ore": customers}  # and how many statements each leads to
    seconds: dict[str, list[float]] = {path: [] for path in pages}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url=parts.settings.origin, cookies={COOKIE: token}
    ) as browser:
        for _ in range(ROUNDS + 1):
            for path, statements in pages.items():
                began = time.perf_counter()
                page = await browser.get(path, headers={"accept": "text/html"})
                seconds[path].append(time.perf_counter() - began)
                assert page.status_code == 200
                assert page.text.count("/rendiconto?dal=2026-11") == statements
    opens, sums = (Summary.of(seconds[path][1:]) for path in pages)
    figures += [
        Figure(f"Gestione opens, {customers} customers", "s", opens, None, OPENS.get(customers, ())),
        Figure(
            f"its hours and amounts, {customers} customers",
            "s",
            sums,
            Peer("the page without them", opens),
            (),
        ),
    ]
