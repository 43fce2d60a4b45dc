"""A log that takes nothing down, a host that is away, clocks that jump: what is ordered, presumed, recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.wire.frames import SignedStop, Stop
from audit import instant
from audit.session_records import StopOrdered
from broker.cases.end_unrecorded import end_unrecorded
from broker.cases.join_session import find_session
from broker.cases.open_session import open_session
from broker.cases.record_stops import record_stops
from broker.cases.repeat_stops import repeat_stops
from broker.cases.stop import stop
from broker.domain.refusal import Refused, Why
from broker.domain.session import Active, Ended, PresumedEnded
from broker.jobs.silence import silence
from broker.live.owed import Unrecorded
from broker.store.growing import Growing
from tests.stories.telling import Story
from tests.stories.test_trouble import why


async def _away(*_: object) -> None:
    raise Refused(Why.LOG_UNAVAILABLE)


async def _nothing(*_: object) -> None:
    pass


async def test_a_stop_that_nobody_could_hear_or_write_down_is_heard_first(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link is down and the log full: the order is remembered all the same, until its agent is back, and
    recorded before the end that it brought."""
    tick = silence(story.clock.now())
    session = await story.running()
    await story.agent.cut()
    pressed = story.clock.now()
    with monkeypatch.context() as broken:
        broken.setattr(Growing, "seal", _away)
        assert await why(stop(story.parts, story.world.ads.who, session)) is Why.STOP_UNRECORDED
        assert isinstance(await story.session(session), Active)
        entering = find_session(story.parts, session, who=story.world.technician.who)
        assert await why(entering) is Why.SESSION_ENDED, "dead, though the log cannot say so yet"
        story.clock.advance(minutes=3)
        assert await why(tick(story.parts)) is Why.LOG_UNAVAILABLE
        await story.agent.dial()
        assert await repeat_stops(story.parts, story.world.host) == 1
    assert story.agent.inbox == [Stop(session, "stopped_by_ads", story.world.ads.who.person)]
    assert await repeat_stops(story.parts, story.world.host) == 0, "once"
    await story.agent.obey()
    assert isinstance(await story.session(session), Ended)
    assert (await story.kinds())[-2:] == ["session.stop_ordered", "session.ended"]
    ordered = await story.last("session.stop_ordered")
    assert ordered.record == StopOrdered(
        story.world.ads.who.person,
        "stopped_by_ads",
        story.world.ads.who.terminal,
        given=instant.to_text(pressed),
    )
    assert ordered.time == story.clock.now()
    assert await story.findings() == []


