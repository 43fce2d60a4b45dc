"""The letter about a call that authorises nothing: what it says, to whom, and when no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broker.cases.log_call import Call, log_call
from broker.cases.work_incident import solve_incident, write_again
from broker.domain import letters
from broker.domain.call_letter import MAX_ANOMALY, CallFacts, compose
from broker.domain.envelope import Envelope
from broker.jobs.deliver import deliver
from broker.parts import Parts
from broker.store import outbox
from tests.broker.letter import read, said
from tests.broker.world import World
from tests.doubles import ListMailer
from tests.stories.telling import Story

AT = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


def test_no_word_of_it_begins_a_header_or_a_paragraph() -> None:
    facts = CallFacts("Albergo\r\nBcc: a@b.c", "Ada\nX: y", "1\r\n2", "Riga uno.\n\nhttp://falso " + "x" * 900, AT, "Europe/Rome")  # fmt: skip
    around = Envelope(
        letters.address("T", "t@esempio.example"), "verbale@alfa.example", "<t.1@alfa.example>", AT
    )
    found = read(compose(facts, around, "http://localhost:8700/incidenti/t-1/I-1"))
    text = said(found)
    assert found["Bcc"] is None
    assert found["X"] is None
    assert text.count("27/03/2026 10:30 (CET)") == 2
    assert "\nhttp://falso" not in text
    assert "x" * (MAX_ANOMALY + 1) not in text


async def test_s30_it_says_who_rang_when_and_about_what(story: Story) -> None:
    """S-30: the message lists caller, time, anomaly; the outbox keeps none of it."""
    world = story.world
    call = Call(world.tenant, "Ugo della reception", "Non stampa le ricevute.", "interno 12")
    logged = await log_call(story.parts, world.technician.who, call)
    async with story.parts.store.read() as work:
        waiting = await outbox.every(work, world.tenant, outbox.CALL)
    assert "Ugo" not in str([one.payload for one in waiting])
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    found = [read(sent) for sent, _, _ in mailer.sent]
    found = [one for one in found if "Telefonata" in str(one["Subject"])]
    assert sorted(str(one["To"]).split(" <")[0] for one in found) == ["Aldo Ads", "Teresa Titolare"]
    for one in found:
        text = " ".join(said(one).split())
        assert "Ugo della reception ha telefonato il 10/11/2026 09:00 (CET)" in text
        assert "Non stampa le ricevute." in text
        assert "interno 12" in text
        assert f"/incidenti/{world.tenant}/{logged.incident}" in text
    await write_again(story.parts, world.technician.who, world.tenant, logged.incident)
    await solve_incident(story.parts, world.ads.who, world.tenant, logged.incident)
    late = ListMailer()
    await deliver(story.parts, late)
    assert "Telefonata" not in "".join(str(read(sent)["Subject"]) for sent, _, _ in late.sent)
