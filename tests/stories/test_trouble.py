"""Sessions in trouble: agents that fall silent, refuse or come back late; wrong hands; commits that fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.conductor import DESK_LIMIT_S, KILL_LIMIT_S
from agent.wire.frames import Stop
from audit import instant
from audit.canonical import b64, unb64
from audit.channel_records import ChannelClosed
from audit.commitment import Opening
from audit.host_note import HostNote
from audit.log_records import HostSilent
from audit.person_records import AccessDenied
from audit.session_records import SessionPresumedEnded
from broker.cases.ask import ask
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.close_session import close_session
from broker.cases.deny import deny
from broker.cases.finish_signing import finish_signing
from broker.cases.join_session import find_session, join_session
from broker.cases.open_session import begin_activation, open_session
from broker.cases.register_passkey import begin_another, finish_another
from broker.cases.remove_passkey import remove_passkey
from broker.cases.revoke import revoke
from broker.cases.stop import stop
from broker.cases.take_cosignature import take_cosignature
from broker.cases.take_report import take_report
from broker.cases.take_supervision import begin_supervision
from broker.cases.watch import join_watch
from broker.domain.refusal import Refused, Why
from broker.domain.session import Active, Ended, PresumedEnded
from broker.jobs.silence import silence
from broker.live.heads import Heads
from broker.store import estate, log
from broker.store.growing import Growing
from tests.audit.people import PAGE_KEY
from tests.broker.world import leaves
from tests.stories.telling import GEST, Story
from web.demo.authenticator import SoftwareAuthenticator


async def why(doing: object) -> Why:
    with pytest.raises(Refused) as no:
        await doing  # type: ignore[misc]
    return no.value.why


async def denials(story: Story) -> list[tuple[str, str]]:
    found = [leaf.record for leaf in await story.leaves()]
    return [(r.what, r.reason) for r in found if isinstance(r, AccessDenied)]


# ------------------------------------------------------------------------------------ activation


async def test_nothing_opens_on_the_yes_of_somebody_who_approves_no_more(story: Story) -> None:
    """The titolare took the ADS out of the set before the technician activated what the ADS had approved."""
    session = await story.granted()
    titolare = story.world.titolare
    alone = [Appointment(titolare.id, story.clock.now() + timedelta(days=100))]
    await titolare.sign(await begin_approvers(story.parts, titolare.who, alone))
    assert await why(story.answer(session)) is Why.AUTHORISATION_MISSING
    assert await story.kinds("session.opened") == []
    assert await story.findings() == []


async def test_what_is_missing_is_named_before_anything_is_signed(story: Story) -> None:
    receipt = await story.ask()
    await story.approve(receipt.request)
    session = (await story.session_of(receipt.request)).permit.id
    assert await why(story.answer(session)) is Why.SUPERVISION_MISSING
    await story.supervise(receipt.request)
    await story.agent.cut()
    assert await why(story.answer(session)) is Why.HOST_UNREACHABLE
    await story.agent.dial()
    assert await why(begin_activation(story.parts, story.world.ads.who, session)) is Why.NOT_ALLOWED
    assert await story.kinds("session.opened") == []
    assert ("activation", "supervision_missing") in await denials(story)


async def test_a_grant_is_activated_once(story: Story) -> None:
    session = await story.granted()
    answer = await story.answer(session)
    await open_session(story.parts, story.world.technician.who, session, answer)
    assert await why(open_session(story.parts, story.world.technician.who, session, answer)) is Why.REPLAYED
    await story.agent.obey()
    assert await story.kinds("session.opened", "session.started") == ["session.opened", "session.started"]
    assert await story.findings() == []


async def test_somebody_elses_passkey_activates_nothing(story: Story) -> None:
    session = await story.granted()
    answer = await story.answer(session)
    other = story.world.ads.login.authentication(b"c" * 32)
    forged = {**answer, "response": {**answer["response"], "signature": other["response"]["signature"]}}
    who = story.world.technician.who
    assert await why(open_session(story.parts, who, session, other)) is Why.NOT_RECOGNISED
    assert await why(open_session(story.parts, who, session, forged)) is Why.ENVELOPE_INVALID
    for broken in ({}, {"response": 1}, {"response": {}, "rawId": 7}, {"rawId": "!", "response": {}}):
        assert await why(open_session(story.parts, who, session, broken)) is Why.BAD_INPUT
    assert (await story.session(session)).STATE == "granted"


async def test_the_agent_refuses_and_says_so(story: Story) -> None:
    """Its pins say another thing than the broker: a signed no, recorded; the session is over."""
    session = await story.granted()
    story.agent.pins = replace(story.agent.pins, policy=replace(story.agent.pins.policy, longest_s=60))
    await story.activate(session)
    await story.agent.obey()
    assert (await story.session(session)).STATE == "refused"
    assert (await story.last("session.refused")).record.reason == "policy_differs"
    assert await story.findings() == []


async def test_the_order_starts_from_the_head_that_was_sent_last(story: Story) -> None:
    """Heads cosigned meanwhile do not make the agent refuse the order."""
    heads = Heads(story.parts.hub, story.parts.store)
    story.parts.store.listen(heads.noticed)
    session = await story.granted()
    await heads.tick()
    await story.activate(session)
    await heads.tick()
    await story.agent.obey()
    assert isinstance(await story.session(session), Active)
    async with story.parts.store.read() as work:
        host = await estate.find_host(work, story.world.host.id)
        head = await log.head(work, story.world.tenant)
    assert head is not None
    assert getattr(host, "witnessed") > 0  # noqa: B009
    assert not await take_cosignature(story.parts, story.world.host, head.size, "— x AAAA")
    assert not await take_cosignature(story.parts, story.world.host, head.size + 1, "— x AAAA")


async def test_a_link_that_breaks_under_the_order(story: Story) -> None:
    """The opening is in the log, the order did not leave: presumed, and the technician is told."""
    session = await story.granted()

    async def gone(text: str) -> None:
        raise ConnectionError(text[:9])

    assert story.agent.link is not None
    story.agent.link.send = gone
    answer = await story.answer(session)
    doing = open_session(story.parts, story.world.technician.who, session, answer)
    assert await why(doing) is Why.HOST_UNREACHABLE
    assert (await story.session(session)).STATE == "presumed_ended"
    assert await story.findings() == []


# --------------------------------------------------------------------------------------- silence


async def test_a_silent_agents_session_is_presumed_ended_and_its_late_end_recorded(story: Story) -> None:
    """Link lost, 90 s of silence, presumed with the last sign of life; then the agent tells the truth."""
    tick = silence(story.clock.now())
    session = await story.running()
    story.clock.advance(minutes=5)
    assert story.agent.link is not None
    story.agent.link.last_seen = story.clock.now()
    heard = story.clock.now()
    await story.agent.cut()
    story.clock.advance(seconds=90)
    await tick(story.parts)
    assert isinstance(await story.session(session), Active)
    await story.agent.end(session, "broker_gone", 400)
    story.clock.advance(seconds=1)
    await tick(story.parts)
    found = await story.session(session)
    assert isinstance(found, PresumedEnded)
    assert found.last_seen == heard
    assert (await story.last(SessionPresumedEnded.KIND)).record.last_seen == instant.to_text(heard)
    assert await why(find_session(story.parts, session, who=story.world.technician.who)) is Why.SESSION_ENDED
    story.clock.advance(hours=1)
    await story.agent.dial()
    late = await story.session(session)
    assert isinstance(late, Ended)
    assert (late.reason, late.ended) == ("broker_gone", heard + timedelta(seconds=90))
    ended = await story.last("session.ended")
    assert ended.time == late.ended
    assert ended.record.received == instant.to_text(story.clock.now())
    assert await story.findings() == []


async def test_an_answer_that_does_not_come_is_presumed_not_started(story: Story) -> None:
    """Not while the desk may still be thinking about it (a minute); when it comes after all it is recorded,
    and the session left over is ended."""
    tick = silence(story.clock.now())
    session = await story.granted()
    await story.activate(session)
    await story.agent.obey(answer=False)
    story.clock.advance(seconds=DESK_LIMIT_S + KILL_LIMIT_S + 30)
    await tick(story.parts)
    assert (await story.session(session)).STATE == "opening"
    story.clock.advance(seconds=60)
    await tick(story.parts)
    assert isinstance(await story.session(session), PresumedEnded)
    await story.agent.start(session)
    await tick(story.parts)
    await story.agent.obey()
    found = await story.session(session)
    assert isinstance(found, Ended)
    assert found.started is not None
    inside = [leaf.record.KIND for leaf in await story.leaves() if leaf.session == session]
    assert inside[2:] == [
        "session.opened", "session.presumed_ended", "session.stop_ordered", "session.started", "session.ended",
    ]  # fmt: skip
    assert await story.findings() == []


async def test_silence_is_said_from_when_to_when(story: Story) -> None:
    tick = silence(story.clock.now())
    story.clock.advance(minutes=2)
    await tick(story.parts)  # a connected agent's last sign of life is kept
    heard = story.clock.now()
    assert story.agent.link is not None
    story.agent.link.last_seen = heard
    await story.agent.cut()
    for hours in (1, 10, 14, 10):
        story.clock.advance(hours=hours)
        await tick(story.parts)
    await story.agent.dial()
    story.clock.advance(minutes=1)
    await tick(story.parts)
    await tick(story.parts)
    said = [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, HostSilent)]
    day = heard + timedelta(hours=25)
    assert [(s.since, s.until) for s in said] == [
        (instant.to_text(heard), instant.to_text(day)),
        (instant.to_text(day), instant.to_text(story.clock.now())),
    ]
    assert await story.findings() == []


async def test_of_hosts_heard_a_moment_ago_none_is_read(story: Story) -> None:
    """Every few seconds somebody looks for silences, and there may be thousands of hosts."""
    tick = silence(story.clock.now())

    async def unheard(minutes: int) -> list[str]:
        since = story.clock.now() - timedelta(minutes=minutes)
        async with story.parts.store.read() as work:
            return [one.id for one in await estate.unheard_hosts(work, story.world.tenant, since)]

    await tick(story.parts)
    assert await unheard(1) == []
    story.clock.advance(minutes=1)
    assert await unheard(1) == [story.world.host.id], "another is due"
    await story.agent.cut()
    await tick(story.parts)
    story.clock.advance(minutes=16)
    await tick(story.parts)
    assert await unheard(60) == [story.world.host.id], "its silence is under way"


# ---------------------------------------------------------------------------------------- notes


async def test_notes_are_taken_once_in_order_and_from_the_right_hand(story: Story) -> None:
    world, parts = story.world, story.parts
    origin = story.agent.pins.enrolment.log_origin

    def signed(n: int, kind: str = "host.heartbeat", key: object = None, **body: object) -> bytes:
        told = HostNote(world.tenant, world.host.id, n, parts.clock.now(), kind, None, dict(body))
        return told.sign(key or world.agent.identity, origin)  # type: ignore[arg-type]

    beat = {"witnessed": 0, "sessions": 0}
    assert await take_report(parts, world.host, signed(1, **beat)) == 1
    assert await take_report(parts, world.host, signed(1, **beat)) == 1
    assert await story.kinds("host.heartbeat") == ["host.heartbeat"]
    assert await why(take_report(parts, world.host, signed(3, **beat))) is Why.BAD_INPUT
    wrong_hand = signed(2, key=world.agent.witness, **beat)
    assert await why(take_report(parts, world.host, wrong_hand)) is Why.ENVELOPE_INVALID
    assert await why(take_report(parts, world.host, b"no note")) is Why.ENVELOPE_INVALID
    for kind, body in (
        ("host.heartbeat", {"witnessed": "0", "sessions": 0}),
        ("host.heartbeat", {**beat, "received": "2026-11-10T08:00:00.000Z"}),
        ("channel.closed", {"agrees": True}),
        ("host.enrolled", {}),
    ):
        assert await why(take_report(parts, world.host, signed(2, kind, **body))) is Why.BAD_INPUT
    elsewhere = replace(world.host, id="h-00000000")
    assert await why(take_report(parts, elsewhere, signed(2, **beat))) is Why.HOST_DIFFERS
    assert await take_report(parts, world.host, signed(2, "host.revoked", reason="retired")) == 2
    assert await why(take_report(parts, world.host, signed(3, **beat))) is Why.HOST_DIFFERS


async def test_a_note_that_contradicts_the_state_is_evidence_all_the_same(story: Story) -> None:
    session = await story.running()
    await story.agent.end(session, "expired")
    await story.agent.note("session.ended", session, reason="broker_gone", seconds=1, channels=0)
    await story.agent.note("session.ended", "s-0000000000", reason="expired", seconds=1, channels=0)
    found = await story.session(session)
    assert isinstance(found, Ended)
    assert found.reason == "expired"
    assert len(await story.kinds("session.ended")) == 3


async def test_both_ends_count_and_the_record_says_whether_they_agree(story: Story) -> None:
    session = await story.running()
    for counted, agrees in (((10, "ab" * 32), True), ((11, "ab" * 32), False)):
        joined = await join_session(
            story.parts, session, via="ssh", kind="exec", terminal="192.0.2.5",
            ssh_fingerprint=story.world.technician.ssh_fingerprint, command="uptime",
        )  # fmt: skip
        story.parts.hub._remember(session, joined.channel)
        story.parts.hub._counts[session, joined.channel].set_result(counted)
        opening = Opening.from_value({"salt": joined.params["command_salt"], "data": {"command": "uptime"}})
        await story.agent.run_command(session, joined.channel, opening, (10, "ab" * 32))
        closed = (await story.last(ChannelClosed.KIND)).record
        assert isinstance(closed, ChannelClosed)
        assert closed.agrees is agrees


async def test_another_command_than_the_one_asked_for_has_no_opening(story: Story) -> None:
    """The broker does not lend its text to a commitment it does not open."""
    session = await story.running()
    joined = await join_session(
        story.parts, session, via="ssh", kind="exec", terminal="192.0.2.5",
        ssh_fingerprint=story.world.technician.ssh_fingerprint, command="uptime",
    )  # fmt: skip
    other = Opening(b"o" * 32, {"command": "rm -r /"})
    await story.agent.run_command(session, joined.channel, other, (0, "ab" * 32))
    executed = await story.last("command.executed")
    assert executed.sealed is None
    assert executed.record.command == other.commitment


# ------------------------------------------------------------------------------------- entering


async def test_who_may_enter_a_running_session(story: Story) -> None:
    world, parts = story.world, story.parts
    granted = await story.granted()
    key = world.technician.ssh_fingerprint
    assert await why(find_session(parts, granted, ssh_fingerprint=key)) is Why.WRONG_STATE
    session = await story.running(incident="I-2026-0001")
    assert (await find_session(parts, session, ssh_fingerprint=key)).account.name == "assistenza"
    assert await why(find_session(parts, session, ssh_fingerprint="SHA256:other")) is Why.NOT_RECOGNISED
    assert await why(find_session(parts, session, who=world.ads.who)) is Why.NOT_ALLOWED
    assert await why(find_session(parts, session)) is Why.LOGIN_NEEDED
    assert await why(find_session(parts, "s-0000000000", ssh_fingerprint=key)) is Why.NOT_FOUND
    enter = {"via": "ssh", "terminal": "192.0.2.5", "ssh_fingerprint": key}
    for kind, command in (("files", None), ("terminal", "ls"), ("exec", None), ("\x1b", None)):
        doing = join_session(parts, session, kind=kind, command=command, **enter)
        assert await why(doing) is Why.CHANNEL_NOT_GRANTED
    huge = join_session(parts, session, kind="exec", command="x" * 70_000, **enter)
    assert await why(huge) is Why.TOO_LARGE
    assert len(await story.kinds("channel.refused")) == 4
    joined = await join_session(
        parts, session, via="browser", kind="terminal", terminal="192.0.2.6", who=world.technician.who
    )
    assert joined.params == {"via": "browser", "terminal": "192.0.2.6"}
    assert len(joined.salt) == 32
    other = {**enter, "ssh_fingerprint": "SHA256:other"}
    assert await why(join_session(parts, session, kind="terminal", **other)) is Why.NOT_RECOGNISED
    assert ("ssh", "not_recognised") in await denials(story)
    assert await story.findings() == []


async def test_a_scanner_does_not_fill_the_log(story: Story) -> None:
    """Ten attempts from one address are recorded and one more that says so; the rest only knocks."""
    for _ in range(12):
        await deny(story.parts, session="s-0000000000", what="ssh", why=Why.NOT_FOUND, terminal="192.0.2.99")
    house = [leaf.record for leaf in await leaves(story.parts, story.world.house)]
    reasons = [r.reason for r in house if isinstance(r, AccessDenied) and r.terminal == "192.0.2.99"]
    assert reasons == ["not_found"] * 10 + ["too_many_tries"]


async def test_nobody_enters_after_the_order_to_stop(story: Story) -> None:
    """The grant is dead from the order on, whether the agent has heard it or not."""
    session = await story.running()
    story.agent.link.link.close(1000, "for the test")  # type: ignore[union-attr]
    assert not await stop(story.parts, story.world.ads.who, session), "nobody says it was sent"
    assert await why(find_session(story.parts, session, who=story.world.technician.who)) is Why.SESSION_ENDED
    assert not await stop(story.parts, story.world.titolare.who, session)
    found = await story.session(session)
    assert isinstance(found, Active)
    assert found.stop is not None
    assert found.stop.by == story.world.ads.id
    assert await story.findings() == []


async def test_stopped_while_it_was_starting(story: Story) -> None:
    session = await story.granted()
    await story.activate(session)
    order = story.agent.inbox.pop()
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    story.agent.inbox.append(order)
    await story.agent.obey()
    found = await story.session(session)
    assert isinstance(found, Ended)
    assert found.reason == "stopped_by_ads"
    assert await story.findings() == []


async def test_watching_is_for_the_customer_and_for_what_runs(story: Story) -> None:
    session = await story.granted()
    assert await why(join_watch(story.parts, story.world.ads.who, session)) is Why.WRONG_STATE
    assert await why(join_watch(story.parts, story.world.owner.who, session)) is Why.NOT_ALLOWED
    assert await why(stop(story.parts, story.world.technician.who, session)) is Why.NOT_ALLOWED
    stranger = await story.stranger()
    assert await why(join_watch(story.parts, stranger.who, session)) is Why.NOT_FOUND


async def test_the_outcome_can_be_written_afterwards_and_once(story: Story) -> None:
    session = await story.running()
    await story.agent.end(session, "expired")
    who = story.world.technician.who
    close = {"outcome": "remedy", "note": "", "activities": [GEST]}
    assert await why(close_session(story.parts, who, session, **{**close, "activities": []})) is Why.BAD_INPUT
    await close_session(story.parts, who, session, **close)
    assert await why(close_session(story.parts, who, session, **close)) is Why.DUPLICATE
    assert story.agent.inbox == []
    assert await story.findings() == []


# ------------------------------------------------------------------------------- commits that fail


async def test_a_commit_that_fails_leaves_neither_state_nor_record(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at the last moment before each commit: log and state are as before, and the next try works."""
    receipt = await story.ask()
    await story.approve(receipt.request)
    session = (await story.session_of(receipt.request)).permit.id
    before = await story.kinds()
    url = await begin_supervision(story.parts, story.world.ads.who, receipt.request, PAGE_KEY.public.text)
    signed = story.world.ads.answer(url)

    async def killed(*_: object) -> None:
        raise ConnectionError("the database is gone")

    real = Growing.seal
    monkeypatch.setattr(Growing, "seal", killed)
    with pytest.raises(ConnectionError):
        await finish_signing(story.parts, story.world.ads.who, *signed)
    with pytest.raises(ConnectionError):
        await ask(story.parts, story.world.technician.who, _draft(story))
    monkeypatch.setattr(Growing, "seal", real)
    assert await story.kinds() == before
    await story.supervise(receipt.request)
    answer = await story.answer(session)
    monkeypatch.setattr(Growing, "seal", killed)
    with pytest.raises(ConnectionError):
        await open_session(story.parts, story.world.technician.who, session, answer)
    monkeypatch.setattr(Growing, "seal", real)
    assert (await story.session(session)).STATE == "granted"
    assert story.agent.inbox == []  # nothing leaves before the commit
    await story.activate(session)
    await story.agent.obey()
    assert isinstance(await story.session(session), Active)
    assert await story.findings() == []


