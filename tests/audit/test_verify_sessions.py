"""Sessions against what was in force when they were opened, and against their limits while they ran."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import instant
from audit.canonical import b64
from audit.channel_records import ChannelOpened, ChannelRefused, ClipboardCopied, CommandExecuted, ToolStarted
from audit.estate_records import HostBarred, HostRevoked
from audit.grant import Grant
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.named_ports import NamedPort
from audit.policy import Tool
from audit.record import BROKER, Actor
from audit.request import Request
from audit.request_records import ApprovalWithdrawn, GrantIssued, GrantRevoked
from audit.session_records import (
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionPresumedEnded,
    SessionResumed,
    SessionStarted,
    StopOrdered,
    WatchJoined,
    WatchLeft,
)
from audit.statement_parts import Channel
from tests.audit.verdicts import alone, judge, moved, only, said, sound, without
from tests.audit.world import ACCOUNT, ADS, HOST, OWNER, SIGNING, TECHNICIAN, TITOLARE, Twist, World, seed
from web.demo.authenticator import SoftwareAuthenticator

OTHER_HOST = "h-00000002"
TOOL = Tool("supremo", ("/opt/supremo",), ("supremo",), 10)


def granted(twist: Twist | None = None, **more: Any) -> tuple[World, Request, Grant]:
    """On the 3rd: asked, approved, watched; nothing opened yet."""
    w = World(twist or Twist())
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    return w, request, w.approve(request, **more)


def running(twist: Twist | None = None) -> tuple[World, str]:
    w, request, grant = granted(twist)
    session = w.open(request, grant)
    w.start(session, grant)
    return w, session


def with_tool() -> Twist:
    return Twist(
        policy=lambda p: replace(p, channels=(*p.channels, "tool"), tools=(TOOL,)),
        request=lambda r: replace(r, channels=(*r.channels, Channel("tool", TOOL.id))),
    )


def lines(w: World) -> Any:
    return w.approvers.approvers


def test_a_session_on_what_was_in_force_is_sound() -> None:
    w, session = running()
    w.work(session, "c-1", 5)
    w.end(session, "closed_by_technician")
    sound(judge(w))


# ----------------------------------------------------------------------- what changed before it opened


def test_the_policy_was_tightened_meanwhile() -> None:
    w, request, grant = granted()
    w.change_policy(channels=("terminal",))
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "policy_breach")


def _out(w: World) -> None:
    w.change_approvers(lines(w)[0])


def _another_key(w: World) -> None:
    other = SoftwareAuthenticator(b"another key", SIGNING)
    w.change_approvers(lines(w)[0], replace(lines(w)[1], public_key=other.public_key))


def _ended(w: World) -> None:
    w.change_approvers(lines(w)[0], replace(lines(w)[1], valid_until=w.now + timedelta(seconds=30)))


def _begins_later(w: World) -> None:
    w.change_approvers(lines(w)[0], replace(lines(w)[1], valid_from=w.now + timedelta(days=1)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_out, "approver_gone"),
        (_another_key, "approver_gone"),
        (_ended, "approver_expired"),
        (_begins_later, "approver_expired"),
    ],
)
def test_whoever_approved_could_do_so_no_more(change: Callable[[World], None], code: str) -> None:
    w, request, grant = granted()
    change(w)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", code)


def test_a_change_that_leaves_him_in_the_set_changes_nothing() -> None:
    w, request, grant = granted()
    w.change_approvers(*lines(w), replace(lines(w)[0], person=OWNER, credential=b64(w.stranger.credential)))
    w.open(request, grant)
    sound(judge(w))


def test_the_signing_page_was_moved_to_where_people_log_in() -> None:
    w, request, grant = granted()
    held = w.approvers
    moved_set = replace(held, number=2, previous=held.digest.hex(), signing=w.enrolment.login)
    w.set_approvers(moved_set)
    w.open(request, grant)
    alone(judge(w, trust=None), "UNAPPROVED", "not_apart")


def test_the_host_was_taken_out_of_use() -> None:
    w, request, grant = granted()
    w.append(HostRevoked(HOST, "lost"), actor=Actor(TITOLARE, "titolare"), host=HOST)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "grant_differs", what="agent_key")


@pytest.mark.parametrize("what", ["credential", "grant"])
def test_the_host_begins_on_what_was_revoked_there(what: str) -> None:
    w, request, grant = granted()
    session = w.open(request, grant)
    key = hashlib.sha256(w.ads.credential).hexdigest()
    w.told(HostBarred(what, key if what == "credential" else grant.digest.hex(), ""))
    w.start(session, grant)
    alone(judge(w), "UNAPPROVED", "barred")


def test_what_was_revoked_after_the_start_or_is_another_s() -> None:
    w, request, grant = granted()
    w.told(HostBarred("credential", "ab" * 32, ""))
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(HostBarred("grant", grant.digest.hex(), ""))
    w.end(session, "revoked_at_host")
    sound(judge(w))


def test_the_machine_was_enrolled_anew_with_another_key() -> None:
    w, request, grant = granted()
    w.enrol(key=SigningKey(seed("a new agent")))
    w.open(request, grant)
    alone(judge(w, trust=None), "UNAPPROVED", "grant_differs", what="agent_key")


def test_an_old_enrolment_with_the_brokers_own_key_behind_it() -> None:
    """The titolare signed it once, for the agent that used its code; then an old grant for the broker's key."""
    own = SigningKey(seed("the broker's own"))
    w = World()
    w.onboard()
    w.tell_enrolled(HOST, own)
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    w.open(request, grant)
    alone(judge(w, trust=None), "INCOMPLETE", "unknown_host")


