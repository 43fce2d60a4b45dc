"""A tool outside any grant reaches the broker: record, sealed text, one letter to each ADS and titolare, their page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from audit.canonical import Value
from audit.channel_records import ToolSeen
from audit.commitment import Opening
from audit.host_note import HostNote
from broker.cases.see_customer import see_customer
from broker.cases.take_report import take_report
from broker.domain import letters
from broker.domain.envelope import Envelope
from broker.domain.tool_letter import ToolFacts, compose
from broker.jobs.deliver import deliver
from broker.parts import Parts
from broker.store import openings, outbox
from tests.broker.letter import read, said
from tests.broker.world import World
from tests.doubles import ListMailer
from tests.stories.telling import Story

PATH = Opening(bytes(32), {"path": "/opt/anydesk", "publisher": "unknown"})
FACTS = ToolFacts(
    "Albergo\r\nBcc: all@example.com", "srv\r\nBcc: b@example.com", "anydesk\nBcc: c@example.com", False,
    datetime(2026, 3, 27, 9, 30, tzinfo=UTC), 41, "Europe/Rome",
)  # fmt: skip


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


@pytest.mark.parametrize(
    ("connected", "words"), [(False, "è in uso su srv"), (True, "qualcuno si è collegato")]
)
def test_it_says_it_twice_and_no_name_begins_a_header(*, connected: bool, words: str) -> None:
    facts = replace(FACTS, connected=connected)
    found = read(
        compose(facts, Envelope(letters.address("Teresa", "t@esempio.example"), "verbale@alfa.example", "<t.1@alfa.example>", FACTS.received), "http://localhost:8700/titolare")
    )  # fmt: skip
    text = said(found)
    assert found["Bcc"] is None
    assert words in " ".join(text.split())
    assert text.count("27/03/2026 10:30 (CET)") == 2
    assert text.count("http://localhost:8700/titolare") == 2


async def tell(story: Story, opening: Value) -> list[ToolSeen]:
    """The note of a run outside, with what came beside it; all such records."""
    world, agent = story.world, story.agent
    body: dict[str, Value] = {
        "tool": "anydesk", "what": "running", "why": "no_grant", "binary": "00" * 32, "program": PATH.commitment,
    }  # fmt: skip
    note = HostNote(
        world.tenant, world.host.id, agent.next_n, story.clock.now(), "tool.seen_outside_grant", None, body
    )
    agent.next_n += 1
    signed = note.sign(world.agent.identity, agent.pins.enrolment.log_origin)
    await take_report(story.parts, world.host, signed, opening)
    await take_report(story.parts, world.host, signed, opening)  # sent again, it is one
    return [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, ToolSeen)]


async def test_record_text_letters_and_page(story: Story) -> None:
    await tell(story, PATH.to_value())
    leaf = (await story.leaves())[-1]
    assert leaf.sealed == PATH.commitment
    async with story.parts.store.read() as work:
        found = await openings.get(work, story.world.tenant, leaf.n, story.parts.keys.wrapping_key())
        told = await outbox.every(work, story.world.tenant, outbox.TOOL)
    assert found == PATH
    assert len(told) == 2
    assert "opt" not in str([one.payload for one in told]), "no text waits in the outbox"
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    letters_ = [read(one) for one, _, _ in mailer.sent]
    assert sorted(str(one["To"]).split(" <")[0] for one in letters_) == ["Aldo Ads", "Teresa Titolare"]
    assert all("anydesk fuori da ogni autorizzazione" in str(one["Subject"]) for one in letters_)
    view = await see_customer(story.parts, story.world.titolare.who)
    assert [one.leaf.record.KIND for one in view.notable] == ["tool.seen_outside_grant"]
    assert await story.findings() == []


async def test_a_tool_started_over_and_over_is_one_letter_an_hour(story: Story) -> None:
    async def told() -> int:
        async with story.parts.store.read() as work:
            return len(await outbox.every(work, story.world.tenant, outbox.TOOL))

    for minutes, letters_so_far in ((0, 2), (30, 2), (61, 4)):
        story.clock.advance(minutes=minutes)
        await tell(story, PATH.to_value())
        assert await told() == letters_so_far


async def test_what_does_not_open_it_is_dropped_and_the_record_stands(story: Story) -> None:
    """That a text was due and is not there, a verifier finds."""
    other = Opening(bytes(32), {"path": "/another"}).to_value()
    for n, beside in enumerate((None, {"salt": "x"}, other, {"salt": "x", "data": 1.5}, "text")):
        found = await tell(story, beside)
        assert len(found) == n + 1
        assert found[-1].program == PATH.commitment
        assert (await story.leaves())[-1].sealed is None


async def test_a_text_that_is_too_long_is_dropped(story: Story) -> None:
    long = Opening(bytes(32), {"path": "x" * 20_000})
    world, agent = story.world, story.agent
    body: dict[str, Value] = {"tool": "a", "what": "running", "why": "left", "program": long.commitment}
    note = HostNote(
        world.tenant, world.host.id, agent.next_n, story.clock.now(), "tool.seen_outside_grant", None, body
    )
    signed = note.sign(world.agent.identity, agent.pins.enrolment.log_origin)
    await take_report(story.parts, world.host, signed, long.to_value())
    assert (await story.leaves())[-1].sealed is None
