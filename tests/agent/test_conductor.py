"""One session as a machine: stories by table, and random walks that must never start after an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.channels import Outcome, Params
from agent.commands import (
    CallWatcher,
    Command,
    Ending,
    HangUp,
    Hold,
    KillAll,
    RefuseChannel,
    Release,
    Report,
    StartChannel,
    TellDesk,
    TellDeskEnded,
)
from agent.conductor import (
    DESK_LIMIT_S,
    KILL_LIMIT_S,
    LINK_GRACE_S,
    MAX_CHANNELS,
    MAX_CHANNELS_AT_ONCE,
    Conductor,
)
from agent.events import (
    ChannelAsked,
    ChannelCloseOrdered,
    ChannelEnded,
    ChannelFailed,
    ChannelStarted,
    CheckedIn,
    DeskAnswered,
    DeskInterrupted,
    Event,
    GuardianDone,
    HostSlept,
    LinkBack,
    LinkLost,
    PauseOrdered,
    ResumeOrdered,
    StopOrdered,
    TextCopied,
    Tick,
    WatcherAnswered,
)
from agent.vigil import FIRST_S, Pace
from agent.wire.channel import DESKTOP_BREACH, Exit
from audit.keys import SigningKey
from audit.named_ports import NamedPort
from audit.policy import Tool
from audit.statement_parts import Channel
from tests.agent.session_kit import T0, admitted
from tests.audit.people import PAGE_KEY

TOOL = Tool("quickhelp", ("quickhelp",), ("quickhelp",), 5)
RDP = NamedPort("rdp", "localhost", 3389)
SHELL = ChannelAsked("c-1", "terminal", Params("ssh"), "pass")
PACE = Pace()
DONE = Outcome(3, 5, "d" * 64, Exit(status=0))


class Play:
    """A conductor and its two clocks; `>>` gives it an event and keeps what it commands."""

    def __init__(
        self, *, desk: str = "inform", offline: str = "end", length_s: float = 3600, **more: object
    ) -> None:
        found = admitted(desk=desk, offline=offline, length_s=length_s, **more)  # type: ignore[arg-type]
        self.admitted = found
        self.wall_s = self.boot_s = 0.0
        self.conductor = Conductor(
            found, found.policy.desk, found.policy.offline, T0, 1000.0, pace=PACE, octets=bytes
        )
        self.commands: list[Command] = self.conductor.begin()
        self.last: list[Command] = []

    def later(self, seconds: float) -> Play:
        self.wall_s += seconds
        self.boot_s += seconds
        return self

    def __rshift__(self, event: Event) -> Play:
        self.last = self.conductor.on(event, T0 + timedelta(seconds=self.wall_s), 1000.0 + self.boot_s)
        self.commands += self.last
        return self

    def reports(self) -> list[str]:
        return [c.kind for c in self.commands if isinstance(c, Report)]

    def report(self, kind: str) -> dict[str, object]:
        return next(c.body for c in self.commands if isinstance(c, Report) and c.kind == kind)


def live(**more: object) -> Play:
    return Play(**more) >> DeskAnswered("told")  # type: ignore[arg-type]


def running(**more: object) -> Play:
    return live(**more) >> SHELL >> ChannelStarted("c-1")


# ------------------------------------------------------------------------------------- beginning


def test_informed_desk_starts_the_session() -> None:
    play = Play()
    assert play.commands == [TellDesk(ask=False)]
    play >> DeskAnswered("nobody")
    assert play.report("session.started") == {
        "grant": play.admitted.grant.digest.hex(),
        "account": play.admitted.grant.account.name,
        "ends": "2026-11-22T11:00:00.000Z",
        "desk": "nobody",
    }


@pytest.mark.parametrize("answer", ["denied", "nobody", "told"])
def test_demanded_yes_that_is_no_yes_refuses(answer: str) -> None:
    """R18: nobody there, dismissed, unanswered and failed are all a no."""
    play = Play(desk="consent") >> DeskAnswered(answer)  # type: ignore[arg-type]
    assert KillAll() in play.last
    play >> GuardianDone()
    assert play.report("session.refused")["reason"] == "desk_denied"
    assert "session.started" not in play.reports()
    assert play.conductor.over


def test_yes_at_the_desk_starts() -> None:
    play = Play(desk="consent")
    assert play.commands == [TellDesk(ask=True)]
    assert (play >> DeskAnswered("consented")).report("session.started")["desk"] == "consented"


def test_a_desk_that_never_answers_is_a_no() -> None:
    play = Play(desk="consent")
    assert play.conductor.next_deadline_s() == 1000 + DESK_LIMIT_S
    play.later(DESK_LIMIT_S) >> Tick()
    assert KillAll() in play.last
    assert (play >> GuardianDone()).report("session.refused")["reason"] == "desk_denied"
    assert not (play >> DeskAnswered("consented")).last


@pytest.mark.parametrize(("desk", "reason"), [("consent", "desk_denied"), ("inform", "agent_stopping")])
def test_no_flood_of_events_holds_the_desks_limit_off(desk: str, reason: str) -> None:
    play = Play(desk=desk)
    play.later(DESK_LIMIT_S) >> ChannelAsked("c-1", "terminal", Params("ssh"), "p")
    assert play.last[0] == KillAll()
    assert (play >> GuardianDone()).report("session.refused")["reason"] == reason


def test_channel_asked_while_the_desk_is_told_waits() -> None:
    play = Play() >> SHELL
    assert not play.last
    play >> DeskAnswered("told")
    assert StartChannel("c-1", "terminal", Params("ssh"), "pass", Channel("terminal")) in play.last


def test_channel_that_waits_is_refused_with_the_session() -> None:
    play = Play(desk="consent") >> SHELL >> DeskAnswered("denied")
    assert RefuseChannel("c-1", "session_ended") in play.last


# -------------------------------------------------------------------------------------- channels


def test_terminal_opens_and_closes() -> None:
    play = running() >> ChannelEnded("c-1", DONE)
    assert play.reports() == ["session.started", "channel.opened", "channel.closed"]
    assert play.report("channel.opened") == {"channel": "c-1", "kind": "terminal", "via": "ssh"}
    assert play.report("channel.closed") == {
        "channel": "c-1",
        "kind": "terminal",
        "in_bytes": 3,
        "out_bytes": 5,
        "out_digest": "d" * 64,
        "exit_status": 0,
    }


def test_signalled_process_has_no_exit_status() -> None:
    play = running() >> ChannelEnded("c-1", Outcome(0, 0, "d" * 64, Exit(signal="KILL")))
    assert "exit_status" not in play.report("channel.closed")


def test_command_and_tool_are_reported() -> None:
    play = live(channels=(Channel("exec"), Channel("tool", "quickhelp")), tools=(TOOL,))
    play >> ChannelAsked("c-1", "exec", Params("ssh", command="id", command_salt=bytes(32)), "p")
    play >> ChannelStarted("c-1", command="e" * 64)
    assert play.report("command.executed") == {"channel": "c-1", "command": "e" * 64}
    play >> ChannelAsked("c-2", "tool", Params("browser", tool="quickhelp"), "p")
    play >> ChannelStarted("c-2", binary="f" * 64)
    assert play.report("tool.started") == {"tool": "quickhelp", "binary": "f" * 64, "content": "not_seen"}
    play >> ChannelEnded("c-2", Outcome(0, 0, "d" * 64, Exit(signal="TERM"), processes=3, forced=True))
    assert play.report("tool.stopped") == {
        "tool": "quickhelp",
        "processes": 3,
        "forced": True,
        "content": "not_seen",
    }


def test_a_port_is_reported_as_which_and_without_a_status() -> None:
    play = live(channels=(Channel("forward", port=RDP),), ports=(RDP,))
    play >> ChannelAsked("c-1", "forward", Params("ssh", port="rdp"), "p")
    granted = Channel("forward", port=RDP)
    assert play.last == [StartChannel("c-1", "forward", Params("ssh", port="rdp"), "p", granted)]
    play >> ChannelStarted("c-1")
    told = {"channel": "c-1", "kind": "forward", "via": "ssh", "port": "rdp", "number": RDP.port}
    assert play.report("channel.opened") == told
    play >> ChannelEnded("c-1", DONE)
    assert play.report("channel.closed") == {
        "channel": "c-1",
        "kind": "forward",
        "in_bytes": 3,
        "out_bytes": 5,
        "out_digest": "d" * 64,
    }


def test_a_port_whose_place_the_rules_changed_is_no_port_of_theirs() -> None:
    play = live(channels=(Channel("forward", port=replace(RDP, port=22)),), ports=(RDP,))
    play >> ChannelAsked("c-1", "forward", Params("ssh", port="rdp"), "p")
    assert RefuseChannel("c-1", "port_missing") in play.last


def test_variables_that_the_rules_name() -> None:
    params = Params("ssh", env=(("LANG", "it_IT.UTF-8"),))
    play = live(environment=("LANG", "TZ")) >> ChannelAsked("c-1", "terminal", params, "p")
    assert play.last == [StartChannel("c-1", "terminal", params, "p", Channel("terminal"))]


@pytest.mark.parametrize(
    ("kind", "params", "reason"),
    [
        ("terminal", Params("ssh", tool="quickhelp"), "envelope_invalid"),
        ("tool", Params("ssh"), "envelope_invalid"),
        ("tool", Params("ssh", tool="other"), "authorisation_missing"),
        ("tool", Params("ssh", tool="gone"), "tool_missing"),
        ("exec", Params("ssh"), "envelope_invalid"),
        ("exec", Params("ssh", command="id"), "envelope_invalid"),
        ("exec", Params("ssh", command="id", command_salt=bytes(32)), "authorisation_missing"),
        ("terminal", Params("ssh", command="id"), "envelope_invalid"),
        ("terminal", Params("watch", watch=True), "envelope_invalid"),
        ("desktop", Params("browser"), "authorisation_missing"),
        ("files", Params("ssh"), "envelope_invalid"),
        ("files", Params("ssh", files="scp -t x; sh"), "envelope_invalid"),
        ("terminal", Params("ssh", files="sftp"), "envelope_invalid"),
        ("forward", Params("ssh"), "envelope_invalid"),
        ("terminal", Params("ssh", port="rdp"), "envelope_invalid"),
        ("forward", Params("ssh", port="nas"), "authorisation_missing"),
        ("forward", Params("ssh", port="rdp"), "port_missing"),
        ("terminal", Params("ssh", env=(("LANG", "it_IT.UTF-8"),)), "environment_not_allowed"),
        ("shell", Params("ssh"), "envelope_invalid"),
    ],
)
def test_what_the_grant_does_not_cover_is_refused(kind: str, params: Params, reason: str) -> None:
    channels = (
        Channel("terminal"),
        Channel("files", folder="/srv", direction="from_host"),
        Channel("tool", "quickhelp"),
        Channel("tool", "gone"),
        Channel("forward", port=RDP),
    )
    play = live(channels=channels, tools=(TOOL,)) >> ChannelAsked("c-1", kind, params, "p")
    known = kind if kind != "shell" else "other"
    assert play.last == [
        Report("channel.refused", {"kind": known, "reason": reason}),
        RefuseChannel("c-1", reason),
    ]


@pytest.mark.parametrize("recorded", [True, False])
def test_an_order_says_of_recording_what_the_request_says(recorded: bool) -> None:  # noqa: FBT001
    """Else the broker could record what nobody approved, or leave off where everybody relies on it."""
    kept = Params("ssh", recording_salt=bytes(32))
    right, wrong = (kept, Params("ssh")) if recorded else (Params("ssh"), kept)
    play = live(recording=recorded) >> ChannelAsked("c-1", "terminal", wrong, "p")
    assert play.last[-1] == RefuseChannel("c-1", "recording_differs")
    play >> ChannelAsked("c-2", "terminal", right, "p")
    assert play.last == [StartChannel("c-2", "terminal", right, "p", Channel("terminal"))]


SCREEN = Channel("desktop", control=True, clipboard=True)
WATCHED = Params("watch", watch=True)


def test_a_screen_starts_with_what_the_grant_says_of_it() -> None:
    play = live(channels=(Channel("terminal"), SCREEN)) >> ChannelAsked(
        "c-1", "desktop", Params("browser"), "p"
    )
    assert play.last == [StartChannel("c-1", "desktop", Params("browser"), "p", SCREEN)]


def test_who_watches_sees_a_screen_while_the_technician_has_it() -> None:
    play = live(channels=(SCREEN,)) >> ChannelAsked("c-1", "desktop", WATCHED, "p")
    assert play.last[-1] == RefuseChannel("c-1", "desktop_not_open")
    play >> ChannelAsked("c-2", "desktop", Params("browser"), "p") >> ChannelStarted("c-2")
    play >> ChannelAsked("c-3", "desktop", WATCHED, "p") >> ChannelStarted("c-3")
    told = {"channel": "c-3", "kind": "desktop", "via": "watch", "control": False}
    assert play.last == [Report("channel.opened", told)]
    play >> ChannelEnded("c-2", DONE)
    assert play.last[-1] == HangUp("c-3")
    play >> ChannelEnded("c-3", DONE)
    assert not any(isinstance(command, HangUp) for command in play.last)


def test_what_was_copied_and_what_was_no_rfb_are_reported() -> None:
    play = live(channels=(SCREEN,)) >> TextCopied("c-1", "to_host", 4, "e" * 64)
    assert not play.last, "of a channel that does not run"
    play >> ChannelAsked("c-1", "desktop", Params("browser"), "p") >> ChannelStarted("c-1")
    play >> TextCopied("c-1", "to_host", 4, "e" * 64)
    assert play.report("clipboard.copied") == {
        "channel": "c-1",
        "direction": "to_host",
        "bytes": 4,
        "text": "e" * 64,
    }
    play >> ChannelEnded("c-1", Outcome(0, 0, "d" * 64, Exit(status=DESKTOP_BREACH)))
    assert play.last[1:] == [Report("channel.refused", {"kind": "desktop", "reason": "desktop_breach"})]


def test_a_channel_id_serves_once() -> None:
    play = running() >> ChannelEnded("c-1", DONE) >> SHELL
    assert RefuseChannel("c-1", "replayed") in play.last


def test_channels_are_bounded_at_once_and_in_all() -> None:
    play = live()
    for n in range(MAX_CHANNELS_AT_ONCE):
        play >> ChannelAsked(f"c-{n}", "terminal", Params("ssh"), "p")
    play >> ChannelAsked("c-x", "terminal", Params("ssh"), "p")
    assert RefuseChannel("c-x", "too_many_channels") in play.last
    play = live()
    for n in range(MAX_CHANNELS):
        play >> ChannelAsked(f"c-{n}", "terminal", Params("ssh"), "p") >> ChannelFailed(f"c-{n}", "x")
    play >> ChannelAsked("c-x", "terminal", Params("ssh"), "p")
    assert RefuseChannel("c-x", "too_many_channels") in play.last


def test_a_channel_that_never_started_is_refused() -> None:
    play = live() >> SHELL >> ChannelFailed("c-1", "process_not_started")
    assert RefuseChannel("c-1", "process_not_started") in play.last
    assert not (play >> ChannelStarted("c-1")).last
    assert not (play >> ChannelEnded("c-1", DONE)).last
    assert not (play >> ChannelFailed("c-1", "again")).last


def test_started_twice_is_reported_once() -> None:
    assert not (running() >> ChannelStarted("c-1")).last


# -------------------------------------------------------------------------------------------- ends


@pytest.mark.parametrize("reason", ["closed_by_technician", "stopped_by_ads", "revoked", "host_revoked"])
def test_stop_kills_first_and_reports_when_all_are_dead(reason: str) -> None:
    play = running().later(61.9) >> StopOrdered(reason)
    assert play.last == [KillAll(), Ending(reason, 61)]
    assert not (play >> GuardianDone()).last, "the channel has not given its count yet"
    play >> ChannelEnded("c-1", DONE)
    assert play.reports()[-2:] == ["channel.closed", "session.ended"]
    assert play.report("session.ended") == {"reason": reason, "seconds": 61, "channels": 1}
    assert play.last[-1] == TellDeskEnded(reason, 61, "none")
    assert play.conductor.over
    assert play.conductor.next_deadline_s() is None


def test_an_order_to_stop_with_a_foreign_reason_is_obeyed() -> None:
    assert (live() >> StopOrdered("because")).last[0] == KillAll()


def test_desk_interrupts() -> None:
    play = running() >> DeskInterrupted() >> ChannelEnded("c-1", DONE) >> GuardianDone()
    assert play.report("session.ended")["reason"] == "stopped_by_desk"


def test_interrupt_before_the_start_refuses() -> None:
    play = Play(desk="consent") >> DeskInterrupted() >> GuardianDone()
    assert play.report("session.refused")["reason"] == "stopped_by_desk"
    assert play.last[-1] == TellDeskEnded("stopped_by_desk", None, "none")


@pytest.mark.parametrize(
    ("wall_s", "boot_s", "reason"),
    [
        (3600, 3600, "expired"),
        (3600, 0, "expired"),  # the wall clock was set forward
        (0, 3600, "expired"),  # it was set back or stood still: the boot clock ends it
        (3599, 3599, None),
        (3000, 3301, "clock_moved"),
        (3301, 3000, "clock_moved"),
        (3300, 3000, None),
    ],
)
def test_ends_at_the_earlier_of_two_clocks(wall_s: float, boot_s: float, reason: str | None) -> None:
    play = live()
    play.wall_s, play.boot_s = wall_s, boot_s
    play >> Tick()
    if reason is None:
        assert not play.last
    else:
        assert (play >> GuardianDone()).report("session.ended")["reason"] == reason


def test_deadline_is_the_end_and_length_counts_from_the_start() -> None:
    assert Play().conductor.elapsed_s(1010) == 0
    play = live()
    assert play.conductor.next_deadline_s() == 4600
    assert play.conductor.elapsed_s(1010.9) == 10


def test_sleep_ends_it() -> None:
    assert (live() >> HostSlept() >> GuardianDone()).report("session.ended")["reason"] == "clock_moved"


def test_broker_gone_ends_after_the_grace() -> None:
    play = live() >> LinkLost()
    assert play.conductor.next_deadline_s() == 1000 + LINK_GRACE_S
    play.later(LINK_GRACE_S - 1) >> LinkLost()  # lost again without having been back: no new grace
    assert not play.last
    play.later(1) >> Tick()
    assert (play >> GuardianDone()).report("session.ended")["reason"] == "broker_gone"


def test_link_back_in_time_saves_it() -> None:
    play = live() >> LinkLost()
    play.later(LINK_GRACE_S) >> LinkBack()
    play.later(LINK_GRACE_S) >> Tick()
    assert not play.last


def test_policy_continue_goes_on_without_a_broker_but_not_past_the_end() -> None:
    play = live(offline="continue") >> LinkLost()
    play.later(3599) >> Tick()
    assert not play.last
    play.later(1) >> Tick()
    assert play.last[0] == KillAll()


def test_guardian_that_dies_takes_the_session_along() -> None:
    play = running() >> GuardianDone()
    assert KillAll() in play.last
    play >> ChannelEnded("c-1", DONE)
    assert play.report("session.ended")["reason"] == "agent_stopping"


def test_end_is_reported_even_if_the_guardian_never_answers() -> None:
    play = running() >> StopOrdered("stopped_by_ads")
    assert play.conductor.next_deadline_s() == 1000 + KILL_LIMIT_S
    assert not (play.later(KILL_LIMIT_S - 1) >> Tick()).last
    play.later(1) >> Tick()
    assert play.report("session.ended")["reason"] == "stopped_by_ads"
    assert not (play >> Tick() >> StopOrdered("revoked") >> LinkLost() >> SHELL).conductor.started
    assert RefuseChannel("c-1", "replayed") in play.last


def test_no_flood_of_events_holds_the_report_of_the_end_off() -> None:
    play = running() >> StopOrdered("stopped_by_ads")
    play.later(KILL_LIMIT_S) >> ChannelAsked("c-2", "terminal", Params("ssh"), "p")
    assert play.report("session.ended")["left"] == "unknown"
    assert play.conductor.over


@pytest.mark.parametrize("left", ["some", "unknown"])
def test_an_end_does_not_claim_more_than_the_guardian_saw(left: str) -> None:
    play = running() >> StopOrdered("stopped_by_ads") >> ChannelEnded("c-1", DONE)
    play >> GuardianDone(left)  # type: ignore[arg-type]
    assert play.report("session.ended") == {
        "reason": "stopped_by_ads",
        "seconds": 0,
        "channels": 1,
        "left": left,
    }
    assert play.last[-1] == TellDeskEnded("stopped_by_ads", 0, left)  # type: ignore[arg-type]
    assert play.conductor.left == left


def test_whoever_leaves_a_channel_ends_its_process_and_nothing_else() -> None:
    play = running() >> ChannelCloseOrdered("c-1")
    assert play.last == [HangUp("c-1")]
    assert not (play >> ChannelCloseOrdered("c-2")).last
    play >> ChannelEnded("c-1", DONE)
    assert not (play >> ChannelCloseOrdered("c-1")).last
    assert play.conductor.started
    assert not (running() >> StopOrdered("revoked") >> ChannelCloseOrdered("c-1")).last


def test_asked_after_the_end_is_refused() -> None:
    play = live() >> StopOrdered("revoked") >> SHELL
    assert RefuseChannel("c-1", "session_ended") in play.last


def test_process_that_started_just_before_the_stop_is_still_told() -> None:
    """True facts are reported, whatever the order they arrive in; nothing new starts."""
    play = live() >> SHELL >> StopOrdered("stopped_by_ads") >> ChannelStarted("c-1")
    assert play.report("channel.opened")["channel"] == "c-1"
    play >> ChannelEnded("c-1", DONE) >> GuardianDone()
    assert play.report("session.ended")["channels"] == play.conductor.opened == 1


def test_expiry_beats_whatever_comes_with_it() -> None:
    play = live().later(3600) >> SHELL
    assert play.last[0] == KillAll()
    assert RefuseChannel("c-1", "session_ended") in play.last


# -------------------------------------------------------------------------------------- the watch


def answer(play: Play, *, key: SigningKey = PAGE_KEY) -> WatcherAnswered:
    """The page's answer to the last call."""
    [*_, last] = [c.call for c in play.commands if isinstance(c, CallWatcher)]
    return WatcherAnswered(last.n, key.sign(last.message))