async def test_a_stop_that_was_not_recorded_is_without_any_word_of_its_agent(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick = silence(story.clock.now())
    session = await story.running()
    with monkeypatch.context() as broken:
        broken.setattr(Growing, "seal", _away)
        assert await why(stop(story.parts, story.world.ads.who, session)) is Why.STOP_UNRECORDED
    assert "session.stop_ordered" not in await story.kinds()
    await tick(story.parts)
    await tick(story.parts)
    assert await story.kinds("session.stop_ordered") == ["session.stop_ordered"]
    found = await story.session(session)
    assert isinstance(found, Active)
    assert found.stop is not None


async def test_a_stop_that_came_too_late_needs_no_record(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended by itself in the same moment, and its own record was the first that the log took."""
    session = await story.running()
    who = story.world.ads.who
    story.parts.hub.owed.keep(
        Unrecorded(story.world.tenant, session, who.actor, "stopped_by_ads", who.terminal, story.clock.now())
    )
    with monkeypatch.context() as before:
        before.setattr("broker.cases.take_report.record_stops", _nothing)
        await story.agent.end(session, "expired")
    await record_stops(story.parts, story.world.tenant)
    assert "session.stop_ordered" not in await story.kinds()
    assert not story.parts.hub.owed.ends(session)


async def test_a_signed_stop_is_not_forgotten_for_an_unsigned_one(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await story.running()
    await story.agent.cut()
    with monkeypatch.context() as broken:
        broken.setattr(Growing, "seal", _away)
        assert await why(story.stop_signed(session)) is Why.STOP_UNRECORDED
        assert await why(stop(story.parts, story.world.ads.who, session)) is Why.STOP_UNRECORDED
    await story.agent.dial()
    await repeat_stops(story.parts, story.world.host)
    assert [type(frame) for frame in story.agent.inbox] == [SignedStop]
    await story.agent.obey()
    ordered = await story.last("session.stop_ordered")
    assert isinstance(ordered.record, StopOrdered)
    assert ordered.record.statement is not None
    assert {one.kind for one in ordered.evidence} == {"statement", "assertion"}
    assert await story.findings() == []


@pytest.mark.parametrize("order", ["stop", "recording_lost"])
async def test_a_log_that_was_closed_keeps_no_end_from_the_host(story: Story, order: str) -> None:
    """Nobody may even begin to write there; what runs can be ended, and nothing new opens."""
    session, waiting = await story.running(), await story.granted()
    answer = await story.answer(waiting)
    story.parts.store.close_log(story.world.tenant)
    ends = {
        "stop": stop(story.parts, story.world.ads.who, session),
        "recording_lost": end_unrecorded(story.parts, story.world.tenant, session),
    }
    for unused in set(ends) - {order}:
        ends[unused].close()
    told = {"stop": Why.STOP_UNRECORDED, "recording_lost": Why.LOG_CLOSED}
    assert await why(ends[order]) is told[order]
    assert [(type(f), f.session) for f in story.agent.inbox] == [(Stop, session)]  # type: ignore[attr-defined]
    opening = open_session(story.parts, story.world.technician.who, waiting, answer)
    assert await why(opening) is Why.LOG_CLOSED


async def _only_backwards(story: Story) -> None:
    """Nobody can tell a clock that was put right from an order that was changed: the verifier says what it sees."""
    found = await story.findings()
    assert found
    assert {one.partition(" n=")[0] for one in found} == {"MALFORMED record_time"}


@pytest.mark.parametrize("hours", [-5, 5])
async def test_the_brokers_clock_jumps_while_a_session_runs(story: Story, hours: int) -> None:
    """A session belongs to its host's clock: it goes on and ends as ordered. The log says that time went back."""
    tick = silence(story.clock.now())
    session = await story.running()
    story.clock.advance(hours=hours)
    await tick(story.parts)
    assert isinstance(await story.session(session), Active), "its host is there"
    await stop(story.parts, story.world.ads.who, session)
    story.clock.advance(hours=-hours)
    await story.agent.obey()
    assert isinstance(await story.session(session), Ended)
    await _only_backwards(story)


async def test_the_brokers_clock_jumps_while_a_host_is_away(story: Story) -> None:
    """By that clock it has been silent for hours: presumed, and never left open. The host tells better."""
    tick = silence(story.clock.now())
    session = await story.running()
    assert story.agent.link is not None
    heard = story.agent.link.last_seen
    await story.agent.cut()
    story.clock.advance(hours=5)
    await tick(story.parts)
    found = await story.session(session)
    assert isinstance(found, PresumedEnded)
    assert found.last_seen == heard
    story.clock.advance(hours=-5)
    await story.agent.dial()
    await tick(story.parts)
    assert [f.reason for f in story.agent.inbox if isinstance(f, Stop)] == ["broker_gone"]
    await story.agent.obey()
    assert isinstance(await story.session(session), Ended)
    await _only_backwards(story)


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_host_whose_clock_is_elsewhere(story: Story, hours: int) -> None:
    """Its notes bear its own time and the broker's: the delay is seen, and nothing is corrected."""
    session = await story.running()
    at = story.clock.now()
    story.clock.advance(hours=hours)
    await story.agent.cut()
    await story.agent.end(session, "clock_moved")  # by a clock of its own
    story.clock.advance(hours=-hours)
    await story.agent.dial()
    ended = await story.last("session.ended")
    assert ended.record.received == instant.to_text(at)
    assert ended.time == at + timedelta(hours=hours)
    assert await story.findings() == []
