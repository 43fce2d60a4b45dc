"""Why somebody pressed *Termina*: afterwards, once, by himself, and only if he likes."""

from __future__ import annotations

import pytest

from audit.commitment import Opening
from broker.cases.explain_stop import explain_stop
from broker.cases.stop import stop
from broker.domain.refusal import Refused, Why
from broker.store import openings
from tests.stories.telling import Story


async def refused(story: Story, session: str, *, by: str = "ads", reason: str = "Basta così") -> Why:
    with pytest.raises(Refused) as no:
        await explain_stop(story.parts, getattr(story.world, by).who, session, reason)
    return no.value.why


async def test_a_reason_follows_the_stop_and_delays_nothing(story: Story) -> None:
    session = await story.running()
    assert await refused(story, session) is Why.WRONG_STATE  # nothing was ordered yet
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    assert "session.ended" in await story.kinds()  # before anybody gave a reason
    assert await refused(story, session, by="titolare") is Why.WRONG_STATE  # he ordered nothing
    assert await refused(story, session, reason=" ") is Why.BAD_INPUT
    assert await refused(story, session, reason="x" * 501) is Why.TOO_LARGE
    assert await explain_stop(story.parts, story.world.ads.who, session, "Finito; password: Pippo1234") == 1
    leaf = await story.last("session.stop_explained")
    async with story.parts.store.read() as work:
        found = await openings.get(work, story.world.tenant, leaf.n, story.parts.keys.wrapping_key())
    assert isinstance(found, Opening)
    assert "Pippo1234" not in str(found.data)
    assert str(found.data).startswith("{'text': 'Finito; password: ")
    assert leaf.sealed == found.commitment
    assert await refused(story, session) is Why.DUPLICATE
    assert await story.findings() == []


async def test_the_technician_explains_no_stop(story: Story) -> None:
    session = await story.running()
    await stop(story.parts, story.world.ads.who, session)
    assert await refused(story, session, by="technician") is Why.NOT_ALLOWED