def test_nobody_was_ever_appointed() -> None:
    """The broker leaves out who may approve: then nothing can have been approved."""
    w, request, grant = granted(Twist(leaf=without("approvers.changed")))
    w.open(request, grant)
    found = judge(w, trust=None).findings
    assert {f.cls for f in found} == {"UNAPPROVED"}
    assert {"chain", "too_few"} <= {f.code for f in found}


# --------------------------------------------------------------------------------------- the opening


def test_opened_by_somebody_else() -> None:
    w, request, grant = granted(Twist(leaf=moved("session.opened", actor=Actor(OWNER, "owner"))))
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "grant_differs", what="technician")


@pytest.mark.parametrize("at", [timedelta(hours=-1), timedelta(hours=5)])
def test_opened_outside_the_window(at: timedelta) -> None:
    w, request, grant = granted(
        Twist(request=lambda r: replace(r, not_before=r.not_before + timedelta(minutes=30)))
    )
    w.now += max(timedelta(0), at)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "outside_window")


def test_opened_without_its_activation_being_readable() -> None:
    w, request, grant = granted()
    w.append(
        SessionOpened(request.request, grant.digest.hex(), "10.8.0.31", demo_software=True),
        actor=Actor(TECHNICIAN, "technician"), session=grant.session, host=HOST, proof=(("assertion", b"{}"),),
    )  # fmt: skip
    alone(judge(w), "UNAPPROVED", "activation")


def test_opened_without_any_activation() -> None:
    w, request, grant = granted(Twist(leaf=moved("session.opened", evidence=())))
    w.open(request, grant)
    only(judge(w), "UNAPPROVED", "evidence_missing")


def test_activated_by_a_demo_key_where_there_is_no_demo() -> None:
    twist = Twist(demo=False, approvers=_real, approval=lambda a: replace(a, demo_software=False))
    w, request, grant = granted(twist)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "demo_key")


def _real(found: Any) -> Any:
    return replace(found, approvers=tuple(replace(a, demo_software=False) for a in found.approvers))


def test_a_session_no_record_opened_is_step_eights_alone() -> None:
    w, _, grant = granted()
    w.start(grant.session, grant)
    assert {f.cls for f in judge(w).findings} == {"INCOMPLETE"}


# -------------------------------------------------------------------------------------- while it runs


def _channel(w: World, session: str) -> None:
    w.told(ChannelOpened("c-9", "terminal", "ssh", "10.8.0.31", ""), session=session)


def _tool(w: World, session: str) -> None:
    w.told(ToolStarted(TOOL.id, "00" * 32, "not_seen", ""), session=session)


def _command(w: World, session: str) -> None:
    w.told(CommandExecuted("c-1", "00" * 32, ""), session=session)