def watched(**more: object) -> Play:
    """Live, and the watcher's page has answered."""
    play = live(watched=True, **more)
    return play >> answer(play)


def silent(play: Play) -> Play:
    """The page answers nothing until the session is paused."""
    for _ in range(6):
        play.later(PACE.call_every_s) >> Tick()
    return play


def test_a_waived_session_calls_nobody_and_never_pauses() -> None:
    play = silent(running()) >> Tick()
    assert not [c for c in play.commands if isinstance(c, CallWatcher | Hold)]
    assert not (play >> WatcherAnswered(1, bytes(64))).last


def test_the_page_is_called_from_the_start_on_and_nobody_enters_before_it_answers() -> None:
    play = live(watched=True) >> SHELL
    assert [type(c) for c in play.commands] == [TellDesk, Report, CallWatcher]
    play >> answer(play)
    assert _starts(play.last) == ["c-1"]
    assert play.conductor.next_deadline_s() == 1000 + PACE.call_every_s
    play.later(PACE.call_every_s) >> Tick()
    assert [c.call.n for c in play.last if isinstance(c, CallWatcher)] == [2]


def test_who_waits_for_the_watcher_waits_not_longer_than_his_pass_lives() -> None:
    play = live(watched=True) >> SHELL
    play.later(FIRST_S) >> Tick()
    assert RefuseChannel("c-1", "supervision_missing") in play.last
    play >> ChannelAsked("c-2", "terminal", Params("ssh"), "p")
    assert RefuseChannel("c-2", "supervision_missing") in play.last


