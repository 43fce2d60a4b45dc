"""The demo's month: made by the cases, closed with three reports, each sound for its customer's own verifier."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from audit import instant
from audit.bundle import unpack
from audit.incident_records import IncidentAnswered, SeveritySet
from audit.leaf import Leaf
from audit.person_records import CredentialAdded
from audit.session_records import SessionEnded
from audit.verify import verify
from broker.cases.export_trust import tenant_trust
from broker.parts import Parts
from broker.store import estate, log, reports
from broker.store.reports import Files
from tests.audit import second_verifier
from tests.broker.world import ssh_line
from web.demo.seed.course import Month, SeedChance, SeedClock
from web.demo.seed.customers import EVERY
from web.demo.seed.month import Seeded
from web.demo.seed.start import made
from web.demo.stage import Stage

NOW = datetime(2026, 12, 26, 9, 0, tzinfo=UTC)


@dataclass
class Made:
    parts: Parts
    stage: Stage
    seeded: Seeded

    async def leaves(self, customer: str) -> list[Leaf]:
        async with self.parts.store.read() as work:
            return await log.select_leaves(work, self.seeded.tenants[customer])

    async def files(self, customer: str) -> Files:
        async with self.parts.store.read() as work:
            found = await reports.files(work, self.seeded.tenants[customer], self.seeded.reports[customer])
        assert found is not None
        return found


@pytest.fixture
async def demo(parts: Parts) -> Made:
    calendar = Month(NOW, "Europe/Rome")
    clock = SeedClock(calendar.at(calendar.workdays()[0], 8))
    stage = Stage("http://localhost:8700", "http://firma.localhost:8701", "5e" * 32)
    here = replace(
        parts, clock=clock, chance=SeedChance(b"month"), settings=replace(parts.settings, demo=True)
    )
    return Made(here, stage, await made(here, clock, stage, ssh_line(b"technician"), NOW))


def late(leaves: list[Leaf]) -> int:
    """Of the incidents that had a deadline: how many were answered after it."""
    due = {}
    for leaf in leaves:
        if isinstance(leaf.record, SeveritySet) and leaf.record.due is not None:
            due[leaf.record.incident] = instant.parse(leaf.record.due)
    answers = [leaf for leaf in leaves if isinstance(leaf.record, IncidentAnswered)]
    return sum(leaf.time > due[leaf.record.incident] for leaf in answers)  # type: ignore[union-attr]


HAPPENED: dict[str, dict[str, int]] = {
    "albergo": {
        "incident.opened": 6, "work.typed": 1, "version.installed": 2, "defect.solved": 1, "declared.began": 0,
        "session.started": 3, "session.ended": 3, "approval.refused": 1, "queue.jumped": 1,
        "supervision.taken": 3, "session.presumed_ended": 0, "duties.lacking": 0,
    },
    "studio": {
        "incident.opened": 4, "declared.began": 1, "declared.ended": 1, "version.installed": 1, "session.started": 3, "session.ended": 3, "mandate.given": 1, "category.set": 1,
        "session.presumed_ended": 1, "supervision.taken": 1, "administrator.appointed": 2, "duties.lacking": 0,
    },
    "scuola": {
        "incident.opened": 5, "work.typed": 1, "training.given": 1, "session.started": 2, "session.ended": 2, "contact.logged": 2, "request.lapsed": 1,
        "request.solved_by_customer": 1, "queue.jumped": 1, "duties.lacking": 2, "paper.filed": 0,
    },
}  # fmt: skip
LATE = {"albergo": 0, "studio": 1, "scuola": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_three_customers_have_a_month_that_was_closed_and_is_sound(demo: Made) -> None:
    assert demo.parts.clock.now() == NOW
    assert demo.seeded.period == demo.stage.month == "2026-11"
    assert [*demo.seeded.reports] == [*HAPPENED]
    for customer, tenant in demo.seeded.tenants.items():
        files = await demo.files(customer)
        assert files.bundle is not None
        trust = await tenant_trust(demo.parts, tenant)
        found = await asyncio.to_thread(verify, files.bundle, trust=trust, seen=None)
        assert [(f.code, f.where, f.en) for f in found.verdict.findings] == []
        assert found.verdict.to_value()["verdict"] == "sound"
        await asyncio.to_thread(second_verifier.agrees, found.verdict, files.bundle, trust)
        leaves = await demo.leaves(customer)
        counted = Counter(leaf.record.KIND for leaf in leaves)
        assert {kind: counted[kind] for kind in HAPPENED[customer]} == HAPPENED[customer], customer
        assert late(leaves) == LATE[customer], customer
        report = json.loads(files.json)
        began = {leaf.session for leaf in leaves if leaf.record.KIND in ("session.started", "declared.began")}
        assert {one["id"] for one in report["sessions"]} == began
        assert report["totals"]["sessions"] == len(began)
        assert report["totals"].get("declared", 0) == HAPPENED[customer].get("declared.began", 0)
        assert report["totals"]["minutes"] <= report["charges"]["minutes"]
        assert report["charges"]["hours"][0]["included_minutes"] == 20 * 60
        said = [leaf.record.demo_software for leaf in leaves if isinstance(leaf.record, CredentialAdded)]
        assert said == [True] * 4
    reasons = [
        leaf.record.reason for leaf in await demo.leaves("albergo") if isinstance(leaf.record, SessionEnded)
    ]
    assert reasons.count("stopped_by_ads") == 1
    await apart(demo)
    async with demo.parts.store.read() as work:
        hosts = [one for t in demo.seeded.tenants.values() for one in await estate.enrolled_hosts(work, t)]
    # Else the broker that serves would wait, at its start, for what they hold.
    assert [one.silent_since is not None for one in hosts] == [True] * 3


async def apart(demo: Made) -> None:
    """Nothing of one customer stands in another's bundle: neither its id, nor a name, nor a machine."""
    own = {
        one.key: {demo.seeded.tenants[one.key], one.name, one.titolare[0], one.ads[0], one.label}
        for one in EVERY
    }
    for customer in demo.seeded.tenants:
        bundle = (await demo.files(customer)).bundle
        assert bundle is not None
        held = b"\n".join(data for name, data in unpack(bundle).items() if not name.endswith(".html"))
        assert demo.seeded.tenants[customer].encode() in held
        for other, words in own.items():
            if other != customer:
                assert [word for word in words if word.encode() in held] == []


def test_the_same_seed_draws_the_same_chance_and_a_clock_never_goes_back() -> None:
    one, same, other = SeedChance(b"a"), SeedChance(b"a"), SeedChance(b"b")
    drawn = [one.octets(8) for _ in range(3)]
    assert drawn == [same.octets(8) for _ in range(3)]
    assert len({*drawn, other.octets(8)}) == 4
    clock = SeedClock(NOW)
    with pytest.raises(ValueError, match="not back"):
        clock.walk(NOW - timedelta(seconds=1))


def test_the_month_before_january_is_december_by_the_wall_clock_there() -> None:
    found = Month(datetime(2027, 1, 1, 0, 30, tzinfo=UTC), "Europe/Rome")  # half past one in Rome
    assert found.period == "2026-12"
    assert found.at(found.workdays()[0], 8) == datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    assert len(found.workdays()) == 23
    fresh = Month(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Rome")
    assert fresh.period == "2026-11"  # December has not been over for an hour
