"""Reports go to the customer's certified box: each final one once, as it was issued."""

from __future__ import annotations

import email
import email.policy
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from audit.log_records import ReportIssued
from audit.record import BROKER
from broker.domain.registered_letter import MAX_BYTES, of_report
from broker.jobs import letters_with_receipts
from broker.parts import Parts
from broker.store import reports
from broker.store.reports import Files, Issued
from broker.store.tables import tenants
from tests.broker.world import World
from tests.doubles import FakeClock, ListChannel


@pytest.fixture
def channel() -> ListChannel:
    return ListChannel("pec", "fornitore@pec.example")


@pytest.fixture
async def world(parts: Parts, channel: ListChannel) -> World:
    return await World.make(replace(parts, channels={"pec": channel}))


async def issue(world: World, number: str, *, partial: bool = False, days: int = 0) -> None:
    at = world.parts.clock.now() - timedelta(days=days)
    async with world.parts.store.tx(world.tenant, world.parts.clock.now()) as tx:
        n = await tx.append(ReportIssued("2026-10", number, "0" * 64, "0" * 64, partial), actor=BROKER)
        issued = Issued(world.tenant, "2026-10", number, partial, at, n, n, bundled=False)
        await reports.add(tx, issued, Files(b"%PDF-1.7", b"{}", None, b"0\x82"))


async def give_box(world: World, pec: str) -> None:
    """On the customer's sheet."""
    async with world.parts.store.tx(world.tenant, world.parts.clock.now(), records=False) as tx:
        row = update(tenants).where(tenants.c.id == world.tenant).values(details=json.dumps({"pec": pec}))
        await tx.mark(row)


async def went(world: World, channel: ListChannel) -> list[Any]:
    for _ in range(2):
        await letters_with_receipts.reports(world.parts)
        await letters_with_receipts.tick(world.parts)
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw, _ in channel.sent]


async def test_a_report_to_the_certified_box(world: World, channel: ListChannel, clock: FakeClock) -> None:
    await issue(world, "VB-1-2026-10")
    assert await went(world, channel) == [], "without a box it lies on his page alone"
    await give_box(world, "no address")
    assert await went(world, channel) == []
    await give_box(world, "Albergo@PEC.example")
    (message,) = await went(world, channel)
    assert message["To"] == "albergo@pec.example"
    assert "VB-1-2026-10" in message["Subject"]
    files = {one.get_filename(): one.get_content() for one in message.iter_attachments()}
    assert files == {"VB-1-2026-10.pdf": b"%PDF-1.7", "VB-1-2026-10.pdf.p7m": b"0\x82"}
    await issue(world, "VB-2-2026-10", partial=True)
    await issue(world, "VB-3-2026-09", days=8)
    assert len(await went(world, channel)) == 1, "neither a partial one nor an old one"


def test_what_does_not_fit_goes_without_its_twin() -> None:
    half = b"x" * (MAX_BYTES // 4)
    assert len(of_report("n", "c", "a@b.example", half[:-1], half).attachments) == 2
    assert [one.name for one in of_report("n", "c", "a@b.example", half, half).attachments] == ["n.pdf"]