def _files(w: World, session: str) -> None:
    w.told(ChannelOpened("c-9", "files", "ssh", "10.8.0.31", ""), session=session)


ENTRIES = [_channel, _tool, _command]


def entered(enter: Callable[[World, str], None], before: Callable[[World, str], None]) -> World:
    """A running session with an exec channel open, then `before`, then `enter` (a command without its text)."""
    w, session = running(with_tool())
    w.told(ChannelOpened("c-1", "exec", "ssh", "10.8.0.31", ""), session=session)
    before(w, session)
    enter(w, session)
    return w


def unapproved(w: World) -> set[str]:
    return {f.code for f in judge(w).findings if f.cls == "UNAPPROVED"}


@pytest.mark.parametrize("enter", ENTRIES)
def test_nothing_is_entered_outside_the_window(enter: Callable[[World, str], None]) -> None:
    assert unapproved(entered(enter, lambda w, _s: w.wait(minutes=20))) == set()
    assert unapproved(entered(enter, lambda w, _s: w.wait(minutes=61))) == {"outside_window"}


def _stop(w: World, session: str) -> None:
    w.append(
        StopOrdered(ADS, "stopped_by_ads", "192.168.10.12"),
        actor=Actor(ADS, "ads"),
        session=session,
        host=HOST,
    )


def _revoke(w: World, session: str) -> None:
    grant = next(r.grant for r in map(_record, w.leaves) if isinstance(r, GrantIssued))
    w.append(GrantRevoked(grant, "revoked"), session=session, host=HOST)


def _take_back(w: World, session: str) -> None:
    w.append(ApprovalWithdrawn("r-00000001"), actor=Actor(ADS, "ads"))


def _record(data: bytes) -> Any:
    return Leaf.parse(data).record


@pytest.mark.parametrize("enter", ENTRIES)
@pytest.mark.parametrize("stop", [_stop, _revoke, _take_back])
def test_nothing_is_entered_after_the_order_to_stop(
    stop: Callable[[World, str], None], enter: Callable[[World, str], None]
) -> None:
    def stopped(seconds: float) -> Callable[[World, str], None]:
        def then(w: World, session: str) -> None:
            stop(w, session)
            w.wait(seconds=seconds)

        return then

    assert unapproved(entered(enter, stopped(40))) == set()
    assert unapproved(entered(enter, stopped(20 * 60))) == {"after_stop"}


def test_the_first_order_counts() -> None:
    def twice(w: World, session: str) -> None:
        _stop(w, session)
        w.wait(minutes=10)
        _stop(w, session)

    assert unapproved(entered(_channel, twice)) == {"after_stop"}


@pytest.mark.parametrize(("minutes", "notes"), [(1, 0), (9, 1)])
def test_an_end_long_after_the_order_is_said(minutes: int, notes: int) -> None:
    """The agent may have been out of reach: no fault that can be proven, but to be known."""
    w, session = running()
    _stop(w, session)
    w.wait(minutes=minutes)
    w.end(session, "stopped_by_ads")
    verdict = judge(w)
    sound(verdict)
    assert len(said(verdict, "late_end")) == notes


def test_an_end_noted_by_a_machine_that_slept_is_no_late_end() -> None:
    w, session = running()
    _stop(w, session)
    w.wait(hours=9)
    w.end(session, "clock_moved")
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "late_end") == []


def test_processes_that_may_live_on_are_said() -> None:
    w, session = running()
    w.told(SessionEnded("expired", 600, 0, "", left="unknown"), session=session)
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "left") == [f"Of session {session} the agent did not see every process end."]


def test_an_end_after_its_limit() -> None:
    w, session = running()
    w.wait(minutes=63)
    w.end(session, "expired")
    alone(judge(w), "UNAPPROVED", "outside_window")


@pytest.mark.parametrize(("enter", "kind"), [(_tool, "tool supremo"), (_files, "files")])
def test_what_was_not_granted(enter: Callable[[World, str], None], kind: str) -> None:
    w, session = running()
    enter(w, session)
    alone(judge(w), "UNAPPROVED", "channel_not_granted", kind=kind)


RDP = NamedPort("rdp", "localhost", 3389)


