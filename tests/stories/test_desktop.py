"""A screen: asked for as far as it is needed, watched by those whose watching the log holds, nothing unrecorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.wire import frames
from audit.records import ChannelOpened, ClipboardCopied
from audit.statement import Channel
from broker.cases.change_policy import begin_policy
from broker.cases.join_session import join_session
from broker.cases.watch_desktop import watch_desktop
from broker.domain.refusal import Refused, Why
from broker.live.pipe import Pipe
from tests.broker.test_hub import Socket
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import Story, wish
from tests.stories.test_recordings import RULES

USED = Channel("desktop", control=True, clipboard=True)


async def rule(story: Story, **more: Any) -> None:
    changed = {"channels": ("terminal", "desktop"), "witnesses": 0, **more}
    draft = replace(DRAFT, accounts=((story.world.host.id, ACCOUNT),), **changed)
    await story.world.titolare.sign(await begin_policy(story.parts, story.world.titolare.who, draft))
    await story.agent.obey()


async def why(asked: Any) -> Why:
    with pytest.raises(Refused) as no:
        await asked
    return no.value.why


async def running(story: Story) -> str:
    await rule(story)
    return await story.running(asked=wish(USED))


async def told(story: Story, session: str, channel: str, via: str) -> None:
    await story.agent.note("channel.opened", session, channel=channel, kind="desktop", via=via)


async def test_what_is_copied_is_in_the_log_and_the_text_is_not(story: Story) -> None:
    session = await running(story)
    joined = await join_session(
        story.parts, session, who=story.world.technician.who, via="browser", kind="desktop", terminal="x"
    )
    await told(story, session, joined.channel, "browser")
    await story.agent.note(
        "clipboard.copied", session, channel=joined.channel, direction="to_host", bytes=7, text="ab" * 32
    )
    record = (await story.last(ClipboardCopied.KIND)).record
    assert isinstance(record, ClipboardCopied)
    assert (record.direction, record.bytes, record.text) == ("to_host", 7, "ab" * 32)
    assert await story.findings() == []


async def test_whoever_watches_sees_the_screen_while_there_is_one(story: Story) -> None:
    session = await running(story)
    ads, audience = story.world.ads, story.parts.hub.audience(session)
    audience.screen("c-1", shown=True)
    assert await why(watch_desktop(story.parts, ads.who, session)) is Why.WRONG_STATE, "he does not watch"
    audience.come(ads.id)
    audience.screen("c-1", shown=False)
    assert await why(watch_desktop(story.parts, ads.who, session)) is Why.WRONG_STATE, "nothing is shown"
    audience.screen("c-1", shown=True)
    assert await why(watch_desktop(story.parts, story.world.technician.who, session)) is Why.NOT_ALLOWED
    pipe = await opened(story, session)
    assert pipe.session == session
    await told(story, session, pipe.channel, "watch")
    record = (await story.last(ChannelOpened.KIND)).record
    assert isinstance(record, ChannelOpened)
    assert (record.via, record.terminal) == ("watch", ads.who.terminal)
    pipe.finish()
    await story.agent.pause(session)
    assert await why(watch_desktop(story.parts, ads.who, session)) is Why.SESSION_PAUSED
    assert await story.findings() == []


async def opened(story: Story, session: str) -> Pipe:
    """The host dials back for the order that it gets: seen only, and said to be for a watcher."""
    sent: list[frames.OpenChannel] = []
    link: Any = story.agent.link
    took = link.send

    async def dial(text: str) -> None:
        await took(text)
        frame = frames.decode(text)
        if isinstance(frame, frames.OpenChannel):
            sent.append(frame)
            assert story.parts.hub.arrive(frame.pass_, Pipe(Socket()))

    link.send = dial
    try:
        pipe = await watch_desktop(story.parts, story.world.ads.who, session)
    finally:
        link.send = took
    (order,) = sent
    assert order.kind == "desktop"
    assert order.params == {"via": "watch", "terminal": story.world.ads.who.terminal, "watch": True}
    return pipe


async def test_what_has_to_be_recorded_has_no_screen(story: Story) -> None:
    await rule(story, recording=RULES)
    with pytest.raises(Refused) as no:
        await story.ask(asked=wish(Channel("terminal"), Channel("desktop")))
    assert (no.value.why, no.value.facts) == (Why.POLICY_FORBIDS, {"what": "screen"})
    await story.ask(asked=wish(Channel("terminal")))
