"""What a session's conductor orders; `perform.py` carries it out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from agent.channels import Params
from agent.events import Left
from audit.canonical import Value
from audit.commitment import Opening
from audit.statement_parts import Channel, ChannelKind
from audit.watch import Call


@dataclass(frozen=True, slots=True)
class TellDesk:
    """`ask`: wait for the person's answer, at most `DESK_LIMIT_S`; else tell and go on."""

    ask: bool


@dataclass(frozen=True, slots=True)
class TellDeskEnded:
    """`seconds` is absent where the session never started."""

    reason: str
    seconds: int | None
    left: Left


@dataclass(frozen=True, slots=True)
class StartChannel:
    """`granted`: the line of the grant that lets it in."""

    channel: str
    kind: ChannelKind
    params: Params
    pass_: str
    granted: Channel


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the process of this channel, whatever its input still holds."""

    channel: str


@dataclass(frozen=True, slots=True)
class KillAll:
    """Every process of the session, now."""


@dataclass(frozen=True, slots=True)
class CallWatcher:
    """Ask the watcher's page for a sign of life."""

    call: Call


@dataclass(frozen=True, slots=True)
class Hold:
    """Let nothing through in either direction, and stop what cannot be held. `reason`: of `session.paused`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """Somebody watches, and nobody wants it held."""


@dataclass(frozen=True, slots=True)
class RefuseChannel:
    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A host note to sign, keep and send: kind and body of the record, as the agent knows them.

    `opening` of what the body commits to."""

    kind: str
    body: dict[str, Value]
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Write down that and how the session ends, before its report: a crash between repeats, never alters.

    `order`: digest of the signed stop that is obeyed."""

    reason: str
    seconds: int | None
    order: str | None = None


Command: TypeAlias = (
    TellDesk | TellDeskEnded | StartChannel | HangUp | KillAll | CallWatcher | Hold | Release
    | RefuseChannel | Report | Ending
)  # fmt: skip
