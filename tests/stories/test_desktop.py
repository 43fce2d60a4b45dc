"""A screen: asked for as far as it is needed, watched by those whose watching the log holds, nothing unrecorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.channels.recorder import Recorder
from agent.wire import frames
from agent.wire.channel import Exit, Tag, pack, pack_exit, pack_segment
from audit.canonical import unb64
from audit.channel_records import ChannelOpened, ClipboardCopied
from audit.person_records import RecordRead
from audit.playable import SCREEN
from audit.recording_records import RecordingClosed
from audit.recording_stream import stream_of
from audit.statement_parts import Channel
from broker.cases.change_policy import begin_policy
from broker.cases.join_session import join_session
from broker.cases.open_channel import open_channel
from broker.cases.read_recording import clear_screen, read_recording
from broker.cases.see_recordings import see_recordings
from broker.cases.watch_desktop import watch_desktop
from broker.domain.refusal import Refused, Why
from broker.live import recorder
from broker.live.pipe import Pipe
from tests.audit.recorded import KEY_PICTURE
from tests.broker.test_hub import Socket
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import Story, wish
from tests.stories.test_recordings import RULES, assess

USED = Channel("desktop", control=True, clipboard=True)


async def rule(story: Story, **more: Any) -> None:
    if more.get("recording"):
        await assess(story)
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


async def recorded(story: Story) -> tuple[Socket, Pipe, frames.OpenChannel]:
    """The host's end of a technician's screen that has to be recorded, the broker's, and the order."""
    await rule(story, recording=RULES)
    session = await story.running(asked=wish(USED))
    joined = await join_session(
        story.parts, session, who=story.world.technician.who, via="browser", kind="desktop", terminal="x"
    )
    host, orders = Socket(), list[frames.OpenChannel]()
    link: Any = story.agent.link
    took = link.send

    async def dial(text: str) -> None:
        await took(text)
        frame = frames.decode(text)
        if isinstance(frame, frames.OpenChannel):
            orders.append(frame)
            assert story.parts.hub.arrive(frame.pass_, Pipe(host))

    link.send = dial
    pipe = await open_channel(story.parts, joined, "desktop", {})
    link.send = took
    await told(story, session, joined.channel, "browser")
    return host, pipe, orders[0]


async def test_where_it_has_to_be_recorded_it_is(story: Story) -> None:
    """L-49. One segment, signed by the host; who plays it sees the host's pictures, and the bundle is sound."""
    await rule(story, recording=RULES)
    session = await story.running(asked=wish(USED))
    joined = await join_session(
        story.parts, session, who=story.world.technician.who, via="browser", kind="desktop", terminal="x"
    )
    host, orders, link = Socket(), list[frames.OpenChannel](), story.agent.link
    took = link.send  # type: ignore[union-attr]

    async def dial(text: str) -> None:
        await took(text)
        frame = frames.decode(text)
        if isinstance(frame, frames.OpenChannel):
            orders.append(frame)
            assert story.parts.hub.arrive(frame.pass_, Pipe(host))

    link.send = dial  # type: ignore[union-attr]
    pipe = await open_channel(story.parts, joined, "desktop", {})
    link.send = took  # type: ignore[union-attr]
    await told(story, session, pipe.channel, "browser")
    agent = story.agent
    signing = Recorder(
        stream_of("desktop", pipe.channel, unb64(str(orders[0].params["recording_salt"]))),
        lambda seen: seen.sign(
            agent.world.agent.recorder, agent.pins.enrolment.log_origin, agent.world.host.id
        ),
    )
    signing.covered()  # a window that the rules leave out
    await signing.feed(KEY_PICTURE, 0.0)
    note = await signing.end()
    assert note is not None
    host.messages += [
        pack(Tag.SCREEN, KEY_PICTURE), pack(Tag.DATA, b"the page's"), pack_segment(note, last=True),
        pack_exit(Exit(status=0)),
    ]  # fmt: skip
    assert await pipe.read() == (Tag.DATA, b"the page's")
    assert await pipe.read() is None
    pipe.finish()
    await pipe.end_recording()
    closed = (await story.last(RecordingClosed.KIND)).record
    assert isinstance(closed, RecordingClosed)
    assert (closed.outcome, closed.out_bytes, closed.masked) == ("complete", len(KEY_PICTURE), 1)
    [line] = (await see_recordings(story.parts, story.world.titolare.who, session)).lines
    assert (line.windows, line.secrets) == (1, 0)
    played = await read_recording(story.parts, story.world.titolare.who, session, pipe.channel, "control")
    assert played.suffix == SCREEN
    assert KEY_PICTURE in played.data
    await clear_screen(story.parts, story.world.titolare.who, session, pipe.channel, "control")  # L-49
    cleared = (await story.last("record.read")).record
    assert isinstance(cleared, RecordRead)
    assert (cleared.what, cleared.recording, cleared.reason) == ("recording_clear", pipe.channel, "control")
    assert b"the page's" not in played.data
    assert await story.findings() == []


async def test_a_host_that_sends_pictures_without_end_loses_its_session(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "PICTURES_AT_ONCE_BYTES", 10)
    host, pipe, _ = await recorded(story)
    story.clock.advance(seconds=1)
    host.messages += [pack(Tag.SCREEN, bytes(64 * 1024))] * 17
    with pytest.raises(recorder.RecordingLost):
        await pipe.read()
    assert len(host.messages) == 0, "1 MiB a second, and the ten bytes"
    pipe.finish()
    await pipe.end_recording()
    assert (await story.last("session.stop_ordered")).record.reason == "recording_lost"
    assert (await story.last(RecordingClosed.KIND)).record.outcome == "cut"
