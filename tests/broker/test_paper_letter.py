"""The letter about a list by the key on paper: to everybody of the old list, with the announcement or not at all."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from audit.canonical import unb64
from audit.keys import SigningKey
from broker.domain import letters
from broker.domain.envelope import Envelope
from broker.domain.paper_letter import PaperFacts, compose
from broker.domain.refusal import Why
from broker.jobs.deliver import deliver
from broker.parts import Parts
from broker.store.tables import outbox, people
from tests.broker.letter import read, said
from tests.broker.world import World, newcomer
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.stories.test_paper_key import announce, lost_phone, refused, with_paper

FACTS = PaperFacts(
    "Albergo\r\nBcc: all@example.com", "Teresa\r\nBcc: b@example.com", datetime(2026, 3, 27, 9, 30, tzinfo=UTC),
    datetime(2026, 3, 30, 9, 30, tzinfo=UTC), "0123456789abcdef", "Europe/Rome",
)  # fmt: skip


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


def test_it_says_it_twice_and_no_name_begins_a_header() -> None:
    found = read(
        compose(FACTS, Envelope(letters.address("Teresa", "t@esempio.example"), "verbale@alfa.example", "<t.1@alfa.example>", FACTS.announced), "http://localhost:8700/titolare")
    )  # fmt: skip
    text = said(found)
    assert found["Bcc"] is None
    assert text.count("27/03/2026 10:30 (CET)") == 2
    assert text.count("30/03/2026 11:30 (CEST)") == 2, "72 hours, over the night with an hour less"
    assert text.count("http://localhost:8700/titolare") == 2
    assert text.count("verbale-agent revoke --approver 0123456789abcdef") == 2
    assert "firmi l’opposizione" in text
    assert "sign the objection" in text
    assert "{" not in text + found["Subject"]


async def test_everybody_of_the_old_list_and_every_titolare_gets_it(story: Story) -> None:
    await with_paper(story)
    world, parts = story.world, story.parts
    second = await newcomer(parts, world.titolare, world.tenant, "titolare", "Tullio Secondo")
    mailer = ListMailer()
    await deliver(parts, mailer)
    before = len(mailer.sent)
    titolare = await lost_phone(story)
    await announce(story, titolare)
    await deliver(parts, mailer)
    await deliver(parts, mailer)
    told = mailer.sent[before:]
    names = [read(message)["To"].addresses[0].display_name for message, _, _ in told]
    assert sorted(names) == sorted([world.titolare.who.name, world.ads.who.name, second.who.name])
    digits = hashlib.sha256(unb64(titolare.signing.public_key)).hexdigest()[:16]
    pages = {"titolare": 0, "richieste": 0}
    for message, _, _ in told:
        text = said(read(message))
        assert f"--approver {digits}" in text
        assert world.titolare.who.name in text
        for page in pages:
            pages[page] += text.count(f"{parts.settings.origin}/{page}\n")
    assert pages == {"titolare": 4, "richieste": 2}


async def waiting(parts: Parts) -> list[str]:
    async with parts.store.read() as work:
        return [str(row.kind) for row in await work.run(select(outbox).where(outbox.c.done.is_(None)))]


async def test_an_announcement_that_is_none_tells_nobody(story: Story) -> None:
    await with_paper(story)
    other = await lost_phone(story)
    await deliver(story.parts, ListMailer())
    assert await refused(announce(story, other, SigningKey(b"q" * 32))) is Why.ENVELOPE_INVALID
    assert await waiting(story.parts) == []
    await announce(story, other)
    assert await waiting(story.parts) == ["paper", "paper"]


async def test_who_left_meanwhile_gets_none(story: Story) -> None:
    await with_paper(story)
    await announce(story, await lost_phone(story))
    async with story.parts.store.tx(story.world.tenant, story.clock.now()) as tx:
        await tx.mark(update(people).where(people.c.id == story.world.ads.id).values(active=False))
    mailer = ListMailer()
    story.clock.advance(hours=1)
    await deliver(story.parts, mailer)
    names = [read(message)["To"].addresses[0].display_name for message, _, _ in mailer.sent]
    assert names == [story.world.titolare.who.name]