def with_port(asked: NamedPort = RDP) -> Twist:
    ports = (RDP, NamedPort("nas", "192.168.10.40", 443))
    return Twist(
        policy=lambda p: replace(p, channels=(*p.channels, "forward"), ports=ports),
        request=lambda r: replace(r, channels=(*r.channels, Channel("forward", port=asked))),
    )


@pytest.mark.parametrize("number", [None, RDP.port])
def test_a_port_that_was_granted(number: int | None) -> None:
    w, session = running(with_port())
    told = ChannelOpened("c-9", "forward", "ssh", "10.8.0.31", "", port="rdp", number=number)
    w.told(told, session=session)
    assert not judge(w).findings


@pytest.mark.parametrize(("port", "number"), [("nas", None), (None, None), ("rdp", 22), (None, RDP.port)])
def test_a_port_that_was_not_granted(port: str | None, number: int | None) -> None:
    w, session = running(with_port())
    told = ChannelOpened("c-9", "forward", "ssh", "10.8.0.31", "", port=port, number=number)
    w.told(told, session=session)
    alone(judge(w), "UNAPPROVED", "channel_not_granted", kind="forward")


def test_a_port_that_the_rules_do_not_name() -> None:
    w, _ = running(with_port(replace(RDP, port=22)))
    alone(judge(w), "UNAPPROVED", "policy_breach", what="port")


def test_a_command_where_only_a_terminal_was_granted() -> None:
    twist = Twist(request=lambda r: replace(r, channels=(Channel("terminal"),)))
    w, session = running(twist)
    w.told(ChannelOpened("c-1", "terminal", "ssh", "10.8.0.31", ""), session=session)
    _command(w, session)
    assert unapproved(w) == {"channel_not_granted"}


@pytest.mark.parametrize("used", [None, False, True])
@pytest.mark.parametrize("granted", [False, True])
def test_a_screen_is_used_where_more_than_seeing_it_was_granted(used: bool | None, granted: bool) -> None:  # noqa: FBT001
    rules = Twist(
        policy=lambda p: replace(p, channels=("terminal", "desktop")),
        request=lambda r: replace(r, channels=(Channel("desktop", control=granted),)),
    )
    w, session = running(rules)
    w.told(replace(SCREEN, control=used), session=session)
    assert unapproved(w) == ({"channel_not_granted"} if used and not granted else set())


SCREEN = ChannelOpened("c-1", "desktop", "browser", "10.8.0.31", "")
COPIED = ClipboardCopied("c-1", "from_host", 12, "00" * 32, "")


@pytest.mark.parametrize(
    ("channel", "found"),
    [
        (Channel("desktop", control=True, clipboard=True), set()),
        (Channel("desktop", control=True), {"channel_not_granted"}),
        (Channel("desktop"), {"channel_not_granted"}),
    ],
)
def test_a_clipboard_is_passed_on_where_that_was_granted(channel: Channel, found: set[str]) -> None:
    rules = Twist(
        policy=lambda p: replace(p, channels=("terminal", "desktop")),
        request=lambda r: replace(r, channels=(channel,)),
    )
    w, session = running(rules)
    for one in (SCREEN, COPIED):
        w.told(one, session=session)
    assert unapproved(w) == found


def test_a_start_that_says_another_grant_account_and_end() -> None:
    w, request, grant = granted()
    session = w.open(request, grant)
    w.told(SessionStarted("00" * 32, "root", "2026-11-03T23:00:00.000Z", "told", ""), session=session)
    alone(judge(w), "UNAPPROVED", "grant_differs", what="grant, account, ends")


def _ending(w: World, person: str, at: datetime) -> None:
    changed_lines = [replace(one, valid_until=at) if one.person == person else one for one in lines(w)]
    w.change_approvers(*changed_lines)


def _begun(w: World, request: Request, grant: Grant, ends: datetime) -> str:
    session = w.open(request, grant)
    said = SessionStarted(grant.digest.hex(), ACCOUNT.name, instant.to_text(ends), "told", "")
    w.told(said, session=session)
    return session


