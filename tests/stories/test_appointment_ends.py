"""Whoever authorises or watches is appointed to the window's end: broker, host and auditor."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.cases.change_approvers import Appointment, begin_approvers
from broker.domain.refusal import Refused, Why
from tests.stories.telling import Story, wish


async def refused(doing: Awaitable[Any]) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def appoint(story: Story, *, titolare: timedelta, ads: timedelta) -> None:
    world, now = story.world, story.clock.now()
    lines = [Appointment(world.titolare.id, now + titolare), Appointment(world.ads.id, now + ads)]
    await world.titolare.sign(await begin_approvers(story.parts, world.titolare.who, lines))
    await story.agent.obey()


async def test_an_appointment_that_ends_before_the_window_authorises_and_watches_nothing(
    story: Story,
) -> None:
    await appoint(story, titolare=timedelta(days=300), ads=timedelta(hours=3))
    receipt = await story.ask()  # of the usual eight hours
    assert await refused(story.approve(receipt.request, supervision="waived")) is Why.APPOINTMENT_ENDS
    titolare, ads = story.world.titolare, story.world.ads
    named = story.approve(receipt.request, by=titolare, supervision="named", watcher=ads.id)
    assert await refused(named) is Why.APPOINTMENT_ENDS
    await story.approve(receipt.request, by=titolare, supervision="waived")
    shorter = replace(wish(), not_after=story.clock.now() + timedelta(hours=2))
    receipt = await story.ask(shorter, incident="I-2026-0001")
    await story.approve(receipt.request)
    session = (await story.session_of(receipt.request)).permit.id
    await story.supervise(receipt.request)
    await story.activate(session)
    await story.agent.obey()
    assert session in story.agent.admitted
    assert await story.findings() == []


async def test_one_cut_short_after_the_approval_ends_the_session_with_it(story: Story) -> None:
    """The host holds the newer list; the page shows the end that it tells."""
    session = await story.granted()
    await appoint(story, titolare=timedelta(days=300), ads=timedelta(minutes=10))
    soon = story.clock.now() + timedelta(minutes=10)
    await story.activate(session)
    await story.agent.obey()
    found = await story.session(session)
    assert found.ends == soon  # type: ignore[union-attr]
    assert await story.findings() == []