@pytest.mark.parametrize(("order", "told"), [("stop", Why.STOP_UNRECORDED), ("revoke", Why.LOG_UNAVAILABLE)])
async def test_an_order_to_end_leaves_though_the_log_does_not_take_it_down(
    story: Story, monkeypatch: pytest.MonkeyPatch, order: str, told: Why
) -> None:
    """It is obeyed at once. *Termina* is recorded later; who revokes is told that it stands nowhere, and does so
    again."""
    session = await story.running()
    before = await story.kinds()

    async def away(*_: object) -> None:
        raise Refused(Why.LOG_UNAVAILABLE)

    async def ends() -> None:
        if order == "stop":
            await stop(story.parts, story.world.ads.who, session)
        else:
            request = (await story.session(session)).permit.request
            await revoke(story.parts, story.world.titolare.who, request)

    with monkeypatch.context() as broken:
        broken.setattr(Growing, "seal", away)
        assert await why(ends()) is told
    assert [(type(frame), frame.session) for frame in story.agent.inbox] == [(Stop, session)]
    assert await story.kinds() == before
    await ends()
    await story.agent.obey()
    assert isinstance(await story.session(session), Ended)
    assert await story.findings() == []


async def test_nothing_is_sent_for_who_may_not_stop_or_for_what_is_over(story: Story) -> None:
    session = await story.running()
    assert await why(stop(story.parts, story.world.technician.who, session)) is Why.NOT_ALLOWED
    await story.agent.end(session, "expired")
    with pytest.raises(Refused):
        await stop(story.parts, story.world.ads.who, session)
    assert story.agent.inbox == []