def test_a_session_that_outlives_the_appointment_it_rests_on() -> None:
    """Of who approved and watches; the titolare's own ends nothing."""
    w, request, grant = granted()
    end = instant.whole_ms(w.now + timedelta(minutes=20))
    _ending(w, ADS, end)
    _begun(w, request, grant, end)
    sound(judge(w))
    w, request, grant = granted()
    _ending(w, ADS, end)
    session = _begun(w, request, grant, end + timedelta(minutes=1))
    alone(judge(w), "UNAPPROVED", "grant_differs", what="ends")
    w, request, grant = granted()
    _ending(w, ADS, end)
    session = _begun(w, request, grant, end)
    w.wait(minutes=20)
    w.told(ChannelOpened("c-1", "terminal", "ssh", "10.8.0.31", ""), session=session)
    alone(judge(w), "UNAPPROVED", "outside_window")
    w, request, grant = granted()
    _ending(w, TITOLARE, end)
    _begun(w, request, grant, end + timedelta(minutes=30))
    sound(judge(w))


def test_an_appointment_renewed_before_the_session_began_counts() -> None:
    """The host may have it already; one that was taken out meanwhile ends it no sooner."""
    w, request, grant = granted()
    end = instant.whole_ms(w.now + timedelta(minutes=20))
    late = SessionStarted(
        grant.digest.hex(), ACCOUNT.name, instant.to_text(end + timedelta(minutes=30)), "told", ""
    )
    _ending(w, ADS, end)
    session = w.open(request, grant)
    _ending(w, ADS, end + timedelta(days=90))
    w.told(late, session=session)
    sound(judge(w))
    w, request, grant = granted()
    session = w.open(request, grant)
    w.change_approvers(lines(w)[0])
    w.told(late, session=session)
    sound(judge(w))


# ------------------------------------------------------------------------------ hosts and people of it


@pytest.mark.parametrize(
    "claim",
    [
        SessionEnded("closed_by_technician", 60, 0, ""),
        ChannelOpened("c-1", "exec", "ssh", "10.8.0.31", ""),
        ToolStarted("supremo", "00" * 32, "not_seen", ""),
    ],
)
def test_another_host_speaks_of_the_session(claim: Any) -> None:
    """Its note is genuine, and of a session that is not its own."""
    w, request, grant = granted()
    w.enrol(OTHER_HOST, SigningKey(seed("another host")), "CASSA-01")
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(claim, session=session, host=OTHER_HOST)
    w.work(session, "c-1", 5)
    w.end(session, "closed_by_technician")
    alone(judge(w, trust=None), "DISPUTED", "other_host")


@pytest.mark.parametrize(
    "kind", ["watch.joined", "watch.left", "session.closed", "session.stop_ordered", "session.presumed_ended"]
)
def test_what_the_broker_writes_of_a_session_names_its_host(kind: str) -> None:
    for host in (OTHER_HOST, None):
        w, session = running(Twist(leaf=moved(kind, host=host)))
        everything(w, session)
        assert unapproved(w) == {"grant_differs"}


def everything(w: World, session: str) -> None:
    """All that the broker itself writes of a session."""
    ads = Actor(ADS, "ads")
    w.append(WatchJoined(ADS, "192.168.10.12"), actor=ads, session=session, host=HOST)
    w.append(WatchLeft(ADS), actor=ads, session=session, host=HOST)
    w.append(WatchJoined(ADS, "192.168.10.12"), actor=ads, session=session, host=HOST)
    w.append(WatchLeft(ADS), actor=BROKER, session=session, host=HOST)
    _stop(w, session)
    w.append(
        SessionClosed("solved"), actor=Actor(TECHNICIAN, "technician"), session=session, host=HOST,
        opening={"note": "Fatto."},
    )  # fmt: skip
    w.append(
        ChannelRefused("files", "channel_not_granted", "10.8.0.31"),
        actor=Actor(TECHNICIAN, "technician"), session=session, host=HOST,
    )  # fmt: skip
    w.append(SessionPresumedEnded("2026-11-03T09:05:00.000Z"), session=session, host=HOST)


def test_all_that_the_broker_writes_of_a_session_is_sound() -> None:
    w, session = running()
    everything(w, session)
    sound(judge(w))


