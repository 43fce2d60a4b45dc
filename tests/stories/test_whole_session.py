"""Whole sessions, from the request to the end, with a fake clock and an agent in memory."""

from __future__ import annotations

from audit.channel_records import ChannelClosed, CommandExecuted
from audit.commitment import Opening
from audit.session_records import SessionEnded, SessionOpened
from broker.cases.close_session import close_session
from broker.cases.join_session import join_session
from broker.cases.revoke import revoke
from broker.cases.stop import stop
from broker.cases.watch import join_watch, leave_watch
from broker.domain.session import Active, Ended
from broker.store import people
from tests.stories.telling import GEST, Story


async def test_the_main_job(story: Story) -> None:
    """Asked, approved, supervised, opened, worked, closed by the technician; the auditor has nothing to say."""
    world, parts = story.world, story.parts
    session = await story.running()
    assert isinstance(await story.session(session), Active)
    joined = await join_session(
        parts, session, via="ssh", kind="exec", terminal="192.0.2.5",
        ssh_fingerprint=world.technician.ssh_fingerprint, command="uptime",
    )  # fmt: skip
    assert joined.params["command"] == "uptime"
    assert joined.host == world.host.id
    opening = Opening.from_value({"salt": joined.params["command_salt"], "data": {"command": "uptime"}})
    await story.agent.run_command(session, joined.channel, opening, (10, "ab" * 32))
    await join_watch(parts, world.ads.who, session)
    await leave_watch(parts, world.ads.who, session)
    story.clock.advance(minutes=12)
    assert not await close_session(
        parts, world.technician.who, session, outcome="solved", activities=[GEST], note="Fatto."
    )
    await story.agent.obey()
    found = await story.session(session)
    assert isinstance(found, Ended)
    assert (found.reason, found.outcome) == ("closed_by_technician", "solved")
    assert await story.findings() == []
    inside = [leaf for leaf in await story.leaves() if leaf.session == session]
    assert [leaf.record.KIND for leaf in inside] == [
        "grant.issued", "supervision.taken", "session.opened", "session.started",
        "channel.opened", "command.executed", "channel.closed", "watch.joined", "watch.left",
        "session.closed", "session.stop_ordered", "session.ended",
    ]  # fmt: skip
    assert [leaf.session_n for leaf in inside] == list(range(12))
    executed = await story.last(CommandExecuted.KIND)
    assert executed.sealed == opening.commitment == executed.record.command
    assert (await story.last("channel.opened")).record.terminal == "192.0.2.5"
    assert (await story.last(ChannelClosed.KIND)).record.agrees is None
    assert (await story.last(SessionEnded.KIND)).host_n == story.agent.next_n - 1
    assert (await story.last(SessionOpened.KIND)).actor.id == world.technician.id


async def test_the_host_learns_who_approved_by_the_name_the_log_commits_to(story: Story) -> None:
    session = await story.running()
    [approver] = story.agent.admitted[session].approved_by
    given = (await story.last("approval.given")).record
    async with story.parts.store.read() as work:
        person = await people.person(work, story.world.tenant, given.approver)
    assert person is not None
    assert (approver.person, approver.role, approver.name) == (person.id, person.role, person.name)


async def test_the_ads_stops_it(story: Story) -> None:
    session = await story.running()
    assert await stop(story.parts, story.world.titolare.who, session)
    await story.agent.obey()
    found = await story.session(session)
    assert isinstance(found, Ended)
    assert found.reason == "stopped_by_ads"
    assert await story.findings() == []


async def test_revoked_while_it_runs(story: Story) -> None:
    """Revocation of an open session: the order goes out at once, and the grant is dead."""
    session = await story.running()
    request = (await story.session(session)).permit.request
    assert await revoke(story.parts, story.world.titolare.who, request) is True
    assert [f.reason for f in story.agent.inbox] == ["revoked"]
    await story.agent.obey()
    assert (await story.kinds())[-4:] == [
        "approval.withdrawn", "grant.revoked", "session.stop_ordered", "session.ended",
    ]  # fmt: skip
    assert await story.findings() == []
