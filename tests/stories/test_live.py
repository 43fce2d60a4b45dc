"""What technician and watchers say and do beside a session that runs (U-13 … U-16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.wire import frames
from audit.canonical import b64
from broker.cases.ask_extension import ask_extension
from broker.cases.confirm_presence import confirm_presence
from broker.cases.flag_moment import explain_flag, flag_moment, withdraw_flag
from broker.cases.propose_extension import propose_extension
from broker.cases.relay_watch import take_answer, take_call
from broker.cases.see_sessions import see_session
from broker.cases.send_message import send_message
from broker.cases.stop import stop
from broker.domain.refusal import Refused, Why
from tests.stories.telling import Story


async def test_u13_technician_and_watcher_write_to_each_other_and_it_is_kept(story: Story) -> None:
    session = await story.running()
    technician, ads = story.world.technician.who, story.world.ads.who
    assert await send_message(story.parts, technician, session, "Riavvio la stampa?") == 0
    assert await send_message(story.parts, ads, session, "Sì. La password è Pippo1234") == 1
    for reader in (technician, ads):
        said = (await see_session(story.parts, reader, session)).talk.messages
        assert [one.by for one in said] == [technician.person, ads.person]
        assert "Pippo1234" not in str(said[1].text)
        assert said[0].text == "Riavvio la stampa?"
    assert await story.findings() == []


async def test_u13_who_may_not_write(story: Story) -> None:
    session = await story.running()

    async def no(who: object, text: str = "x") -> Why:
        with pytest.raises(Refused) as refused:
            await send_message(story.parts, who, session, text)  # type: ignore[arg-type]
        return refused.value.why

    assert await no((await story.stranger()).who) is Why.NOT_FOUND
    assert await no(story.world.owner.who) is Why.NOT_ALLOWED
    assert await no(story.world.ads.who, " ") is Why.BAD_INPUT
    assert await no(story.world.ads.who, "x" * 501) is Why.TOO_LARGE
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    assert await no(story.world.ads.who) is Why.SESSION_ENDED


async def test_u14_a_moment_is_flagged_at_once_explained_afterwards_or_taken_back(story: Story) -> None:
    session = await story.running()
    ads, titolare = story.world.ads.who, story.world.titolare.who
    kept, gone = (
        await flag_moment(story.parts, ads, session),
        await flag_moment(story.parts, ads, session),
    )
    await withdraw_flag(story.parts, ads, session, gone)
    with pytest.raises(Refused):  # it is another's
        await explain_flag(story.parts, titolare, session, kept, "Non so")
    await explain_flag(story.parts, ads, session, kept, "Apre la cartella delle paghe")
    with pytest.raises(Refused):  # what was explained stands
        await withdraw_flag(story.parts, ads, session, kept)
    view = await see_session(story.parts, ads, session)
    assert [(one.n, one.explained) for one in view.talk.flags] == [(kept, True)]
    assert "Apre la cartella delle paghe" in view.request.said.values()
    assert await story.findings() == []


async def test_u14_more_time_is_proposed_asked_for_and_waits_for_a_signature(story: Story) -> None:
    session = await story.running()
    ads, technician = story.world.ads.who, story.world.technician.who
    await propose_extension(story.parts, ads, session, 3600)
    with pytest.raises(Refused):
        await propose_extension(story.parts, ads, session, 3600)
    assert (await see_session(story.parts, technician, session)).talk.proposed == (3600, ads.person)
    receipt = await ask_extension(story.parts, technician, session, "Serve altro tempo", 3600)
    talk = (await see_session(story.parts, ads, session)).talk
    assert (talk.extension, talk.proposed) == (receipt.request, None)
    assert await story.findings() == []


async def test_u15_presence_is_asked_every_twenty_minutes_and_without_it_the_host_is_not_answered(
    story: Story,
) -> None:
    session = await story.running()
    ads = story.world.ads.who

    async def due_in() -> timedelta:
        found = (await see_session(story.parts, ads, session)).talk.due
        assert found is not None
        return found - story.clock.now()

    assert await due_in() <= timedelta(minutes=20)
    story.clock.advance(minutes=15)
    await confirm_presence(story.parts, ads, session)
    await confirm_presence(story.parts, ads, session)  # twice in a minute is one record
    assert await story.kinds("presence.confirmed") == ["presence.confirmed"]
    assert await due_in() == timedelta(minutes=20)
    with pytest.raises(Refused):
        await confirm_presence(story.parts, story.world.titolare.who, session)  # he has not the supervision

    async def answered(n: int) -> bool:
        """Whether the host hears of the page's answer to its call."""
        before = len(story.agent.inbox)
        await take_call(story.parts, story.world.host, frames.Call(session, "ab" * 32, n, b64(bytes(32))))
        await take_answer(story.parts, ads, frames.Answer(session, n, b64(bytes(64))))
        return len(story.agent.inbox) > before

    story.clock.advance(minutes=21)
    assert await answered(1)  # two minutes to come back
    story.clock.advance(minutes=2)
    assert not await answered(2)
    await confirm_presence(story.parts, ads, session)
    assert await answered(3)
    assert await story.findings() == []