@pytest.mark.parametrize("kind", ["watch.joined", "watch.left", "session.closed", "session.stop_ordered"])
def test_whoever_did_it_is_whom_it_names(kind: str) -> None:
    w, session = running(Twist(leaf=moved(kind, actor=Actor(OWNER, "owner"))))
    everything(w, session)
    assert unapproved(w) == {"grant_differs"}


@pytest.mark.parametrize("used", [False, True])
def test_a_grant_dies_with_its_own_session(used: bool) -> None:  # noqa: FBT001 - a table's column
    w, request, grant = granted()
    if used:
        w.open(request, grant)
    for place in ({"session": "s-ffffffffff", "host": HOST}, {"session": grant.session, "host": OTHER_HOST}):
        again = copy.deepcopy(w)
        again.append(GrantRevoked(grant.digest.hex(), "revoked"), **place)
        assert {f.code for f in judge(again).findings} == {"grant_differs"}
    w.append(GrantRevoked(grant.digest.hex(), "revoked"), session=grant.session, host=HOST)
    sound(judge(w))


def test_a_grant_that_was_never_issued_is_step_eights() -> None:
    w, _, _ = granted()
    w.append(GrantRevoked("00" * 32, "revoked"))
    w.append(ApprovalWithdrawn("r-99999999"), actor=Actor(ADS, "ads"))
    assert {(f.cls, f.code) for f in judge(w).findings} == {
        ("INCOMPLETE", "unknown_grant"),
        ("INCOMPLETE", "unknown_request"),
    }


def test_supervision_that_was_chosen_and_not_taken() -> None:
    w, request, grant = granted(Twist(leaf=without("supervision.taken")))
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "unsupervised")


# ------------------------------------------------------------------------------ pauses, signed stops


def watched(twist: Twist | None = None) -> tuple[World, Request, Grant, str]:
    w, request, grant = granted(twist)
    session = w.open(request, grant)
    w.start(session, grant)
    w.wait(minutes=5)
    w.told(SessionPaused("supervision_lost", ""), session=session)
    w.wait(minutes=2)
    return w, request, grant, session


def test_a_pause_is_noted_and_ends_with_a_page_the_log_knows() -> None:
    w, request, grant, session = watched()
    digest = w.watch(request, grant)
    w.told(SessionResumed(120, digest, ""), session=session)
    w.work(session, "c-1", 1)
    w.end(session, "closed_by_technician")
    sound(judge(w))
    assert said(judge(w), "paused") == [f"Session {session} was paused 1 times, 120 seconds in all."]


def test_another_of_the_customer_takes_over_while_it_runs() -> None:
    w, request, grant, session = watched()
    digest = w.watch(request, grant, by=TITOLARE)
    w.told(SessionResumed(120, digest, "", by=TITOLARE), session=session)
    w.work(session, "c-1", 1)
    w.end(session, "closed_by_technician")
    sound(judge(w))


def test_nobody_takes_over_before_it_is_opened() -> None:
    w, request, grant = granted()
    w.watch(request, grant, by=TITOLARE)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "grant_differs")


def test_who_takes_over_is_appointed_to_the_end_of_the_window() -> None:
    w, request, grant, _ = watched()
    w.change_approvers(replace(lines(w)[0], valid_until=grant.not_after - timedelta(seconds=1)), lines(w)[1])
    w.watch(request, grant, by=TITOLARE)
    alone(judge(w), "UNAPPROVED", "grant_differs")


def test_nobody_takes_over_what_nobody_was_to_watch() -> None:
    w, request, grant = granted(supervision="waived")
    session = w.open(request, grant)
    w.start(session, grant)
    w.watch(request, grant, by=TITOLARE)
    w.end(session, "closed_by_technician")
    sound(judge(w))  # a check-in that nobody had to give weighs nothing


def test_an_end_while_paused_is_counted_up_to_it() -> None:
    w, _, _, session = watched()
    w.end(session, "closed_by_technician")
    sound(judge(w))
    [note] = said(judge(w), "paused")
    assert "paused 1 times, 12" in note


def test_nothing_is_entered_while_nobody_watches() -> None:
    w, _, _, session = watched()
    w.work(session, "c-1", 1)
    w.end(session, "closed_by_technician")
    alone(judge(w), "UNAPPROVED", "while_paused")


