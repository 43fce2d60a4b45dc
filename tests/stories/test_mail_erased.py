"""Received mail at the end of its term: its bytes go with its opening, the log stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.commitment import Opening
from audit.leaf import Leaf
from audit.mail_record import MailReceived
from audit.retention import ends
from broker.cases.check_logs import check_completely
from broker.cases.erase import erase_due
from broker.parts import Parts
from broker.store import estate
from broker.store.tables import evidence
from tests.broker.mail_sample import mail, received
from tests.broker.world import World
from tests.stories.telling import Story

ZONE = "Europe/Rome"
MARKER = "MARKER-MAIL-5b1e"


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


async def kept(story: Story) -> list[bytes]:
    async with story.parts.store.read() as work:
        rows = await work.run(
            select(evidence.c.data).where(evidence.c.tenant == story.world.tenant, evidence.c.kind == "mail")
        )
    return sorted(bytes(row.data) for row in rows)


def of(story: Story, number: int) -> bytes:
    return mail(f"teresa-titolare@{story.world.tenant}.example", text=f"{MARKER} {number}\n", number=number)


async def test_l50_a_mails_bytes_go_with_its_term(story: Story) -> None:
    """L-50: the older mail is gone from every file, the later one is there, and the log is in order."""
    first, second = of(story, 1), of(story, 2)
    await received(story.parts, first)
    began = story.clock.now()
    story.clock.advance(days=40)
    await received(story.parts, second)
    assert await kept(story) == sorted([first, second])
    async with story.parts.store.read() as work:
        place = await estate.tenant(work, story.world.tenant)
    assert place is not None
    story.clock.at = ends(began, 120, ZONE) + timedelta(days=1)
    found = await erase_due(story.parts, place)
    mails = [leaf for leaf in await story.leaves() if isinstance(leaf.record, MailReceived)]
    assert mails[0].n in found.texts
    assert mails[1].n not in found.texts
    assert await kept(story) == [second]
    assert [one.wrong for one in await check_completely(story.parts, story.world.tenant)] == [None]
    everything = b"".join(
        path.read_bytes() for path in story.parts.settings.state.rglob("*") if path.is_file()
    )
    assert f"{MARKER} 1".encode() not in everything


async def test_bytes_that_a_later_record_needs_stay(story: Story) -> None:
    """One mail that came twice, whole: the first record's end does not take the second one's evidence."""
    raw = of(story, 1)
    await received(story.parts, raw)
    mails = [leaf for leaf in await story.leaves() if isinstance(leaf.record, MailReceived)]
    again: Leaf = mails[0]
    began = story.clock.now()
    story.clock.advance(days=40)
    async with story.parts.store.tx(story.world.tenant, story.clock.now()) as tx:
        dns = next(one for one in again.evidence if one.kind == "dns")
        data = (await tx.run(select(evidence.c.data).where(evidence.c.sha256 == dns.sha256)))[0].data
        await tx.append(
            replace(again.record, mail="m-again", code="duplicate"),
            actor=again.actor,
            opening=Opening(bytes(32), {"known": {}}),
            proof=(("mail", raw), ("dns", bytes(data))),
        )
    async with story.parts.store.read() as work:
        place = await estate.tenant(work, story.world.tenant)
    assert place is not None
    story.clock.at = ends(began, 120, ZONE) + timedelta(days=1)
    await erase_due(story.parts, place)
    assert await kept(story) == [raw]
    story.clock.advance(days=60)
    await erase_due(story.parts, place)
    assert await kept(story) == []
    assert [one.wrong for one in await check_completely(story.parts, story.world.tenant)] == [None]