def test_who_waits_when_it_is_paused_is_turned_away() -> None:
    """Where a machine pauses sooner than who enters would wait."""
    found = admitted(watched=True)
    play = live(watched=True)
    play.conductor = Conductor(found, "inform", "end", T0, 1000.0, pace=Pace(6.0), octets=bytes)
    play >> DeskAnswered("told") >> SHELL
    play.later(6) >> Tick()
    assert RefuseChannel("c-1", "session_paused") in play.last


def test_silence_pauses_and_the_next_answer_resumes() -> None:
    """S-35, D-06, U-15: whoever watches is gone, and 120 s after his last answer it is paused."""
    play = watched() >> SHELL >> ChannelStarted("c-1")
    silent(play)
    assert Hold("supervision_lost") in play.last
    assert play.conductor.paused
    assert play.report("session.paused") == {"reason": "supervision_lost"}
    play >> ChannelAsked("c-2", "terminal", Params("ssh"), "p")
    assert RefuseChannel("c-2", "session_paused") in play.last
    play.later(7) >> answer(play)
    assert play.report("session.resumed") == {
        "seconds": 7,
        "statement": play.admitted.check_in.digest.hex(),  # type: ignore[union-attr]
    }
    assert Release() in play.last
    assert not play.conductor.paused
    play >> ChannelAsked("c-3", "terminal", Params("ssh"), "p")
    assert _starts(play.last) == ["c-3"]