def test_a_host_that_resumed_for_a_check_in_nobody_has_seen() -> None:
    w, _, _, session = watched()
    w.told(SessionResumed(120, "00" * 32, ""), session=session)
    w.end(session, "closed_by_technician")
    alone(judge(w), "UNAPPROVED", "unknown_watch")


def test_a_waived_session_that_resumed() -> None:
    w, request, grant = granted(supervision="waived")
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(SessionPaused("supervision_lost", ""), session=session)
    w.told(SessionResumed(1, "00" * 32, ""), session=session)
    w.end(session, "closed_by_technician")
    alone(judge(w), "UNAPPROVED", "unknown_watch")


def stopped(twist: Twist | None = None) -> World:
    w, request, grant = granted(twist)
    session = w.open(request, grant)
    w.start(session, grant)
    digest = w.stop(grant, signed=True)
    w.told(SessionEnded("stopped_by_ads", 60, 0, "", order=digest), session=session)
    return w


def test_a_signed_stop() -> None:
    found = judge(stopped())
    sound(found)
    assert said(found, "stop_unlogged") == []


@pytest.mark.parametrize(
    ("twist", "code"),
    [
        (Twist(stop=lambda s: replace(s, grant="00" * 32)), "signed_stop"),
        (Twist(stop=lambda s: replace(s, by=TITOLARE)), "not_approver"),
        (Twist(challenge=lambda kind, c: bytes(32) if kind == "stop" else c), "assertion"),
        (Twist(leaf=moved("session.stop_ordered", evidence=())), "evidence_missing"),
    ],
)
def test_a_signed_stop_that_is_none(twist: Twist, code: str) -> None:
    found = judge(stopped(twist))
    alone(found, "UNAPPROVED", code)
    assert len(said(found, "stop_unlogged")) == 1


def test_a_signed_stop_by_a_stranger_or_unreadable() -> None:
    w, request, grant = granted()
    session = w.open(request, grant)
    w.start(session, grant)
    ads, w.ads = w.ads, w.stranger
    w.stop(grant, signed=True)
    w.ads = ads
    alone(judge(w), "UNAPPROVED", "not_approver")
    w, request, grant = granted()
    session = w.open(request, grant)
    w.start(session, grant)
    w.append(
        StopOrdered(ADS, "stopped_by_ads", "::1", "00" * 32), actor=Actor(ADS, "ads"), session=session,
        host=HOST, proof=(("statement", b"{}"), ("assertion", b"{}")),
    )  # fmt: skip
    alone(judge(w), "UNAPPROVED", "evidence_unread")


@pytest.mark.parametrize(
    ("given", "fault"), [("2026-01-22T00:00:00.000Z", ""), ("2099-01-01T00:00:00.000Z", "record_said")]
)
def test_a_stop_that_the_log_took_down_later_than_it_was_given(given: str, fault: str) -> None:
    w, session = running()
    stop = StopOrdered(ADS, "stopped_by_ads", "::1", given=given)
    w.append(stop, actor=Actor(ADS, "ads"), session=session, host=HOST)
    w.told(SessionEnded("stopped_by_ads", 60, 0, ""), session=session)
    found = judge(w)
    assert {f.code for f in found.findings} == ({fault} if fault else set())


def test_a_signed_stop_the_broker_withheld_is_told_of() -> None:
    w, session = running()
    w.told(SessionEnded("stopped_by_ads", 60, 0, "", order="ab" * 32), session=session)
    sound(judge(w))
    assert said(judge(w), "stop_unlogged") == [
        f"Session {session} ended by a signed order that the log does not hold."
    ]


def test_the_watcher_was_taken_off_the_list_before_it_was_opened() -> None:
    """Approved by one, to be watched by another, who has checked in and then left."""
    named = Twist(approver="titolare", approval=lambda a: replace(a, supervision="named", watcher=ADS))
    w, request, grant = granted(named)
    w.change_approvers(lines(w)[0])
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "approver_gone")


def test_the_watchers_appointment_was_cut_short_before_it_was_opened() -> None:
    named = Twist(approver="titolare", approval=lambda a: replace(a, supervision="named", watcher=ADS))
    w, request, grant = granted(named)
    w.change_approvers(lines(w)[0], replace(lines(w)[1], valid_until=w.now))
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "approver_expired")
