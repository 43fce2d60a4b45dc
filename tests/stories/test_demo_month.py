"""The demo's month: made by the cases, closed with three reports, each sound for its customer's own verifier."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from audit.bundle import unpack
from audit.leaf import Leaf
from audit.verify import verify
from broker.cases.export_trust import tenant_trust
from broker.parts import Parts
from broker.store import log, reports
from tests.broker.world import ssh_line
from web.demo.seed.course import Month, SeedChance, SeedClock
from web.demo.seed.month import Seeded
from web.demo.seed.start import made
from web.demo.stage import Stage

NOW = datetime(2026, 12, 26, 9, 0, tzinfo=UTC)


@dataclass
class Made:
    parts: Parts
    stage: Stage
    seeded: Seeded


@pytest.fixture
async def demo(parts: Parts) -> Made:
    calendar = Month(NOW, "Europe/Rome")
    clock = SeedClock(calendar.at(calendar.workdays()[0], 8))
    stage = Stage("http://localhost:8700", "http://firma.localhost:8701", "5e" * 32)
    here = replace(
        parts, clock=clock, chance=SeedChance(b"month"), settings=replace(parts.settings, demo=True)
    )
    began = time.monotonic()
    seeded = await made(here, clock, stage, ssh_line(b"technician"), NOW)
    print(f"seeded in {time.monotonic() - began:.1f} s")
    return Made(here, stage, seeded)


async def leaves_of(demo: Made, tenant: str) -> list[Leaf]:
    async with demo.parts.store.read() as work:
        return await log.select_leaves(work, tenant)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_three_customers_have_a_month_that_was_closed_and_is_sound(demo: Made) -> None:
    assert demo.parts.clock.now() == NOW
    bundles = {}
    for key, number in demo.seeded.reports.items():
        async with demo.parts.store.read() as work:
            tenant = await reports.tenant_of(work, number)
            assert tenant is not None
            files = await reports.files(work, tenant, number)
        assert files is not None
        assert files.bundle is not None
        trust = await tenant_trust(demo.parts, tenant)
        found = await asyncio.to_thread(verify, files.bundle, trust=trust, seen=None)
        print(key, found.verdict.to_value()["verdict"], [(f.code, f.where) for f in found.verdict.findings])
        print(Counter(leaf.record.KIND for leaf in await leaves_of(demo, tenant)))
        report = json.loads(files.json)
        print(report["totals"])
        bundles[key] = unpack(files.bundle)