def test_the_watcher_pauses_and_only_an_order_resumes() -> None:
    play = watched() >> SHELL >> ChannelStarted("c-1") >> PauseOrdered("p-2")
    assert play.last == [
        Hold("paused_by_watcher"),
        Report("session.paused", {"reason": "paused_by_watcher", "by": "p-2"}),
    ]
    assert not (play >> PauseOrdered("p-1")).last  # once is enough
    play >> ChannelAsked("c-2", "terminal", Params("ssh"), "p")
    assert RefuseChannel("c-2", "session_paused") in play.last
    play.later(PACE.call_every_s) >> Tick()
    play >> answer(play)
    assert play.last == []
    assert play.conductor.paused
    play >> ResumeOrdered("p-1")
    resumed = {
        "seconds": int(PACE.call_every_s),
        "statement": play.admitted.check_in.digest.hex(),
        "by": "p-1",
    }  # type: ignore[union-attr]
    assert play.last == [Report("session.resumed", resumed), Release()]
    assert not (play >> ResumeOrdered("p-1")).last


def test_a_pause_for_two_reasons_lasts_until_both_are_over() -> None:
    """Each pause of the record has one reason; what was held is let go of after the last."""
    play = silent(watched()) >> PauseOrdered("p-2")
    assert play.last == []
    play.later(PACE.call_every_s) >> Tick()
    play >> answer(play)
    assert [c.kind for c in play.last if isinstance(c, Report)] == ["session.resumed", "session.paused"]
    assert Release() not in play.last
    assert play.conductor.paused
    silent(play)
    play >> ResumeOrdered("p-2")
    assert [c.body.get("reason") for c in play.last if isinstance(c, Report)] == [None, "supervision_lost"]
    assert Release() not in play.last
    play.later(1) >> answer(play)
    assert Release() in play.last


