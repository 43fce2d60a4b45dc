"""One session as a machine: what happened, and when, to what must be done now. Pure.

`begin` once, then `on` for every event; each answers with commands that `perform.py` carries out in
order. Whatever arrives, the end comes first: a session past either of its clocks, stopped, or
interrupted at the desk starts nothing any more. Every event brings the time, so no flood of them holds
a limit off. Give it a `Tick` when `next_deadline_s` is reached on the boot clock, and every second or
so, because the wall clock may jump.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never, cast

from agent import channel_facts
from agent.admitted import Admitted
from agent.channel_admission import granted_to, why_not
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
    FileTold,
    GuardianDone,
    HostSlept,
    Left,
    LinkBack,
    LinkLost,
    PauseOrdered,
    ResumeOrdered,
    StopOrdered,
    TextCopied,
    Tick,
    ToolTold,
    WatcherAnswered,
)
from agent.vigil import Pace, Vigil
from agent.wire.channel import DESKTOP_BREACH
from audit import instant
from audit.canonical import Value
from audit.commitment import SALT_BYTES
from audit.statement_parts import CHANNEL_KINDS, ChannelKind

LINK_GRACE_S = 30.0  # a cut this short is a change of network, not a broker that is gone
DESK_LIMIT_S = 60.0  # unanswered is denied (R18)
KILL_LIMIT_S = 6.0  # the guardian needs at most half of it; then the end is reported without its word
CLOCK_SLIP_S = 300.0  # the wall clock against the boot clock: more is no correction but a move
MAX_CHANNELS_AT_ONCE = 16
MAX_CHANNELS = 1000  # over a whole session; each leaves records

# The reasons `session.ended` may give for an order from the broker; any other order is a revocation.
STOP_REASONS = frozenset(
    {"closed_by_technician", "stopped_by_ads", "revoked", "host_revoked", "recording_lost"}
)
OWN_REASONS = frozenset({"stopped_by_desk", "agent_stopping", "clock_moved", "revoked_at_host"})


@dataclass(frozen=True, slots=True)
class _Asking:
    """The person at the desk is being told; nothing runs."""


@dataclass(frozen=True, slots=True)
class _Live:
    """`paused_boot_s`: since when it is held, for `why`; `held_by`: who ordered a pause that lasts."""

    since_boot_s: float
    paused_boot_s: float | None = None
    why: str = ""
    held_by: str | None = None


@dataclass(frozen=True, slots=True)
class _Dying:
    """Everything is being killed; `seconds` is None where the session never started."""

    reason: str
    seconds: int | None
    until_boot_s: float
    order: str | None = None


@dataclass(frozen=True, slots=True)
class _Over:
    pass


class Conductor:
    """Of one admitted session. `at` and `boot_s` are the two clocks at the moment of admission; `octets`
    gives that many bytes of chance."""

    def __init__(
        self,
        admitted: Admitted,
        desk_policy: Literal["inform", "consent"],
        offline_policy: Literal["end", "continue"],
        at: datetime,
        boot_s: float,
        *,
        pace: Pace,
        octets: Callable[[int], bytes],
    ) -> None:
        self._admitted = admitted
        self._pace = pace
        self._octets = octets
        self._check_in = admitted.check_in
        self._vigil: Vigil | None = None  # once it is live, where somebody is to watch
        self._asks = desk_policy == "consent"
        self._ends_offline = offline_policy == "end"
        self._at0 = at
        self._boot0_s = boot_s
        self._ends_boot_s = boot_s + (admitted.ends - at).total_seconds()
        self._state: _Asking | _Live | _Dying | _Over = _Asking()
        self._waiting: list[ChannelAsked] = []  # asked for before the desk had answered
        self._channels: dict[str, StartChannel] = {}  # starting or running
        self._running: set[str] = set()
        self._used: set[str] = set()
        self._opened = 0
        self._link_lost_s: float | None = None
        self._left: Left | None = None  # the guardian's account, once it is given

    @property
    def over(self) -> bool:
        """Everything is dead and reported: the machine may be dropped."""
        return isinstance(self._state, _Over)

    @property
    def started(self) -> bool:
        return isinstance(self._state, _Live)

    @property
    def paused(self) -> bool:
        return isinstance(self._state, _Live) and self._state.paused_boot_s is not None

    @property
    def opened(self) -> int:
        """Channels that have run in this session."""
        return self._opened

    @property
    def left(self) -> Left:
        """What is known to live on, as the end was reported."""
        return self._left or "unknown"

    def elapsed_s(self, boot_s: float) -> int:
        match self._state:
            case _Live(since_boot_s=since):
                return max(0, int(boot_s - since))
            case _:
                return 0

    def begin(self) -> list[Command]:
        return [TellDesk(self._asks)]

    def next_deadline_s(self) -> float | None:
        """On the boot clock."""
        match self._state:
            case _Over():
                return None
            case _Dying(until_boot_s=until):
                return until
            case _Asking() | _Live():
                dues = [self._ends_boot_s]
                if isinstance(self._state, _Asking):
                    dues.append(self._boot0_s + DESK_LIMIT_S)
                if self._link_lost_s is not None and self._ends_offline:
                    dues.append(self._link_lost_s + LINK_GRACE_S)
                if self._vigil is not None:
                    dues.append(self._vigil.next_deadline_s())
                return min(dues)
            case _:
                assert_never(self._state)

    def on(self, event: Event, at: datetime, boot_s: float) -> list[Command]:
        commands: list[Command] = []
        if isinstance(self._state, _Asking | _Live):
            reason = self._why_end(event, at, boot_s)
            if reason is not None:
                commands += self._end(reason, boot_s, getattr(event, "order", None))
        commands += self._handle(event, at, boot_s)
        return commands + self._watch(boot_s) + self._settle(boot_s)

    # ------------------------------------------------------------------------------------ the end

    def _why_end(self, event: Event, at: datetime, boot_s: float) -> str | None:
        """The reason to end at this moment, whatever else the event would bring."""
        match event:
            case StopOrdered(reason=reason):
                return reason if reason in STOP_REASONS | OWN_REASONS else "revoked"
            case DeskInterrupted():
                return "stopped_by_desk"
            case HostSlept():
                return "clock_moved"
            case _:
                pass
        if at >= self._admitted.ends or boot_s >= self._ends_boot_s:
            return "expired"
        if isinstance(self._state, _Asking) and boot_s >= self._boot0_s + DESK_LIMIT_S:
            # The desk's own limit has failed to come: the answer is the one it would have given.
            return "desk_denied" if self._asks else "agent_stopping"
        if abs((at - self._at0).total_seconds() - (boot_s - self._boot0_s)) > CLOCK_SLIP_S:
            return "clock_moved"
        lost = self._link_lost_s if not isinstance(event, LinkBack) else None
        if lost is not None and self._ends_offline and boot_s >= lost + LINK_GRACE_S:
            return "broker_gone"
        if isinstance(event, GuardianDone):
            return "agent_stopping"  # a part of the agent died: without its guardian nothing may run
        return None

    def _end(self, reason: str, boot_s: float, order: str | None = None) -> list[Command]:
        seconds = self.elapsed_s(boot_s) if self.started else None
        self._state = _Dying(reason, seconds, boot_s + KILL_LIMIT_S, order)
        return [KillAll(), Ending(reason, seconds, order), *self._turn_away("session_ended")]

    def _last_words(self, dying: _Dying) -> list[Command]:
        self._state = _Over()
        body: dict[str, Value]
        if dying.seconds is None:
            body = {"grant": self._admitted.grant.digest.hex(), "reason": dying.reason}
            report = Report("session.refused", body)
        else:
            body = ended_body(dying.reason, dying.seconds, self._opened, self.left, dying.order)
            report = Report("session.ended", body)
        return [report, TellDeskEnded(dying.reason, dying.seconds, self.left)]

    # ------------------------------------------------------------------------------- everything else

    def _handle(self, event: Event, at: datetime, boot_s: float) -> list[Command]:
        match event:
            case DeskAnswered(answer=answer):
                return self._desk_answered(answer, at, boot_s)
            case ChannelAsked():
                return self._asked(event)
            case ChannelStarted():
                return self._channel_started(event)
            case ToolTold():
                return self._tool_told(event)
            case FileTold():
                return self._file_told(event)
            case ChannelFailed(channel=channel, reason=reason):
                failed = self._channels.pop(channel, None)
                return [] if failed is None else self._refuse(channel, failed.kind, reason)
            case ChannelEnded():
                return self._channel_ended(event)
            case TextCopied():
                return self._copied(event)
            case ChannelCloseOrdered(channel=channel):
                return [HangUp(channel)] if self.started and channel in self._channels else []
            case LinkLost():
                self._link_lost_s = boot_s if self._link_lost_s is None else self._link_lost_s
            case LinkBack():
                self._link_lost_s = None
            case GuardianDone(left=left):
                self._left = left
            case CheckedIn(check_in=check_in):
                self._check_in = check_in
                if self._vigil is not None and check_in != self._vigil.check_in:
                    self._vigil.take_over(check_in)
            case WatcherAnswered():
                return self._answered(event, boot_s)
            case PauseOrdered(by=by):
                return self._pause_ordered(by, boot_s)
            case ResumeOrdered(by=by):
                return self._resume_ordered(by, boot_s)
            case Tick() | StopOrdered() | DeskInterrupted() | HostSlept():
                pass  # an end was looked for before, whatever came
            case _:
                assert_never(event)
        return []

    def _settle(self, boot_s: float) -> list[Command]:
        """The end is reported once the guardian and every channel have given their account, or too late."""
        match self._state:
            case _Dying(until_boot_s=until) if boot_s >= until or (
                self._left is not None and not self._channels
            ):
                return self._last_words(self._state)
            case _:
                return []

    def _desk_answered(self, answer: str, at: datetime, boot_s: float) -> list[Command]:
        if not isinstance(self._state, _Asking):
            return []
        if answer == "denied" or (self._asks and answer != "consented"):
            return self._end("desk_denied", boot_s)
        self._state = _Live(boot_s)
        if self._check_in is not None:
            self._vigil = Vigil(self._check_in, self._pace, boot_s, self._octets)
        grant = self._admitted.grant
        body: dict[str, Value] = {
            "grant": grant.digest.hex(),
            "account": grant.account.name,
            "ends": instant.to_text(self._admitted.ends),
            "desk": answer,
        }
        return [Report("session.started", body), *self._let_in()]

    def _let_in(self) -> list[Command]:
        """Those who wait, if somebody watches already."""
        if self._vigil is not None and not self._vigil.answered:
            return []
        waiting, self._waiting = self._waiting, []
        return [command for asked in waiting for command in self._admit(asked)]

    # ---------------------------------------------------------------------------------- the watch

    def _watch(self, boot_s: float) -> list[Command]:
        """The call that is due, and what follows where the page has been silent for too long."""
        if self._vigil is None or not isinstance(self._state, _Live):
            return []
        commands: list[Command] = []
        call = self._vigil.next_call(boot_s)
        if call is not None:
            commands.append(CallWatcher(call))
        if self._vigil.late(boot_s):
            commands += self._turn_away("supervision_missing")
        if self._vigil.lost(boot_s) and not self.paused:
            commands += self._pause(self._state, "supervision_lost", boot_s)
        return commands

    def _pause(self, live: _Live, why: str, boot_s: float, by: str | None = None) -> list[Command]:
        self._state = replace(live, paused_boot_s=boot_s, why=why)
        body: dict[str, Value] = {"reason": why} if by is None else {"reason": why, "by": by}
        return [Hold(why), Report("session.paused", body), *self._turn_away("session_paused")]

    def _resume(
        self, live: _Live, since_boot_s: float, vigil: Vigil, boot_s: float, by: str | None = None
    ) -> list[Command]:
        """The end of one pause; where another reason to hold is left, the next one begins in the same moment."""
        self._state = replace(live, paused_boot_s=None, why="")
        body: dict[str, Value] = {
            "seconds": max(0, int(boot_s - since_boot_s)),
            "statement": vigil.check_in.digest.hex(),
        }
        ended = Report("session.resumed", body if by is None else body | {"by": by})
        if live.held_by is not None:
            return [ended, *self._pause(self._state, "paused_by_watcher", boot_s, live.held_by)]
        if vigil.lost(boot_s):
            return [ended, *self._pause(self._state, "supervision_lost", boot_s)]
        return [ended, Release(), *self._let_in()]

    def _pause_ordered(self, by: str, boot_s: float) -> list[Command]:
        """Only where somebody watches: a session that nobody has to watch has nobody who could resume it."""
        if self._vigil is None or not isinstance(self._state, _Live):
            return []
        self._state = replace(self._state, held_by=self._state.held_by or by)
        return [] if self.paused else self._pause(self._state, "paused_by_watcher", boot_s, by)

    def _resume_ordered(self, by: str, boot_s: float) -> list[Command]:
        match self._state:
            case _Live(held_by=str(), paused_boot_s=float(since), why=why) as live if self._vigil is not None:
                self._state = live = replace(live, held_by=None)
                if why == "paused_by_watcher":
                    return self._resume(live, since, self._vigil, boot_s, by)
            case _:
                pass
        return []

    def _turn_away(self, reason: str) -> list[Command]:
        """Those who wait to enter."""
        waiting, self._waiting = self._waiting, []
        return [command for asked in waiting for command in self._refuse(asked.channel, asked.kind, reason)]

    def _answered(self, event: WatcherAnswered, boot_s: float) -> list[Command]:
        if self._vigil is None or not isinstance(self._state, _Live):
            return []
        if not self._vigil.answer(event.n, event.signature, boot_s):
            return []
        since = self._state.paused_boot_s
        if since is None:
            return self._let_in()
        if self._state.why == "paused_by_watcher":
            return []  # he is there, and wants it held
        return self._resume(self._state, since, self._vigil, boot_s)

    # ----------------------------------------------------------------------------------- channels

    def _asked(self, asked: ChannelAsked) -> list[Command]:
        if asked.channel in self._used:
            return self._refuse(asked.channel, asked.kind, "replayed")
        if (
            len(self._channels) + len(self._waiting) >= MAX_CHANNELS_AT_ONCE
            or len(self._used) >= MAX_CHANNELS
        ):
            return self._refuse(asked.channel, asked.kind, "too_many_channels")
        self._used.add(asked.channel)
        match self._state:
            case _Asking():
                self._waiting.append(asked)
                return []
            case _Live():
                return self._enter(asked)
            case _Dying() | _Over():
                return self._refuse(asked.channel, asked.kind, "session_ended")
            case _:
                assert_never(self._state)

    def _enter(self, asked: ChannelAsked) -> list[Command]:
        if self.paused:
            return self._refuse(asked.channel, asked.kind, "session_paused")
        self._waiting.append(asked)
        return self._let_in()

    def _admit(self, asked: ChannelAsked) -> list[Command]:
        reason = why_not(self._admitted, asked, has_screen=bool(self._screens(watched=False)))
        if reason is not None:
            return self._refuse(asked.channel, asked.kind, reason)
        granted = granted_to(self._admitted, asked)
        assert granted is not None, "what is not granted was refused"
        start = StartChannel(asked.channel, cast(ChannelKind, asked.kind), asked.params, asked.pass_, granted)
        self._channels[asked.channel] = start
        return [start]

    def _screens(self, *, watched: bool) -> list[str]:
        """Desktops under way: the technician's, or those of who watches him."""
        starts = self._channels.values()
        return [s.channel for s in starts if s.kind == "desktop" and s.params.watch == watched]

    def _refuse(self, channel: str, kind: str, reason: str) -> list[Command]:
        known = kind if kind in CHANNEL_KINDS else "other"  # the one word the log has for the rest
        return [Report("channel.refused", {"kind": known, "reason": reason}), RefuseChannel(channel, reason)]

    def _channel_started(self, event: ChannelStarted) -> list[Command]:
        start = self._channels.get(event.channel)
        if start is None or event.channel in self._running:
            return []
        self._running.add(event.channel)
        self._opened += 1
        return channel_facts.opened(start, event)

    def _tool_told(self, event: ToolTold) -> list[Command]:
        start = self._channels.get(event.channel)
        return [] if start is None else [channel_facts.tool_told(start, event)]

    def _file_told(self, event: FileTold) -> list[Command]:
        known = event.channel in self._running
        return [channel_facts.file_told(event, self._octets(SALT_BYTES))] if known else []

    def _channel_ended(self, event: ChannelEnded) -> list[Command]:
        start = self._channels.pop(event.channel, None)
        if start is None:
            return []
        self._running.discard(event.channel)
        status = event.outcome.exit.status
        screen = self._screen_ended(start, status) if start.kind == "desktop" else []
        return [*channel_facts.closed(start, event), *screen]

    def _screen_ended(self, start: StartChannel, status: int | None) -> list[Command]:
        """What was no RFB is said; and who watched a technician's screen has nothing left to see."""
        commands: list[Command] = []
        if status == DESKTOP_BREACH:
            commands.append(Report("channel.refused", {"kind": "desktop", "reason": "desktop_breach"}))
        if not self._screens(watched=False):
            commands += [HangUp(channel) for channel in self._screens(watched=True)]
        return commands

    def _copied(self, event: TextCopied) -> list[Command]:
        if event.channel not in self._running:
            return []
        body: dict[str, Value] = {
            "channel": event.channel,
            "direction": event.direction,
            "bytes": event.size,
            "text": event.digest,
        }
        return [Report("clipboard.copied", body)]


def ended_body(
    reason: str, seconds: int, channels: int, left: Left, order: str | None = None
) -> dict[str, Value]:
    """Of `session.ended`, which says what may live on, and nothing where every process was seen dead."""
    body: dict[str, Value] = {"reason": reason, "seconds": seconds, "channels": channels}
    if order is not None:
        body["order"] = order
    return body if left == "none" else body | {"left": left}