def _draft(story: Story):
    from broker.cases.ask import Draft
    from tests.stories.telling import wish

    return Draft(story.world.host.id, "La stampa si ferma.", "", wish())


async def test_a_passkey_taken_off_after_the_approval_opens_nothing(story: Story) -> None:
    """The technician lost it: he has another, which the request does not name."""
    technician = story.world.technician
    session = await story.granted()
    answer = await story.answer(session)
    second = SoftwareAuthenticator(b"second", story.parts.settings.login)
    asked = await begin_another(story.parts, technician.who)
    registration = second.registration(unb64(asked.options["challenge"]))
    await finish_another(story.parts, technician.who, asked.state, registration)
    lost = b64(technician.login.credential)
    await remove_passkey(story.parts, technician.who, lost, token=technician.token)
    assert await why(begin_activation(story.parts, technician.who, session)) is Why.PASSKEY_REMOVED
    assert await why(open_session(story.parts, technician.who, session, answer)) is Why.PASSKEY_REMOVED
    assert (await story.session(session)).STATE == "granted"
    assert await denials(story) == [("activation", "passkey_removed")] * 2


async def test_a_session_that_is_over_cannot_be_revoked_any_more(story: Story) -> None:
    session = await story.running()
    request = (await story.session(session)).permit.request
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    story.clock.advance(days=20)
    size = len(await story.leaves())
    assert await why(revoke(story.parts, story.world.ads.who, request)) is Why.WRONG_STATE
    assert len(await story.leaves()) == size