def test_an_order_to_resume_makes_nobody_watch() -> None:
    play = silent(watched()) >> PauseOrdered("p-2") >> ResumeOrdered("p-2")
    assert play.last == []
    assert play.conductor.paused
    play.later(PACE.call_every_s) >> Tick()
    play >> answer(play)
    assert not play.conductor.paused


def test_where_nobody_has_to_watch_nobody_holds_it() -> None:
    assert not (running() >> PauseOrdered("p-2")).last
    assert not (Play(watched=True) >> PauseOrdered("p-2") >> ResumeOrdered("p-2")).last


def test_an_answer_every_so_often_keeps_it_open() -> None:
    play = watched()
    for _ in range(20):
        play.later(PACE.call_every_s) >> Tick()
        play.later(1) >> answer(play)
    assert not [c for c in play.commands if isinstance(c, Hold)]


def test_answers_that_do_not_count() -> None:
    play = watched()
    first = answer(play)
    assert not (play >> first).last  # twice
    silent(play)
    late = answer(play)
    play.later(PACE.good_for_s) >> late
    assert play.conductor.paused
    play.later(PACE.call_every_s) >> Tick()
    play >> answer(play, key=SigningKey(b"x" * 32))
    assert play.conductor.paused
    assert play.reports().count("session.paused") == 1


