"""Hosts' own lists: asked for at a month's end, waited for, and missed when they do not come."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.wire import frames
from audit.log_records import ListsMissing
from broker.cases.ask_lists import ask_lists
from broker.cases.close_month import close_month
from broker.cases.missing_lists import missing_lists
from broker.domain.refusal import Refused, Why
from broker.jobs import lists, months
from broker.jobs.lists import AGAIN_AFTER
from broker.store import estate, reports
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, files_of, judged, worked

MIDNIGHT = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)  # of Rome


async def issued_by_itself(story: Story) -> list[reports.Issued]:
    await months.tick(story.parts)
    async with story.parts.store.read() as work:
        return await reports.every(work, story.world.tenant)


def asked(story: Story) -> int:
    return sum(isinstance(frame, frames.ListSessions) for frame in story.agent.inbox)


async def test_the_month_waits_for_the_list_and_is_closed_with_it(story: Story) -> None:
    session = await worked(story)
    await days_pass(story, DECEMBER)
    assert await issued_by_itself(story) == []
    tick = lists.asking()
    await tick(story.parts)
    assert asked(story) == 1
    await story.agent.obey()
    listed = await story.last("sessions.listed")
    assert listed.record.sessions[0].startswith(f"{session} ")
    (issued,) = await issued_by_itself(story)
    assert await missing_lists(story.parts, issued) == []
    verdict = (await judged(story, issued.number)).verdict
    assert (verdict.sound, verdict.counts["lists"]) == (True, 1)
    report = json.loads((await files_of(story, issued.number)).json)
    assert [(line["host"], line["state"], line["sessions"]) for line in report["lists"]] == [
        (story.world.host.id, "received", 1)
    ]


async def test_a_month_does_not_wait_for_ever(story: Story) -> None:
    await story.agent.cut()
    await days_pass(story, MIDNIGHT + timedelta(hours=71))
    assert await issued_by_itself(story) == []
    await days_pass(story, MIDNIGHT + timedelta(hours=72))
    (issued,) = await issued_by_itself(story)
    assert await missing_lists(story.parts, issued) == [story.world.host.label]
    kinds = [k for k in await story.kinds() if k.startswith(("lists.", "period.", "report."))]
    assert kinds == ["lists.missing", "period.closed", "period.figures", "report.issued"]
    assert (await story.last("lists.missing")).record == ListsMissing("2026-11", (story.world.host.id,))
    report = json.loads((await files_of(story, issued.number)).json)
    assert report["lists"] == [{"host": story.world.host.id, "state": "missing"}]
    await story.agent.dial()
    verdict = (await judged(story, issued.number)).verdict
    assert verdict.sound
    assert [note.code for note in verdict.notes if note.code.startswith("list_")] == ["list_missing"]


async def test_by_hand_nobody_waits_and_what_is_missing_is_said(story: Story) -> None:
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    assert await missing_lists(story.parts, issued) == [story.world.host.label]
    assert await missing_lists(story.parts, replace(issued, partial=True)) == []


async def test_a_host_is_asked_once_an_hour_until_its_list_is_here(story: Story) -> None:
    tick = lists.asking()
    await tick(story.parts)
    assert asked(story) == 0, "it was enrolled in the month that runs"
    await days_pass(story, MIDNIGHT + timedelta(minutes=4))
    await tick(story.parts)
    assert asked(story) == 0, "its clock may be some minutes behind"
    story.clock.advance(minutes=1)
    await tick(story.parts)
    await tick(story.parts)
    assert asked(story) == 1
    story.clock.advance(seconds=AGAIN_AFTER.total_seconds())
    await tick(story.parts)
    assert asked(story) == 2
    await story.agent.obey()
    story.clock.advance(seconds=AGAIN_AFTER.total_seconds())
    await tick(story.parts)
    assert asked(story) == 0


async def test_by_hand_whoever_is_connected_is_asked(story: Story) -> None:
    now = story.clock.now() + timedelta(seconds=1)
    owing = await ask_lists(story.parts, story.world.tenant, now)
    assert (owing.asked, owing.away) == ((story.world.host.id,), ())
    await story.agent.obey()
    async with story.parts.store.read() as work:
        host = await estate.host(work, story.world.tenant, story.world.host.id)
    assert getattr(host, "listed", None) == story.clock.now()
    await story.agent.cut()
    owing = await ask_lists(story.parts, story.world.tenant, now + timedelta(hours=1))
    assert (owing.asked, owing.away) == ((), (story.world.host.id,))
    with pytest.raises(Refused) as no:
        await ask_lists(story.parts, "t-00000000", now)
    assert no.value.why is Why.NOT_FOUND
