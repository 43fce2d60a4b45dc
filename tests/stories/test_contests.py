"""A row of a report is contested: what it is about is kept, the next report says so, both verifiers agree."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from audit.erasure_records import HoldPlaced
from audit.report_records import ContestOpened
from broker.cases.close_month import close_month
from broker.cases.contest import answer_contest, close_contest, contest_row, contest_session
from broker.domain.refusal import Refused, Why
from broker.jobs import erase
from broker.jobs.deliver import deliver
from broker.store.people import everybody
from tests.broker.letter import read, said
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, files_of, judged, worked

MARKER = "A quell’ora non c’era nessuno."


async def test_u10_a_row_of_a_report_is_contested_and_what_it_is_about_is_kept(story: Story) -> None:
    parts, tenant, titolare = story.parts, story.world.tenant, story.world.titolare.who
    request = (await story.session(await worked(story))).permit.request
    await days_pass(story, datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
    number = (await close_month(parts, tenant, "2026-11")).number
    for row in ("99", "E99", "X1"):
        with pytest.raises(Refused) as no:
            await contest_row(parts, titolare, number, row, MARKER)
        assert no.value.why == Why.BAD_INPUT
    with pytest.raises(Refused) as no:
        await contest_row(parts, story.world.technician.who, number, "1", MARKER)
    assert no.value.why == Why.NOT_ALLOWED
    one = await contest_row(parts, titolare, number, "1", MARKER)
    whole = await contest_row(parts, story.world.ads.who, number, "", MARKER)
    opened = [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, ContestOpened)]
    assert [(c.request, c.report, c.row) for c in opened] == [(request, number, "1"), (None, number, None)]
    placed = [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, HoldPlaced)]
    assert [(p.request, p.reason) for p in placed] == [(request, "contest"), (None, "contest")]
    await answer_contest(parts, story.world.technician.who, tenant, one, "L’ADS era collegato.")
    await close_contest(parts, story.world.ads.who, tenant, whole, "withdrawn")

    await days_pass(story, datetime(2027, 1, 1, 6, 30, tzinfo=UTC))
    after = await close_month(parts, tenant, "2026-12")
    data = (await files_of(story, after.number)).json
    assert MARKER.encode() not in data
    told = [(c["id"], c["state"], c["answers"]) for c in json.loads(data)["contests"]]
    assert told == [(one, "answered", 1), (whole, "closed", 0)]
    assert {f.code for f in (await judged(story, after.number)).verdict.findings} == set()

    story.clock.at = datetime(2040, 1, 1, tzinfo=UTC)  # every term has ended; what is contested is kept
    await erase.tick(parts)
    assert not (await files_of(story, number)).erased
    await close_contest(parts, titolare, tenant, one, "corrected")
    await erase.tick(parts)
    assert (await files_of(story, number)).erased


async def test_u10_each_side_hears_of_the_other_s_words(story: Story) -> None:
    """U-10: the first word, an answer, the end: a letter to the other side that leads to the page and holds no text of
    it; ten words within an hour are one letter, and nobody is told of his own."""
    parts, tenant, world = story.parts, story.world.tenant, story.world
    session = await worked(story)
    await told(story)
    one = await contest_session(parts, world.ads.who, session, MARKER)
    assert await told(story) == {(world.owner.id, f"Contestazione {one}: una nuova parola")}
    for _ in range(3):
        await answer_contest(parts, world.technician.who, tenant, one, MARKER)
    assert await told(story) == {
        (world.titolare.id, f"Contestazione {one}: una nuova parola"),
        (world.ads.id, f"Contestazione {one}: una nuova parola"),
    }
    story.clock.advance(hours=1, seconds=1)
    await answer_contest(parts, world.titolare.who, tenant, one, MARKER)
    assert {to for to, _ in await told(story)} == {world.owner.id, world.technician.id}
    await close_contest(parts, world.ads.who, tenant, one, "explained")
    assert await told(story) == {
        (world.owner.id, f"Contestazione {one} chiusa"), (world.technician.id, f"Contestazione {one} chiusa"),
    }  # fmt: skip
    assert await story.findings() == []


async def told(story: Story) -> set[tuple[str, str]]:
    """To whom, by person, and the Italian subject; no letter holds what was written."""
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    async with story.parts.store.read() as work:
        people = {
            p.email: p.id for t in (story.world.tenant, story.world.house) for p in await everybody(work, t)
        }
    found = set()
    for raw, _, to in mailer.sent:
        letter = read(raw)
        assert MARKER not in said(letter)
        found.add((people[to], str(letter["Subject"]).split(" · ")[0]))
    return found