def test_another_page_takes_over_at_once_and_the_old_one_counts_no_more() -> None:
    play = silent(watched())
    old, other = answer(play), SigningKey(b"y" * 32)
    check_in = replace(play.admitted.check_in, page_key=other.public.text)  # type: ignore[type-var]
    play >> CheckedIn(check_in)
    assert [type(c) for c in play.last] == [CallWatcher]
    play >> old
    assert play.conductor.paused
    play >> answer(play, key=other)
    assert play.report("session.resumed")["statement"] == check_in.digest.hex()


def test_a_page_that_takes_over_while_the_desk_is_asked() -> None:
    play = Play(desk="consent", watched=True)
    check_in = replace(play.admitted.check_in, page_key=SigningKey(b"y" * 32).public.text)  # type: ignore[type-var]
    play >> CheckedIn(check_in) >> DeskAnswered("consented")
    [call] = [c.call for c in play.last if isinstance(c, CallWatcher)]
    assert call.check_in == check_in.digest


def test_a_paused_session_ends_as_any_other() -> None:
    play = silent(watched()) >> StopOrdered("stopped_by_ads", "ab" * 32)
    assert Ending("stopped_by_ads", 120, "ab" * 32) in play.last
    play >> GuardianDone()
    assert play.report("session.ended")["order"] == "ab" * 32
    assert not (play.later(60) >> Tick()).last


