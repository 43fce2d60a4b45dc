"""What a session's conductor hears: whatever may happen to a session, from whichever side. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.channels import Outcome, Params
from agent.system.interface import Left as Left  # noqa: PLC0414 - its readers take it from here
from agent.tools.dialect import Heard
from agent.wire.transfers import Fact
from audit.check_in import CheckIn
from audit.commitment import Opening


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
    """The process runs. `command`: commitment of an exec's command line; `binary`: of a tool's program,
    and `program`: where that lies and whose it is."""

    channel: str
    command: str | None = None
    binary: str | None = None
    program: Opening | None = None


@dataclass(frozen=True, slots=True)
class ToolTold:
    """What the tool's own log says of a connection; `peer` of whoever connected."""

    channel: str
    heard: Heard
    peer: Opening | None = None


@dataclass(frozen=True, slots=True)
class TextCopied:
    """Text crossed with a desktop: to_host or from_host, its length in bytes, its salted SHA-256 (hex)."""

    channel: str
    direction: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class FileTold:
    """A file went over this channel, or was refused."""

    channel: str
    fact: Fact


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
class ChannelCloseOrdered:
    """Whoever used this channel has gone; the session goes on."""

    channel: str


@dataclass(frozen=True, slots=True)
class StopOrdered:
    """`order`: digest of the statement by which somebody signed it."""

    reason: str
    order: str | None = None


@dataclass(frozen=True, slots=True)
class PauseOrdered:
    """By whoever watches; it lasts until he, or another of the customer, lets go. `by`: his pseudonym."""

    by: str


@dataclass(frozen=True, slots=True)
class ResumeOrdered:
    by: str


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The watcher took over with another page; this host has judged the check-in."""

    check_in: CheckIn


@dataclass(frozen=True, slots=True)
class WatcherAnswered:
    """What came in answer to the n-th call."""

    n: int
    signature: bytes


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
class GuardianDone:
    """The guardian has ended the session's processes, or died; without a `KillAll` before, an end of its own."""

    left: Left = "none"


Event: TypeAlias = (
    DeskAnswered | ChannelAsked | ChannelStarted | ToolTold | FileTold | ChannelFailed | ChannelEnded | ChannelCloseOrdered
    | TextCopied | CheckedIn | WatcherAnswered | PauseOrdered | ResumeOrdered | StopOrdered | DeskInterrupted | HostSlept
    | LinkLost | LinkBack | Tick | GuardianDone
)  # fmt: skip
