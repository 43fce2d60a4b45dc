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
from broker.cases.post_letter import post_letter
from broker.domain.registered_letter import Letter
from broker.jobs.letters_with_receipts import tick
from broker.parts import Parts
from broker.store import dispatches, estate
from broker.store.tables import evidence
from tests.broker.mail_sample import mail, received
from tests.broker.world import World
from tests.doubles import ListChannel
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


async def test_l50_a_letter_with_receipts_goes_with_its_term(story: Story) -> None:
    """L-50, C-15: what it said and to whom is in no file any more; how far it came stays, and the log is in order."""
    channel = ListChannel("pec", "fornitore@pec.example")
    parts = replace(story.parts, channels={"pec": channel})
    for number in (1, 2):
        async with parts.store.tx(story.world.tenant, story.clock.now(), records=False) as tx:
            text = f"{MARKER} {number}"
            letter = Letter("report", f"box-{number}@pec.example", f"{text} s", f"{text} t")
            last = await post_letter(parts, tx, letter)
        await tick(parts)
        if number == 1:
            first, began = last, story.clock.now()
            story.clock.advance(days=40)
    async with parts.store.read() as work:
        place = await estate.tenant(work, story.world.tenant)
    assert place is not None
    story.clock.at = ends(began, 24, ZONE) + timedelta(hours=1)
    await erase_due(parts, place)
    async with parts.store.read() as work:
        gone = await dispatches.load(work, first.tenant, first.id)
        assert (gone.handed, gone.recipient, await dispatches.message(work, gone.tenant, gone.id)) == (
            "sent",
            "",
            b"",
        )
        left = await dispatches.load(work, last.tenant, last.id)
        assert (left.recipient, MARKER.encode() in await dispatches.message(work, left.tenant, left.id)) == (
            "box-2@pec.example", True,
        )  # fmt: skip
        assert await dispatches.by_message_id(work, first.message_id) == gone
    assert [one.wrong for one in await check_completely(parts, story.world.tenant)] == [None]
    assert await story.findings() == []
    everything = b"".join(path.read_bytes() for path in parts.settings.state.rglob("*") if path.is_file())
    assert b"box-1@pec.example" not in everything
    assert f"{MARKER} 1".encode() not in everything
