"""A session: the states it can be in, and the moves from one to the next.

The broker orders and presumes; that a session started or ended is told by the agent alone. What the
agent tells is recorded even where it contradicts the state held here: `hear` gives the state after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, NoReturn

from audit import instant
from audit.grant import Grant, SignedGrant
from audit.passkey import Assertion
from audit.records import AnyRecord
from audit.request_records import GrantExpired, GrantRevoked
from audit.session_records import (
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionPresumedEnded,
    SessionRefused,
    SessionResumed,
    SessionStarted,
    StopOrdered,
)
from broker.domain.refusal import Refused, Why

# An agent that is heard and has not answered an order by then never will: the desk has a minute
# (agent/conductor.py, DESK_LIMIT_S), what was begun a few seconds to die, the note its way.
ANSWER_S = 120
SILENCE_S = 90  # of the agent: presumed ended, or never begun (agent/wire/link: dead after 90 s)
OUTCOMES = ("solved", "remedy", "open", "cancelled")


@dataclass(frozen=True, slots=True)
class Permit:
    """What never changes: the grant as it was signed, its record, the salt of the stream's digests."""

    request: str
    grant: Grant
    signed: SignedGrant
    granted_n: int
    salt: bytes

    @property
    def id(self) -> str:
        return self.grant.session

    @property
    def tenant(self) -> str:
        return self.grant.tenant

    @property
    def host(self) -> str:
        return self.grant.host.id

    @property
    def technician(self) -> str:
        return self.grant.technician.id

    @property
    def digest(self) -> str:
        return self.grant.digest.hex()


@dataclass(frozen=True, slots=True)
class Stop:
    """Who ordered the end, and the reason the agent's note will bear."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Granted:
    STATE: ClassVar[str] = "granted"
    permit: Permit


@dataclass(frozen=True, slots=True)
class Ordered:
    """Ordered, and the agent has not answered."""

    STATE: ClassVar[str] = "opening"
    permit: Permit
    activation: Assertion
    opened: datetime
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Active:
    """The agent says it runs. With `stop` set nobody enters any more."""

    STATE: ClassVar[str] = "active"
    permit: Permit
    opened: datetime
    started: datetime
    ends: datetime
    stop: Stop | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """The agent says that nobody watches, and holds everything. As `Active`, and nobody enters."""

    STATE: ClassVar[str] = "paused"
    permit: Permit
    opened: datetime
    started: datetime
    ends: datetime
    since: datetime
    stop: Stop | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    STATE: ClassVar[str] = "ended"
    permit: Permit
    opened: datetime
    started: datetime | None
    ended: datetime
    reason: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class PresumedEnded:
    """The agent fell silent. `started` is None where it never said that the session began."""

    STATE: ClassVar[str] = "presumed_ended"
    permit: Permit
    opened: datetime
    started: datetime | None
    last_seen: datetime
    stop: Stop | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """The agent's signed no."""

    STATE: ClassVar[str] = "refused"
    permit: Permit
    opened: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Void:
    """The grant was revoked before anybody used it."""

    STATE: ClassVar[str] = "revoked"
    permit: Permit
    reason: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The grant's window ended before anybody used it."""

    STATE: ClassVar[str] = "expired"
    permit: Permit


Running = Active | Paused
Live = Ordered | Active | Paused
Stoppable = Ordered | Active | Paused | PresumedEnded
AnySession = Granted | Ordered | Active | Paused | Ended | PresumedEnded | NotAdmitted | Void | Expired

_PHASES = {
    "stopped_by_ads": "stopped_by_ads",
    "stopped_by_desk": "stopped_by_desk",
    "revoked": "revoked",
}


def phase(found: AnySession) -> str:
    """The word of decisions §16 for what people see of a session."""
    match found:
        case Ended(reason=reason):
            return _PHASES.get(reason, "ended")
        case _:
            return found.STATE


# --------------------------------------------------------------------------------- narrowing


def _wrong(found: AnySession) -> NoReturn:
    if isinstance(found, Ended | NotAdmitted) and found.reason == "desk_denied":
        raise Refused(Why.DESK_DENIED)
    if isinstance(found, Ended | PresumedEnded | NotAdmitted | Void | Expired):
        raise Refused(Why.SESSION_ENDED, state=phase(found))
    raise Refused(Why.WRONG_STATE, state=found.STATE)


def granted(found: AnySession) -> Granted:
    """A grant nobody used yet; `replayed` for one that was activated before."""
    if isinstance(found, Live):
        raise Refused(Why.REPLAYED)
    return found if isinstance(found, Granted) else _wrong(found)


def stoppable(found: AnySession) -> Stoppable:
    """Running, for all anybody knows for certain: also one whose end was only presumed."""
    return found if isinstance(found, Stoppable) else _wrong(found)


def standing(found: AnySession) -> Running:
    """Running, and nobody has ordered its end; nobody enters while it is paused."""
    if not isinstance(found, Running):
        _wrong(found)
    if found.stop is not None:
        raise Refused(Why.SESSION_ENDED, state="ending")
    return found


