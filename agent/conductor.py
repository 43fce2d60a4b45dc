"""One session as a machine: what happened, and when, to what must be done now. Pure.

`begin` once, then `on` for every event; each answers with commands that `perform.py` carries out in
order. Whatever arrives, the end comes first: a session past either of its clocks, stopped, or
interrupted at the desk starts nothing any more. Give it a `Tick` when `next_deadline_s` is reached on
the boot clock, and every second or so, because the wall clock may jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, assert_never, cast

from agent.channels import Outcome, Params
from agent.policy import Admitted
from audit import instant
from audit.canonical import Value
from audit.statement import CHANNEL_KINDS, Channel, ChannelKind

LINK_GRACE_S = 30.0  # a cut this short is a change of network, not a broker that is gone
DESK_LIMIT_S = 60.0  # unanswered is denied (R18)
KILL_LIMIT_S = 6.0  # the guardian needs at most half of it; then the end is reported without its word
CLOCK_SLIP_S = 300.0  # the wall clock against the boot clock: more is no correction but a move
MAX_CHANNELS_AT_ONCE = 16
MAX_CHANNELS = 1000  # over a whole session; each leaves records
BUILT: frozenset[ChannelKind] = frozenset({"terminal", "exec", "tool"})

# The reasons `session.ended` may give for an order from the broker; any other order is a revocation.
STOP_REASONS = frozenset({"closed_by_technician", "stopped_by_ads", "revoked", "host_revoked"})
OWN_REASONS = frozenset({"stopped_by_desk", "agent_stopping", "clock_moved"})

# ----------------------------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class DeskAnswered:
    """`denied` covers refused, dismissed, unanswered and failed (R18)."""

    answer: Literal["told", "nobody", "consented", "denied"]


@dataclass(frozen=True, slots=True)
class ChannelAsked:
    channel: str
    kind: str
    params: Params
    pass_: str


@dataclass(frozen=True, slots=True)
class ChannelStarted:
    """The process runs. `command`: commitment of an exec's command line; `binary`: of a tool's program."""

    channel: str
    command: str | None = None
    binary: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelFailed:
    """It never started; `reason` is a refusal code."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChannelEnded:
    channel: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class StopOrdered:
    reason: str


@dataclass(frozen=True, slots=True)
class DeskInterrupted:
    pass


@dataclass(frozen=True, slots=True)
class HostSlept:
    """The machine was suspended: nobody could see or stop anything meanwhile."""


@dataclass(frozen=True, slots=True)
class LinkLost:
    pass


@dataclass(frozen=True, slots=True)
class LinkBack:
    pass


@dataclass(frozen=True, slots=True)
class Tick:
    pass


@dataclass(frozen=True, slots=True)
class GuardianDied:
    """Every process of the session is dead; expected after `KillAll`, an end of its own otherwise."""


Event: TypeAlias = (
    DeskAnswered | ChannelAsked | ChannelStarted | ChannelFailed | ChannelEnded | StopOrdered
    | DeskInterrupted | HostSlept | LinkLost | LinkBack | Tick | GuardianDied
)  # fmt: skip

# --------------------------------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class TellDesk:
    """`ask`: wait for the person's answer, at most `DESK_LIMIT_S`; else tell and go on."""

    ask: bool


@dataclass(frozen=True, slots=True)
class TellDeskEnded:
    """`seconds` is absent where the session never started."""

    reason: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class StartChannel:
    channel: str
    kind: ChannelKind
    params: Params
    pass_: str


@dataclass(frozen=True, slots=True)
class KillAll:
    """Every process of the session, now."""


