"""Looking at records is a record: by whom, of what, once an hour; and no stopped log hides a page."""

from __future__ import annotations

from typing import Any

import pytest

from audit.person_records import RecordRead
from broker.cases.see_requests import see_request
from broker.cases.see_sessions import see_session
from broker.domain.refusal import Refused, Why
from tests.stories.telling import Story


async def reads(story: Story) -> list[tuple[str, str, str | None]]:
    """(who, what, of which request or session)."""
    found = [leaf.record for leaf in await story.leaves()]
    return [(one.person, one.what, one.subject) for one in found if isinstance(one, RecordRead)]


async def test_once_for_each_reader_subject_and_hour(story: Story) -> None:
    session = await story.running()
    request = (await story.session(session)).permit.request
    world, parts = story.world, story.parts
    story.clock.at = story.clock.now().replace(minute=10)
    for _ in range(3):
        await see_request(parts, world.ads.who, request)
        await see_session(parts, world.ads.who, session)
        await see_request(parts, world.technician.who, request)
    whole = [
        (world.ads.id, "request", request),
        (world.ads.id, "session", session),
        (world.technician.id, "request", request),
    ]
    assert await reads(story) == whole
    story.clock.advance(minutes=49)
    await see_request(parts, world.ads.who, request)
    assert await reads(story) == whole
    story.clock.advance(minutes=1)
    await see_request(parts, world.ads.who, request)
    assert await reads(story) == [*whole, whole[0]]
    assert await story.findings() == []


async def test_whom_it_is_not_for_reads_nothing(story: Story) -> None:
    request = (await story.ask()).request
    with pytest.raises(Refused):
        await see_request(story.parts, (await story.stranger()).who, request)
    assert await reads(story) == []


@pytest.mark.parametrize("why", [Why.LOG_BEHIND, Why.NOT_FOUND])
async def test_a_log_that_takes_nothing_hides_no_page(
    story: Story, why: Why, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """*Termina* stands on it. Anything else that goes wrong is said."""
    request = (await story.ask()).request

    def stopped(*_: Any, **__: Any) -> Any:
        raise Refused(why)

    monkeypatch.setattr(type(story.parts.store), "tx", stopped)
    if why is Why.NOT_FOUND:
        with pytest.raises(Refused):
            await see_request(story.parts, story.world.ads.who, request)
    else:
        seen = await see_request(story.parts, story.world.ads.who, request)
        assert seen.line.line.id == request
        assert f"request {request} was read" in caplog.text