def test_a_broker_that_is_gone_pauses_what_goes_on_without_it() -> None:
    play = watched(offline="continue") >> LinkLost()
    assert Hold("supervision_lost") in silent(play).last


# ------------------------------------------------------------------------------------ random walks

IDS = st.sampled_from([f"c-{n}" for n in range(5)])
EVENTS = st.one_of(
    st.sampled_from(["told", "nobody", "consented", "denied"]).map(DeskAnswered),  # type: ignore[arg-type]
    st.builds(
        ChannelAsked,
        IDS,
        st.sampled_from(["terminal", "exec", "tool", "?"]),
        st.just(Params("ssh")),
        st.just("p"),
    ),
    st.builds(ChannelStarted, IDS),
    st.builds(ChannelFailed, IDS, st.just("process_not_started")),
    st.builds(ChannelEnded, IDS, st.just(DONE)),
    st.builds(ChannelCloseOrdered, IDS),
    st.sampled_from(["stopped_by_ads", "revoked", "?"]).map(StopOrdered),
    st.sampled_from([PauseOrdered("p-2"), ResumeOrdered("p-2")]),
    st.just(WatcherAnswered(0, b"")),  # the last call's right answer: the walk signs it
    st.sampled_from([DeskInterrupted(), HostSlept(), LinkLost(), LinkBack(), Tick(), GuardianDone()]),
)
STEPS = st.lists(st.tuples(st.floats(0, 40), st.floats(-400, 400) | st.just(0.0), EVENTS), max_size=60)