@dataclass(frozen=True, slots=True)
class RefuseChannel:
    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A host note to sign, keep and send: kind and body of the record, as the agent knows them."""

    kind: str
    body: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Ending:
    """Write down that and how the session ends, before its report: a crash between repeats, never alters."""

    reason: str
    seconds: int | None


Command: TypeAlias = (
    TellDesk | TellDeskEnded | StartChannel | KillAll | RefuseChannel | Report | Ending
)  # fmt: skip

# --------------------------------------------------------------------------------------- the machine


@dataclass(frozen=True, slots=True)
class _Asking:
    """The person at the desk is being told; nothing runs."""


@dataclass(frozen=True, slots=True)
class _Live:
    since_boot_s: float


@dataclass(frozen=True, slots=True)
class _Dying:
    """Everything is being killed; `seconds` is None where the session never started."""

    reason: str
    seconds: int | None
    until_boot_s: float


@dataclass(frozen=True, slots=True)
class _Over:
    pass


class Conductor:
    """Of one admitted session. `at` and `boot_s` are the two clocks at the moment of admission."""

    def __init__(
        self,
        admitted: Admitted,
        desk_policy: Literal["inform", "consent"],
        offline_policy: Literal["end", "continue"],
        at: datetime,
        boot_s: float,
    ) -> None:
        self._admitted = admitted
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
        self._guardian_gone = False

    @property
    def over(self) -> bool:
        """Everything is dead and reported: the machine may be dropped."""
        return isinstance(self._state, _Over)

    @property
    def started(self) -> bool:
        return isinstance(self._state, _Live)

    @property
    def opened(self) -> int:
        """Channels that have run in this session."""
        return self._opened

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
                return min(dues)
            case _:
                assert_never(self._state)

    def on(self, event: Event, at: datetime, boot_s: float) -> list[Command]:
        commands: list[Command] = []
        if isinstance(self._state, _Asking | _Live):
            reason = self._why_end(event, at, boot_s)
            if reason is not None:
                commands += self._end(reason, boot_s)
        return commands + self._handle(event, at, boot_s)

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
        if abs((at - self._at0).total_seconds() - (boot_s - self._boot0_s)) > CLOCK_SLIP_S:
            return "clock_moved"
        lost = self._link_lost_s if not isinstance(event, LinkBack) else None
        if lost is not None and self._ends_offline and boot_s >= lost + LINK_GRACE_S:
            return "broker_gone"
        if isinstance(event, GuardianDied):
            return "agent_stopping"  # a part of the agent died: without its guardian nothing may run
        return None

    def _end(self, reason: str, boot_s: float) -> list[Command]:
        seconds = self.elapsed_s(boot_s) if self.started else None
        self._state = _Dying(reason, seconds, boot_s + KILL_LIMIT_S)
        refused = [self._refuse(asked.channel, asked.kind, "session_ended") for asked in self._waiting]
        self._waiting.clear()
        return [KillAll(), Ending(reason, seconds), *(c for pair in refused for c in pair)]

    def _last_words(self, dying: _Dying) -> list[Command]:
        self._state = _Over()
        body: dict[str, Value]
        if dying.seconds is None:
            body = {"grant": self._admitted.grant.digest.hex(), "reason": dying.reason}
            report = Report("session.refused", body)
        else:
            body = {"reason": dying.reason, "seconds": dying.seconds, "channels": self._opened}
            report = Report("session.ended", body)
        return [report, TellDeskEnded(dying.reason, dying.seconds)]

    # ------------------------------------------------------------------------------- everything else

    def _handle(self, event: Event, at: datetime, boot_s: float) -> list[Command]:
        match event:
            case DeskAnswered(answer=answer):
                return self._desk_answered(answer, at, boot_s)
            case ChannelAsked():
                return self._asked(event)
            case ChannelStarted():
                return self._channel_started(event)
            case ChannelFailed(channel=channel, reason=reason):
                failed = self._channels.pop(channel, None)
                return [] if failed is None else self._refuse(channel, failed.kind, reason) + self._settle()
            case ChannelEnded():
                return self._channel_ended(event) + self._settle()
            case LinkLost():
                self._link_lost_s = boot_s if self._link_lost_s is None else self._link_lost_s
            case LinkBack():
                self._link_lost_s = None
            case GuardianDied():
                self._guardian_gone = True
                return self._settle()
            case Tick() | StopOrdered() | DeskInterrupted() | HostSlept():
                return self._tick(boot_s)
            case _:
                assert_never(event)
        return []

    def _settle(self) -> list[Command]:
        """Once the guardian has gone and every channel has given its count, the end can be reported."""
        if isinstance(self._state, _Dying) and self._guardian_gone and not self._channels:
            return self._last_words(self._state)
        return []

    def _tick(self, boot_s: float) -> list[Command]:
        match self._state:
            case _Dying(until_boot_s=until) if boot_s >= until:
                return self._last_words(self._state)
            case _Asking() if boot_s >= self._boot0_s + DESK_LIMIT_S:
                # The desk's own limit has failed to come: the answer is the one it would have given.
                return self._end("desk_denied" if self._asks else "agent_stopping", boot_s)
            case _:
                return []

    def _desk_answered(self, answer: str, at: datetime, boot_s: float) -> list[Command]:
        if not isinstance(self._state, _Asking):
            return []
        if answer == "denied" or (self._asks and answer != "consented"):
            return self._end("desk_denied", boot_s)
        self._state = _Live(boot_s)
        grant = self._admitted.grant
        body: dict[str, Value] = {
            "grant": grant.digest.hex(),
            "account": grant.account.name,
            "ends": instant.to_text(self._admitted.ends),
            "desk": answer,
        }
        commands: list[Command] = [Report("session.started", body)]
        waiting, self._waiting = self._waiting, []
        for asked in waiting:
            commands += self._admit(asked)
        return commands

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
                return self._admit(asked)
            case _Dying() | _Over():
                return self._refuse(asked.channel, asked.kind, "session_ended")
            case _:
                assert_never(self._state)

    def _admit(self, asked: ChannelAsked) -> list[Command]:
        reason = self._why_not(asked)
        if reason is not None:
            return self._refuse(asked.channel, asked.kind, reason)
        start = StartChannel(asked.channel, cast(ChannelKind, asked.kind), asked.params, asked.pass_)
        self._channels[asked.channel] = start
        return [start]

    def _why_not(self, asked: ChannelAsked) -> str | None:
        if asked.kind not in CHANNEL_KINDS or (asked.kind == "tool") != (asked.params.tool is not None):
            return "envelope_invalid"
        if (asked.kind == "exec") != (asked.params.command is not None):
            return "envelope_invalid"
        if asked.kind == "exec" and asked.params.command_salt is None:
            return "envelope_invalid"
        channel = Channel(asked.kind, asked.params.tool)
        if not self._admitted.grant.covers(channel):
            return "authorisation_missing"
        if asked.kind not in BUILT:
            return "channel_not_built"
        if asked.kind == "tool" and all(t.id != asked.params.tool for t in self._admitted.tools):
            return "tool_missing"
        return None

    def _refuse(self, channel: str, kind: str, reason: str) -> list[Command]:
        known = kind if kind in CHANNEL_KINDS else "unknown"
        return [Report("channel.refused", {"kind": known, "reason": reason}), RefuseChannel(channel, reason)]

    def _channel_started(self, event: ChannelStarted) -> list[Command]:
        start = self._channels.get(event.channel)
        if start is None or event.channel in self._running:
            return []
        self._running.add(event.channel)
        self._opened += 1
        body: dict[str, Value] = {"channel": event.channel, "kind": start.kind, "via": start.params.via}
        commands: list[Command] = [Report("channel.opened", body)]
        if event.command is not None:
            commands.append(Report("command.executed", {"channel": event.channel, "command": event.command}))
        if event.binary is not None:
            tool: dict[str, Value] = {
                "tool": start.params.tool,
                "binary": event.binary,
                "content": "not_seen",
            }
            commands.append(Report("tool.started", tool))
        return commands

    def _channel_ended(self, event: ChannelEnded) -> list[Command]:
        start = self._channels.pop(event.channel, None)
        if start is None:
            return []
        self._running.discard(event.channel)
        found = event.outcome
        commands: list[Command] = []
        if start.kind == "tool":
            tool: dict[str, Value] = {
                "tool": start.params.tool,
                "processes": found.processes,
                "forced": found.forced,
                "content": "not_seen",
            }
            commands.append(Report("tool.stopped", tool))
        body: dict[str, Value] = {
            "channel": event.channel,
            "kind": start.kind,
            "in_bytes": found.in_bytes,
            "out_bytes": found.out_bytes,
            "out_digest": found.out_digest,
        }
        if found.exit.status is not None:
            body["exit_status"] = found.exit.status
        commands.append(Report("channel.closed", body))
        return commands
