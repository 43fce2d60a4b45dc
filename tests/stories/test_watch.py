"""The watcher's check-in, pauses, signed stops, and signatures by role: whole stories with a fake clock."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from agent.wire import frames
from audit.canonical import b64, unb64
from audit.keys import SigningKey
from audit.request_records import SupervisionTaken
from audit.session_records import SessionEnded, SessionPaused, SessionResumed, StopOrdered
from audit.watch import Call
from broker.cases.begin_approval import begin_approval, watchers
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.close_session import close_session
from broker.cases.finish_signing import finish_signing
from broker.cases.hand_over import hand_over
from broker.cases.join_session import find_session, join_session
from broker.cases.open_session import begin_activation
from broker.cases.pause import pause
from broker.cases.relay_watch import repeat_check_ins, take_answer, take_call
from broker.cases.see_requests import see_request
from broker.cases.see_sessions import see_session
from broker.cases.sign_stop import begin_signed_stop
from broker.cases.take_supervision import begin_supervision
from broker.domain.refusal import Refused, Why
from broker.domain.session import Active, Ended, Paused
from broker.live.audience import Place
from broker.store.tables import outbox
from tests.audit.people import PAGE_KEY
from tests.broker.world import ACCOUNT, DRAFT, Someone, link_of, newcomer, with_signing_key
from tests.stories.telling import GEST, Story
from web.present import watching
from web.present.reader import Reader

OTHER_PAGE = SigningKey(b"o" * 32)


async def refused(asked: Any) -> Why:
    with pytest.raises(Refused) as no:
        await asked
    return no.value.why


async def enter(story: Story, session: str) -> object:
    who = story.world.technician.who
    return await join_session(story.parts, session, who=who, via="browser", kind="terminal", terminal="x")


# ------------------------------------------------------------------------------------------ check-in


async def test_the_check_in_is_a_signature_over_this_session_and_this_page(story: Story) -> None:
    session = await story.running()
    taken = (await story.last(SupervisionTaken.KIND)).record
    assert isinstance(taken, SupervisionTaken)
    check_in = story.agent.admitted[session].check_in
    assert check_in is not None
    assert check_in.digest.hex() == taken.statement
    assert (check_in.page_key, check_in.watcher) == (PAGE_KEY.public.text, story.world.ads.id)
    assert check_in.not_after == story.agent.admitted[session].grant.not_after
    assert await story.findings() == []


async def test_whoever_goes_back_without_signing_has_taken_nothing(story: Story) -> None:
    receipt = await story.ask()
    await story.approve(receipt.request)
    url = await begin_supervision(story.parts, story.world.ads.who, receipt.request, PAGE_KEY.public.text)
    await finish_signing(story.parts, story.world.ads.who, link_of(url)["state"], None)
    assert await story.kinds(SupervisionTaken.KIND) == []
    session = (await story.session_of(receipt.request)).permit.id
    asked = begin_activation(story.parts, story.world.technician.who, session)
    assert await refused(asked) is Why.SUPERVISION_MISSING


async def test_a_check_in_that_is_none(story: Story) -> None:
    """Of another page, signed by another: nothing is taken."""
    world = story.world
    receipt = await story.ask()
    await story.approve(receipt.request)
    one = await begin_supervision(story.parts, world.ads.who, receipt.request, PAGE_KEY.public.text)
    other = await begin_supervision(story.parts, world.ads.who, receipt.request, OTHER_PAGE.public.text)
    _, wrong = world.ads.answer(other)
    assert await refused(finish_signing(story.parts, world.ads.who, link_of(one)["state"], wrong)) is (
        Why.ENVELOPE_INVALID
    )
    _, theirs = world.titolare.answer(other)
    asked = finish_signing(story.parts, world.ads.who, link_of(other)["state"], theirs)
    assert await refused(asked) is Why.AUTHORISATION_MISSING
    for key in ("", "A" * 42, "é" * 43):
        asked = begin_supervision(story.parts, world.ads.who, receipt.request, key)
        assert await refused(asked) is Why.BAD_INPUT
    assert await story.kinds(SupervisionTaken.KIND) == []
    assert await story.findings() == []


async def test_the_same_check_in_counts_once(story: Story) -> None:
    """A page that asks twice in one moment is asked to sign the same statement twice."""
    receipt, ads = await story.ask(), story.world.ads
    await story.approve(receipt.request)
    urls = [
        await begin_supervision(story.parts, ads.who, receipt.request, PAGE_KEY.public.text) for _ in range(2)
    ]
    await ads.sign(urls[0])
    assert await refused(ads.sign(urls[1])) is Why.DUPLICATE
    assert await story.findings() == []


async def test_who_watches_has_an_appointment(story: Story) -> None:
    """Somebody who cannot sign cannot watch: the host would not know him."""
    world = story.world
    bystander = await newcomer(story.parts, world.titolare, world.tenant, "ads", "Bruno Bystander")
    receipt = await story.ask()
    named = {p.id for p in await watchers(story.parts, world.ads.who, receipt.request)}
    assert named == {world.ads.id, world.titolare.id}
    seen = await see_request(story.parts, world.ads.who, receipt.request)
    assert {p.id for p in seen.watchers} == named
    asked = begin_approval(
        story.parts, world.ads.who, receipt.request, supervision="named", watcher=bystander.id
    )
    assert await refused(asked) is Why.ADS_DELEGATION_MISSING


async def test_a_watcher_taken_off_the_list_watches_no_more(story: Story) -> None:
    world = story.world
    receipt = await story.ask()
    await story.approve(receipt.request, world.titolare, "named", world.ads.id)
    await story.supervise(receipt.request)
    alone = [Appointment(world.titolare.id, story.clock.now() + timedelta(days=300))]
    await world.titolare.sign(await begin_approvers(story.parts, world.titolare.who, alone))
    session = (await story.session_of(receipt.request)).permit.id
    asked = begin_activation(story.parts, world.technician.who, session)
    assert await refused(asked) is Why.SUPERVISION_MISSING
    assert await story.findings() == []


async def test_a_session_that_is_over_is_watched_by_nobody(story: Story) -> None:
    session = await story.running()
    request = (await story.session(session)).permit.request
    await story.agent.end(session, "stopped_by_desk")
    asked = begin_supervision(story.parts, story.world.ads.who, request, PAGE_KEY.public.text)
    assert await refused(asked) is Why.SESSION_ENDED


async def test_another_page_takes_over_while_it_runs(story: Story) -> None:
    session = await story.running()
    request = (await story.session(session)).permit.request
    await story.supervise(request, page=OTHER_PAGE)
    assert [f.TYPE for f in story.agent.inbox] == ["check_in"]
    await story.agent.obey()
    check_in = story.agent.admitted[session].check_in
    assert check_in is not None
    assert check_in.page_key == OTHER_PAGE.public.text
    seen = await see_session(story.parts, story.world.ads.who, session)
    assert (seen.page_key, seen.check_in) == (OTHER_PAGE.public.text, check_in.digest.hex())
    assert (await story.kinds(SupervisionTaken.KIND)).count(SupervisionTaken.KIND) == 2
    assert await story.findings() == []


async def test_a_page_that_took_over_while_the_host_was_away_is_told_again(story: Story) -> None:
    session = await story.running()
    request = (await story.session(session)).permit.request
    await story.agent.cut()
    await story.supervise(request, page=OTHER_PAGE)
    await story.agent.dial()
    assert await repeat_check_ins(story.parts, story.world.host) == 1
    await story.agent.obey()
    check_in = story.agent.admitted[session].check_in
    assert check_in is not None
    assert check_in.page_key == OTHER_PAGE.public.text


async def test_the_titolare_takes_over_while_it_runs(story: Story) -> None:
    """U-15, *Passa*: he is asked by letter, signs a check-in of his own, and from then on his page answers."""
    session, world, parts = await story.running(), story.world, story.parts
    request = (await story.session(session)).permit.request
    assert await presence(story, world.ads, session) == (None, f"/sessioni/{session}/passa")
    assert await hand_over(parts, world.ads.who, session) == 1
    assert [row["to"] for row in await handed_on(story)] == [world.titolare.id]
    take = f"/richieste/{request}/supervisione"
    assert await presence(story, world.titolare, session) == (take, None)
    assert await refused(hand_over(parts, world.titolare.who, session)) is Why.NOT_ALLOWED
    await story.supervise(request, by=world.titolare, page=OTHER_PAGE)
    await story.agent.obey()
    taken = story.agent.admitted[session].check_in
    assert taken is not None
    assert (taken.watcher, taken.page_key) == (world.titolare.id, OTHER_PAGE.public.text)
    assert await presence(story, world.titolare, session) == (None, f"/sessioni/{session}/passa")
    assert await presence(story, world.ads, session) == (take, None), "and back"
    place = Place()
    await take_call(parts, world.host, called(session))
    assert parts.hub.audience(session).asked(place) is not None
    answer = frames.Answer(session, 1, b64(OTHER_PAGE.sign(Call(b"c" * 32, 1, b"n" * 32).message)))
    await take_answer(parts, world.ads.who, answer)
    assert story.agent.inbox == []
    await take_answer(parts, world.titolare.who, answer)
    assert story.agent.inbox == [answer]
    story.agent.inbox.clear()
    await story.agent.pause(session)
    await story.agent.resume(session)
    assert await story.findings() == []


async def handed_on(story: Story) -> list[dict[str, Any]]:
    async with story.parts.store.read() as work:
        rows = await work.run(select(outbox.c.payload).order_by(outbox.c.id))
    letters = [json.loads(row.payload) for row in rows]
    return [letter for letter in letters if letter.get("letter") == "handed_on"]


async def presence(story: Story, who: Someone, session: str) -> tuple[str | None, str | None]:
    """What his live page offers him: to take over, and to hand on."""
    view = await see_session(story.parts, who.who, session)
    found = watching.live(view, who.who, (), 0, Reader("it", story.clock.now())).presence
    return found.take and found.take.post, found.hand_on and found.hand_on.post


async def test_nobody_takes_over_before_it_runs_nor_without_an_appointment(story: Story) -> None:
    world, receipt = story.world, await story.ask()
    await story.approve(receipt.request)
    await story.supervise(receipt.request)
    asked = begin_supervision(story.parts, world.titolare.who, receipt.request, OTHER_PAGE.public.text)
    assert await refused(asked) is Why.NOT_ALLOWED
    session = (await story.session_of(receipt.request)).permit.id
    assert await refused(hand_over(story.parts, world.ads.who, session)) is Why.SESSION_ENDED
    await story.activate(session)
    await story.agent.obey()
    bystander = await newcomer(story.parts, world.titolare, world.tenant, "ads", "Bruno Bystander")
    asked = begin_supervision(story.parts, bystander.who, receipt.request, OTHER_PAGE.public.text)
    assert await refused(asked) is Why.ADS_DELEGATION_MISSING
    soon = [
        Appointment(world.titolare.id, story.clock.now() + timedelta(minutes=5)),
        Appointment(world.ads.id, story.clock.now() + timedelta(days=300)),
    ]
    await world.titolare.sign(await begin_approvers(story.parts, world.titolare.who, soon))
    assert await refused(hand_over(story.parts, world.ads.who, session)) is Why.ADS_DELEGATION_MISSING
    asked = begin_supervision(story.parts, world.titolare.who, receipt.request, OTHER_PAGE.public.text)
    assert await refused(asked) is Why.APPOINTMENT_ENDS


# ------------------------------------------------------------------------------- calls and answers


def called(session: str, n: int = 1) -> frames.Call:
    return frames.Call(session, "ab" * 32, n, b64(b"n" * 32))


async def test_calls_go_to_the_page_and_answers_to_the_host(story: Story) -> None:
    session, world, parts = await story.running(), story.world, story.parts
    place, audience = Place(), parts.hub.audience(session)
    await take_call(parts, world.host, called(session))
    assert audience.asked(place) == called(session)
    assert audience.asked(place) is None
    answer = frames.Answer(
        session, 1, b64(PAGE_KEY.sign(Call(b"c" * 32, 1, unb64(called(session).nonce)).message))
    )
    await take_answer(parts, world.titolare.who, answer)  # looks on, and is not the one
    await take_answer(parts, (await story.stranger()).who, answer)
    await take_answer(parts, world.ads.who, replace(answer, n=2))  # nobody called
    assert story.agent.inbox == []
    await take_answer(parts, world.ads.who, answer)
    await take_answer(parts, world.ads.who, answer)
    assert story.agent.inbox == [answer]


async def test_nobody_is_called_for_a_session_that_is_not_this_hosts(story: Story) -> None:
    session, parts = await story.running(), story.parts
    await take_call(parts, replace(story.world.host, id="h-99999999"), called(session))
    await take_call(parts, story.world.host, called("s-9999999999"))
    assert parts.hub.audience(session).asked(Place()) is None
    await take_answer(parts, story.world.ads.who, frames.Answer("s-9999999999", 1, b64(bytes(64))))
    no = frames.OrderRefused(session, "check_in", "not_recognised")
    place = Place()
    await take_call(parts, story.world.host, no)
    assert parts.hub.audience(session).refused(place) == no
    assert parts.hub.audience(session).refused(place) is None


# --------------------------------------------------------------------------------------------- pause


async def test_paused_and_resumed(story: Story) -> None:
    """Nobody enters while nobody watches; the technician may still say who he is, and close."""
    session = await story.running()
    story.clock.advance(minutes=3)
    await story.agent.pause(session)
    assert isinstance(await story.session(session), Paused)
    assert await refused(enter(story, session)) is Why.SESSION_PAUSED
    technician = story.world.technician
    await find_session(story.parts, session, ssh_fingerprint=technician.ssh_fingerprint, at_the_door=True)
    assert await story.kinds("access.denied") == []
    story.clock.advance(minutes=1)
    await story.agent.resume(session)
    assert isinstance(await story.session(session), Active)
    await enter(story, session)
    await story.agent.pause(session)
    await close_session(
        story.parts, technician.who, session, outcome="solved", activities=[GEST], note="Fatto."
    )
    await story.agent.obey()
    found = await story.session(session)
    assert isinstance(found, Ended)
    assert (found.reason, found.outcome) == ("closed_by_technician", "solved")
    assert await story.findings() == []


async def test_whoever_watches_pauses_and_resumes(story: Story) -> None:
    """By the page's button, which is there whenever it does anything; the host's note says who ordered it."""
    session, ads, titolare = await story.running(), story.world.ads.who, story.world.titolare.who
    assert await hold_button(story, session) == ("Pausa", f"/sessioni/{session}/pausa")
    await pause(story.parts, ads, session, hold=True)
    await story.agent.obey()
    paused = (await story.last(SessionPaused.KIND)).record
    assert isinstance(paused, SessionPaused)
    assert (paused.reason, paused.by) == ("paused_by_watcher", ads.person)
    assert await refused(enter(story, session)) is Why.SESSION_PAUSED
    assert await hold_button(story, session) == ("Riprendi", f"/sessioni/{session}/riprendi")
    await pause(story.parts, titolare, session, hold=False)
    await story.agent.obey()
    resumed = (await story.last(SessionResumed.KIND)).record
    assert isinstance(resumed, SessionResumed)
    assert resumed.by == titolare.person
    assert isinstance(await story.session(session), Active)
    await story.agent.pause(session)
    assert await hold_button(story, session) is None, "nobody watches: no button makes somebody watch"
    assert await story.findings() == []


async def hold_button(story: Story, session: str) -> tuple[str, str] | None:
    view = await see_session(story.parts, story.world.ads.who, session)
    page = watching.live(view, story.world.ads.who, (), 0, Reader("it", story.clock.now()))
    return None if page.hold is None else (page.hold.label, page.hold.post)


async def test_a_pause_that_cannot_be_ordered_is_refused(story: Story) -> None:
    session, ads = await story.running(), story.world.ads.who
    await story.agent.cut()
    assert await refused(pause(story.parts, ads, session, hold=True)) is Why.HOST_UNREACHABLE
    await story.agent.dial()
    await story.stop_signed(session, story.world.titolare)
    await story.agent.obey()
    assert await refused(pause(story.parts, ads, session, hold=True)) is Why.SESSION_ENDED
    receipt = await story.ask()
    await story.approve(receipt.request, story.world.titolare, "waived")
    waived = (await story.session_of(receipt.request)).permit.id
    assert await refused(pause(story.parts, ads, waived, hold=True)) is Why.WRONG_STATE
    await story.activate(waived)
    await story.agent.obey()
    assert await refused(pause(story.parts, ads, waived, hold=True)) is Why.NOT_ALLOWED


async def test_a_pause_told_after_the_end_was_presumed(story: Story) -> None:
    session = await story.running()
    await story.agent.cut()
    await story.agent.pause(session)
    story.clock.advance(minutes=3)
    await story.agent.dial()
    assert isinstance(await story.session(session), Paused)
    assert await story.findings() == []


# --------------------------------------------------------------------------------------- signed stop


async def test_a_signed_stop_is_obeyed_by_its_signature(story: Story) -> None:
    session = await story.running()
    await story.stop_signed(session, story.world.titolare)
    ordered = (await story.last(StopOrdered.KIND)).record
    assert [f.TYPE for f in story.agent.inbox] == ["signed_stop"]
    await story.agent.obey()
    ended = (await story.last(SessionEnded.KIND)).record
    assert isinstance(ordered, StopOrdered)
    assert isinstance(ended, SessionEnded)
    assert ordered.statement == ended.order is not None
    assert isinstance(await story.session(session), Ended)
    assert await story.findings() == []


async def test_a_signed_stop_leaves_even_if_nobody_can_write_it_down(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, ads = await story.running(), story.world.ads
    url = await begin_signed_stop(story.parts, ads.who, session)
    signed = ads.answer(url)

    with monkeypatch.context() as patch:
        patch.setattr("broker.store.sessions.move", _gone)
        with pytest.raises(ConnectionError):
            await finish_signing(story.parts, ads.who, *signed)
    assert [f.TYPE for f in story.agent.inbox] == ["signed_stop"]
    await story.agent.obey()
    ended = (await story.last(SessionEnded.KIND)).record
    assert isinstance(ended, SessionEnded)
    assert ended.order is not None


async def _gone(*_: object, **__: object) -> int:
    raise ConnectionError("the database is gone")


async def test_a_stop_signed_by_another_ends_nothing(story: Story) -> None:
    session, world = await story.running(), story.world
    url = await begin_signed_stop(story.parts, world.ads.who, session)
    asked = finish_signing(story.parts, world.ads.who, link_of(url)["state"], world.titolare.answer(url)[1])
    assert await refused(asked) is Why.AUTHORISATION_MISSING
    one = await begin_signed_stop(story.parts, world.ads.who, session)
    story.clock.advance(seconds=1)
    other = await begin_signed_stop(story.parts, world.ads.who, session)
    asked = finish_signing(story.parts, world.ads.who, link_of(one)["state"], world.ads.answer(other)[1])
    assert await refused(asked) is Why.ENVELOPE_INVALID
    assert story.agent.inbox == []
    await story.agent.end(session, "stopped_by_desk")
    assert await refused(begin_signed_stop(story.parts, world.ads.who, session)) is Why.SESSION_ENDED


# ------------------------------------------------------------------------------- signatures by role


async def second_ads(story: Story) -> Someone:
    world = story.world
    other = await newcomer(story.parts, world.titolare, world.tenant, "ads", "Bice Seconda")
    await with_signing_key(other)
    until = story.clock.now() + timedelta(days=300)
    people = [Appointment(one.id, until) for one in (world.titolare, world.ads, other)]
    await world.titolare.sign(await begin_approvers(story.parts, world.titolare.who, people))
    return other


async def rule(story: Story, **changes: Any) -> None:
    draft = replace(DRAFT, accounts=((story.world.host.id, ACCOUNT),), **changes)
    await story.world.titolare.sign(await begin_policy(story.parts, story.world.titolare.who, draft))


async def test_a_titolare_and_an_ads_where_the_rules_ask_for_both(story: Story) -> None:
    """Two ADS are two people and not the two that are asked for; all three are cited then."""
    world, other = story.world, await second_ads(story)
    await rule(story, approvals=2, roles=(("titolare", 1), ("ads", 1)))
    receipt = await story.ask()
    await story.approve(receipt.request, world.ads)
    await story.approve(receipt.request, other, "waived")
    assert await story.kinds("grant.issued") == []
    await story.approve(receipt.request, world.titolare, "waived")
    session = await story.session_of(receipt.request)
    assert len(session.permit.grant.approvals) == 3
    await story.supervise(receipt.request)
    await story.activate(session.permit.id)
    await story.agent.obey()
    assert isinstance(await story.session(session.permit.id), Active)
    assert await story.findings() == []


async def test_a_signature_that_counts_no_more_is_asked_for_again(story: Story) -> None:
    """An approver left before the others signed: the grant does not cite him, and the host is content."""
    world, other = story.world, await second_ads(story)
    await rule(story, approvals=2)
    receipt = await story.ask()
    await story.approve(receipt.request, other, "waived")
    until = story.clock.now() + timedelta(days=300)
    people = [Appointment(one.id, until) for one in (world.titolare, world.ads)]
    await world.titolare.sign(await begin_approvers(story.parts, world.titolare.who, people))
    await story.approve(receipt.request, world.ads, "waived")
    assert await story.kinds("grant.issued") == []
    await story.approve(receipt.request, world.titolare, "waived")
    session = await story.session_of(receipt.request)
    assert len(session.permit.grant.approvals) == 2
    await story.activate(session.permit.id)
    await story.agent.obey()
    assert isinstance(await story.session(session.permit.id), Active)
    assert await story.findings() == []


@pytest.mark.parametrize("roles", [(("ads", 2),), (("titolare", 1), ("ads", 1)), (("titolare", 2),)])
async def test_rules_nobody_could_keep_are_not_signed(story: Story, roles: Any) -> None:
    """One ADS is no two; and of one signature no two can be of a role."""
    approvals = 2 if roles != (("titolare", 1), ("ads", 1)) else 1
    draft = replace(DRAFT, accounts=(), approvals=approvals, roles=roles)
    asked = begin_policy(story.parts, story.world.titolare.who, draft)
    assert await refused(asked) is Why.BAD_INPUT


async def test_whoever_names_a_watcher_says_whom(story: Story) -> None:
    asked = (await story.ask()).request
    with pytest.raises(Refused) as no:
        await begin_approval(story.parts, story.world.ads.who, asked, supervision="named")
    assert (no.value.why, no.value.facts["field"]) == (Why.BAD_INPUT, "watcher")