def _starts(commands: Iterable[Command]) -> list[str]:
    return [c.channel for c in commands if isinstance(c, StartChannel)]


@given(
    steps=STEPS,
    desk=st.sampled_from(["inform", "consent"]),
    offline=st.sampled_from(["end", "continue"]),
    is_watched=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_walks_never_start_after_an_end_nor_unwatched(
    steps: list[tuple[float, float, Event]], desk: str, offline: str, *, is_watched: bool
) -> None:
    play = Play(desk=desk, offline=offline, length_s=600, watched=is_watched)
    ended = False
    seen_s: float | None = None  # of the last answer that may have counted
    for seconds, slip_s, event in steps:
        play.later(seconds)
        play.wall_s += slip_s
        was_over = play.conductor.over
        if isinstance(event, WatcherAnswered):
            if not any(isinstance(c, CallWatcher) for c in play.commands):
                continue
            seen_s = play.boot_s
        play >> (answer(play) if isinstance(event, WatcherAnswered) else event)
        if is_watched and _starts(play.last):
            assert seen_s is not None
            assert play.boot_s - seen_s < PACE.lost_s
        ended = ended or KillAll() in play.last
        past = play.wall_s >= 600 or play.boot_s >= 600
        if isinstance(event, StopOrdered | DeskInterrupted | HostSlept) or past:
            assert ended
        if ended:
            assert not _starts(play.last)
        assert not (
            was_over and any(isinstance(c, Report) and c.kind.startswith("session") for c in play.last)
        )
        due_s = play.conductor.next_deadline_s()
        assert (due_s is None) == play.conductor.over
    starts = _starts(play.commands)
    assert len(starts) == len(set(starts))
    assert [c for c in play.commands if isinstance(c, KillAll)] in ([], [KillAll()])
    reports = play.reports()
    assert reports.count("session.started") <= 1
    assert reports.count("session.ended") + reports.count("session.refused") == int(play.conductor.over)
    if starts:
        assert "session.started" in reports
    opened = [
        c.body["channel"] for c in play.commands if isinstance(c, Report) and c.kind == "channel.opened"
    ]
    assert set(opened) <= set(starts)
    assert 0 <= reports.count("session.paused") - reports.count("session.resumed") <= 1
    if desk == "consent" and "session.started" in reports:
        assert play.report("session.started")["desk"] == "consented"