def enterable(found: AnySession) -> Active:
    """The only state that lets a channel in: standing, and not paused."""
    running = standing(found)
    if isinstance(running, Paused):
        raise Refused(Why.SESSION_PAUSED)
    return running


def in_window(grant: Grant, at: datetime) -> None:
    """Return, or say that the window is not open yet, or is over."""
    if at < grant.not_before:
        raise Refused(Why.WINDOW_CLOSED, opens=instant.to_text(grant.not_before))
    if at >= grant.not_after:
        raise Refused(Why.WINDOW_CLOSED)


def silent(found: AnySession, last_heard: datetime, at: datetime, *, began: datetime) -> bool:
    """Whether the end must be presumed. `last_heard`: the agent's last sign of life; `began`: this
    broker's start, before which it could hear nobody."""
    match found:
        case Ordered(opened=opened) if at - max(opened, began) >= timedelta(seconds=ANSWER_S):
            return True
        case Ordered() | Active() | Paused():
            return at - max(last_heard, began) > timedelta(seconds=SILENCE_S)
        case _:
            return False


# ------------------------------------------------------------------------- the broker's own moves


def open_(
    found: Granted, activation: Assertion, terminal: str, at: datetime
) -> tuple[Ordered, SessionOpened]:
    """The technician activates, inside the window, once."""
    in_window(found.permit.grant, at)
    login = found.permit.grant.technician.login(activation.credential)
    record = SessionOpened(
        request=found.permit.request,
        grant=found.permit.digest,
        terminal=terminal,
        demo_software=login is not None and login.demo_software,
    )
    return Ordered(found.permit, activation, at), record


def void(found: Granted, reason: str) -> tuple[Void, GrantRevoked]:
    return Void(found.permit, reason), GrantRevoked(found.permit.digest, reason)


def deaden(found: Stoppable, reason: str) -> GrantRevoked:
    """The grant of a session that was opened is dead; the state stays the agent's to change."""
    return GrantRevoked(found.permit.digest, reason)


def expire(found: Granted, at: datetime) -> tuple[Expired, GrantExpired]:
    if at < found.permit.grant.not_after:
        raise Refused(Why.WRONG_STATE, state=found.STATE)
    return Expired(found.permit), GrantExpired(found.permit.digest)


def order_stop(
    found: Stoppable,
    by: str,
    reason: str,
    terminal: str,
    statement: str | None = None,
    given: str | None = None,
) -> tuple[Stoppable, StopOrdered]:
    """From now on nobody enters; the end itself is the agent's note. `statement`: digest of a signed stop.
    `given`: when it was, where that is recorded later."""
    record = StopOrdered(by=by, reason=reason, terminal=terminal, statement=statement, given=given)
    return replace(found, stop=found.stop or Stop(by, reason)), record


def presume_ended(found: Live, last_seen: datetime) -> tuple[PresumedEnded, SessionPresumedEnded]:
    """The last sign of life, never an invented stop time."""
    record = SessionPresumedEnded(last_seen=instant.to_text(last_seen))
    started, outcome = (found.started, found.outcome) if isinstance(found, Running) else (None, None)
    return PresumedEnded(found.permit, found.opened, started, last_seen, found.stop, outcome), record


def close(
    found: AnySession, outcome: str, activities: tuple[str, ...] | None = None
) -> tuple[Active | Paused | Ended | PresumedEnded, SessionClosed]:
    """The technician writes outcome and codes of what was done, once, at the end or after it."""
    if outcome not in OUTCOMES:
        raise Refused(Why.BAD_INPUT, field="outcome")
    if not isinstance(found, Running | Ended | PresumedEnded):
        _wrong(found)
    if found.outcome is not None:
        raise Refused(Why.DUPLICATE)
    return replace(found, outcome=outcome), SessionClosed(outcome, activities)


# ------------------------------------------------------------------------ what the agent tells


def hear(found: AnySession, told: AnyRecord, at: datetime) -> AnySession:
    """The state after a fact the agent signed; the state as it was where the fact doesn't change it."""
    match told, found:
        case SessionStarted(ends=ends), Ordered():
            return Active(found.permit, found.opened, at, instant.parse(ends), found.stop)
        case SessionStarted(), PresumedEnded(started=None):
            return replace(found, started=at)
        case SessionRefused(reason=reason), Ordered() | PresumedEnded(started=None):
            return NotAdmitted(found.permit, found.opened, reason)
        case SessionPaused(), Active():
            return Paused(
                found.permit, found.opened, found.started, found.ends, at, found.stop, found.outcome
            )
        case SessionResumed(), Paused():
            return Active(found.permit, found.opened, found.started, found.ends, found.stop, found.outcome)
        case SessionEnded(reason=reason), Ordered():
            return Ended(found.permit, found.opened, None, at, reason)
        case SessionEnded(reason=reason), Active() | Paused() | PresumedEnded():
            return Ended(found.permit, found.opened, found.started, at, reason, found.outcome)
        case _:
            return found
