"""What somebody reports at a machine reaches the broker: record, sealed sentence, letters, and the customer's pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from audit.canonical import Value
from audit.commitment import Opening
from audit.host_note import HostNote
from broker.cases.see_customer import see_customer
from broker.cases.see_requests import see_request
from broker.cases.take_report import take_report
from broker.cases.write_desk_letter import MOST
from broker.domain import letters
from broker.domain.desk_letter import DeskFacts, compose
from broker.domain.envelope import Envelope
from broker.jobs.deliver import deliver
from broker.parts import Parts
from broker.store import outbox
from tests.broker.letter import read, said
from tests.broker.world import World
from tests.doubles import ListMailer
from tests.stories.telling import Story

ODD = Opening(bytes(32), {"text": "Ha aperto le paghe"})
FACTS = DeskFacts(
    "Albergo\r\nBcc: all@example.com", "srv\r\nBcc: b@example.com", "Tizio\nBcc: c@example.com", "Alfa\r\nX: y",
    datetime(2026, 3, 27, 9, 30, tzinfo=UTC), 41, "Europe/Rome",
)  # fmt: skip


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


async def report(story: Story, session: str | None, opening: Opening | None = ODD) -> None:
    """The note of the machine's agent, with the sentence beside it."""
    world, agent = story.world, story.agent
    body: dict[str, Value] = {} if opening is None else {"text": opening.commitment}
    note = HostNote(
        world.tenant, world.host.id, agent.next_n, story.clock.now(), "desk.reported", session, body
    )
    agent.next_n += 1
    signed = note.sign(world.agent.identity, agent.pins.enrolment.log_origin)
    await take_report(story.parts, world.host, signed, None if opening is None else opening.to_value())


async def waiting(story: Story) -> list[outbox.Due]:
    async with story.parts.store.read() as work:
        return await outbox.every(work, story.world.tenant, outbox.DESK)


@pytest.mark.parametrize(
    ("technician", "words"),
    [("Tizio", "collegamento di Tizio Bcc: c@example.com di Alfa"), ("", "senza dire di quale")],
)
def test_it_says_it_twice_and_no_name_begins_a_header(technician: str, words: str) -> None:
    found = read(
        compose(
            replace(FACTS, technician=technician and FACTS.technician),
            Envelope(letters.address("T", "t@esempio.example"), "verbale@alfa.example", "<t.1@alfa.example>", FACTS.received),
            "http://localhost:8700/titolare",
        )
    )  # fmt: skip
    text = " ".join(said(found).split())
    assert found["Bcc"] is None
    assert found["X"] is None
    assert words in text
    assert text.count("27/03/2026 10:30 (CET)") == 2
    assert text.count("http://localhost:8700/titolare") == 2


async def test_a_report_of_a_session_reaches_the_customer_s_people(story: Story) -> None:
    session = await story.running()
    await report(story, session)
    leaf = await story.last("desk.reported")
    assert (leaf.session, leaf.sealed) == (session, ODD.commitment)
    assert "paghe" not in str([one.payload for one in await waiting(story)]), "no text waits in the outbox"
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    found = [
        one for one in (read(sent) for sent, _, _ in mailer.sent) if "Segnalazione" in str(one["Subject"])
    ]
    assert sorted(str(one["To"]).split(" <")[0] for one in found) == ["Aldo Ads", "Teresa Titolare"]
    assert all(f"/sessioni/{session}/diretta" in said(one) for one in found)
    assert all("Tiziana Tecnica" in said(one) for one in found)
    assert "paghe" not in "".join(said(one) for one in found)
    assert await story.findings() == []


async def test_the_customer_reads_the_sentence_and_the_vendor_that_there_is_one(story: Story) -> None:
    session = await story.running()
    await report(story, session)
    request = (await story.session(session)).permit.request
    leaf = await story.last("desk.reported")
    assert (await see_request(story.parts, story.world.ads.who, request)).said == {
        leaf.n: "Ha aperto le paghe"
    }
    seen = await see_request(story.parts, story.world.technician.who, request)
    assert seen.said == {}
    assert "desk.reported" in [one.record.KIND for one in seen.feed]
    view = await see_customer(story.parts, story.world.titolare.who)
    assert [one.leaf.n for one in view.notable] == [leaf.n]
    assert view.texts == {leaf.n: "Ha aperto le paghe"}


async def test_a_report_of_no_session_leads_to_the_reader_s_own_page(story: Story) -> None:
    await report(story, None, None)
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    found = {str(one["To"]).split(" <")[0]: said(one) for one in (read(sent) for sent, _, _ in mailer.sent)}
    assert "/titolare" in found["Teresa Titolare"]
    assert "/richieste" in found["Aldo Ads"]
    assert "senza dire di quale collegamento" in " ".join(found["Aldo Ads"].split())
    assert await story.findings() == []


async def test_a_report_in_a_session_s_name_that_nobody_knows(story: Story) -> None:
    """Another host's, or nobody's: the note stands as it came, and no letter names anybody."""
    await report(story, "s-9999999999")
    assert {one.payload.get("request") for one in await waiting(story)} == {None}


async def test_many_reports_are_few_letters(story: Story) -> None:
    for _ in range(MOST + 2):
        await report(story, None)
    assert len(await story.kinds("desk.reported")) == MOST + 2
    assert len(await waiting(story)) == 2 * MOST
    story.clock.advance(minutes=61)
    await report(story, None)
    assert len(await waiting(story)) == 2 * (MOST + 1)
