"""An incident: the states it can be in, and the moves from one to the next (S-20, S-23, S-30).

A move takes the state it applies to and gives the next one with its record. Severity and the first answer
stand beside the state, in its `Course`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal, NoReturn, get_args

from audit import instant
from audit.incident_records import (
    ContactLogged,
    IncidentAnswered,
    IncidentClosed,
    IncidentOpened,
    IncidentReleased,
    IncidentTaken,
    IncidentUnworkable,
    IncidentWorkable,
    SeveritySet,
)
from audit.protection_records import IncidentWaitingBegan, IncidentWaitingEnded
from audit.resale_records import IncidentPassed, IncidentRouted
from broker.domain.plans import Severity
from broker.domain.refusal import Refused, Why

Category = Literal[1, 2]
Origin = Literal["phone", "portal", "mail", "pec", "technician", "reseller"]
Change = Literal["worsened", "eased", "misjudged"]
How = Literal["call", "message", "session"]
Awaited = Literal["customer", "authorisation"]
Outcome = Literal[
    "solved", "not_solved", "solved_by_customer", "solved_by_reseller", "duplicate", "withdrawn"
]  # fmt: skip
JumpReason = Literal[
    "deadline_near", "acceptance_customisation", "work_stopped", "appointment", "same_customer", "expertise"
]

ORIGINS: tuple[Origin, ...] = get_args(Origin)
CHANGES: tuple[Change, ...] = get_args(Change)
HOWS: tuple[How, ...] = get_args(How)
AWAITED: tuple[Awaited, ...] = get_args(Awaited)
OUTCOMES: tuple[Outcome, ...] = tuple(one for one in get_args(Outcome) if one != "solved_by_reseller")
"""Which a technician chooses from; how his reseller solved it, that one says."""
AUTOMATIC: JumpReason = "deadline_near"
LANE: JumpReason = "acceptance_customisation"
JUMP_REASONS: tuple[JumpReason, ...] = tuple(
    one for one in get_args(JumpReason) if one not in (AUTOMATIC, LANE)
)
"""The closed list from which a person chooses; `AUTOMATIC` and `LANE` are the queue's own."""


@dataclass(frozen=True, slots=True)
class Known:
    """What never changes: whose it is, since when it is known, and the record whose opening holds its texts."""

    tenant: str
    id: str
    category: Category
    logged: datetime
    n: int


@dataclass(frozen=True, slots=True)
class Rated:
    """`due` None: no time of answer was promised when this was set."""

    severity: Severity
    by: str
    at: datetime
    plan: str | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    how: How
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """It waits for somebody else since then; no time of answer stops for it."""

    awaited: Awaited
    since: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """`reported` starts the clock. `proposed` is what the customer thinks, and counts for nothing. `testing`: the
    customisation on test that it reports on in full, so that it goes ahead (S-42). `waited`: its waits that are
    over, in whole seconds. `reseller`: who treated it, or
    asked the vendor for it, on whose account it then is."""

    origin: Origin
    reported: datetime
    proposed: Severity | None = None
    product: str | None = None
    rated: Rated | None = None
    answered: Answered | None = None
    testing: str | None = None
    wait: Wait | None = None
    waited: timedelta = timedelta()
    reseller: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Case 1: somebody rang who may not authorise. Nothing can be asked for; no clock runs."""

    STATE: ClassVar[str] = "contact"
    known: Known


@dataclass(frozen=True, slots=True)
class Open:
    """Reported, and its clock runs; nobody may work on it yet."""

    STATE: ClassVar[str] = "open"
    known: Known
    course: Course


@dataclass(frozen=True, slots=True)
class Routed:
    """Its customer's reseller treats it first; the vendor asks for nothing (S-49)."""

    STATE: ClassVar[str] = "routed"
    known: Known
    course: Course
    reseller: str


@dataclass(frozen=True, slots=True)
class Workable:
    """In the queue, since that instant."""

    STATE: ClassVar[str] = "workable"
    known: Known
    course: Course
    since: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """In somebody's hands; `since` is still its place in the queue."""

    STATE: ClassVar[str] = "taken"
    known: Known
    course: Course
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Closed:
    STATE: ClassVar[str] = "closed"
    known: Known
    course: Course | None
    outcome: Outcome
    at: datetime


Live = Open | Workable | Taken
AnyIncident = Contact | Routed | Live | Closed


# --------------------------------------------------------------------------------- narrowing


def _wrong(found: AnyIncident) -> NoReturn:
    raise Refused(Why.WRONG_STATE, state=found.STATE)


def live(found: AnyIncident) -> Live:
    """Reported and not closed; `authorisation_missing` of a mere phone call."""
    if isinstance(found, Contact):
        raise Refused(Why.AUTHORISATION_MISSING)
    if isinstance(found, Routed):
        raise Refused(Why.WITH_RESELLER)
    return found if isinstance(found, Live) else _wrong(found)


def contact(found: AnyIncident) -> Contact:
    return found if isinstance(found, Contact) else _wrong(found)


def workable(found: AnyIncident) -> Workable:
    """In the queue, and nobody's."""
    if isinstance(found, Routed):
        raise Refused(Why.WITH_RESELLER)
    if isinstance(found, Contact | Open):
        raise Refused(Why.AUTHORISATION_MISSING)
    return found if isinstance(found, Workable) else _wrong(found)


def routed(found: AnyIncident) -> Routed:
    return found if isinstance(found, Routed) else _wrong(found)


def taken(found: AnyIncident, by: str) -> Taken:
    """In his hands."""
    if not isinstance(found, Taken):
        _wrong(found)
    if found.by != by:
        raise Refused(Why.NOT_ALLOWED)
    return found


# ------------------------------------------------------------------------------------- moves


def log_contact(known: Known) -> tuple[Contact, ContactLogged]:
    return Contact(known), ContactLogged(known.id)


def open_(known: Known, course: Course) -> tuple[Open, IncidentOpened]:
    """The valid report came: of something new, or of what somebody had rung about."""
    record = IncidentOpened(
        incident=known.id,
        origin=course.origin,
        reported=instant.to_text(course.reported),
        category=known.category,
        proposed=None if course.proposed is None else course.proposed.value,
        product=course.product,
    )
    return Open(known, course), record


def route(found: Open, reseller: str) -> tuple[Routed, IncidentRouted]:
    """To whom its customer has the program from: he treats it first."""
    assert found.course.product is not None  # whose reseller that is
    record = IncidentRouted(found.known.id, found.course.product, reseller)
    return Routed(found.known, found.course, reseller), record


def pass_on(
    found: Open | Routed,
    reseller: str,
    how: Literal["passed", "reported", "taken_over"],
    reason: str | None = None,
) -> tuple[Open, IncidentPassed]:
    """To the vendor: by the reseller, who then pays for it, or taken over with a reason."""
    assert found.course.product is not None  # whose reseller that is
    record = IncidentPassed(found.known.id, found.course.product, reseller, how, reason)
    pays = None if how == "taken_over" else reseller
    return Open(found.known, replace(found.course, reseller=pays)), record


def rate(found: Live, rated: Rated, reason: Change | None) -> tuple[Live, SeveritySet]:
    """The first severity has no reason, each later one has: `bad_input`. The same again is a `duplicate`."""
    before = found.course.rated
    if (before is None) != (reason is None):
        raise Refused(Why.BAD_INPUT, field="severity_reason")
    if before is not None and before.severity == rated.severity:
        raise Refused(Why.DUPLICATE)
    record = SeveritySet(
        incident=found.known.id,
        severity=rated.severity.value,
        previous=None if before is None else before.severity.value,
        reason=reason,
        plan=rated.plan,
        due=None if rated.due is None else instant.to_text(rated.due),
    )
    return replace(found, course=replace(found.course, rated=rated)), record


def ready(
    found: Open, at: datetime, reason: Literal["authorised", "reported"]
) -> tuple[Workable, IncidentWorkable]:
    """Into the queue, at its end."""
    return Workable(found.known, found.course, at), IncidentWorkable(found.known.id, reason)


def unready(found: Workable) -> tuple[Open, IncidentUnworkable]:
    """Out of it: the authorisation ended before anybody took it."""
    return Open(found.known, found.course), IncidentUnworkable(found.known.id)


def take(found: Workable, by: str, ahead: int) -> tuple[Taken, IncidentTaken]:
    """`ahead`: how many stood before it."""
    return Taken(found.known, found.course, found.since, by), IncidentTaken(found.known.id, ahead)


def release(found: Taken) -> tuple[Workable, IncidentReleased]:
    """Back to the place it had."""
    return Workable(found.known, found.course, found.since), IncidentReleased(found.known.id)


def answer(found: Live, answered: Answered) -> tuple[Live, IncidentAnswered]:
    """The first answer by a person (D-10); a second is a `duplicate`."""
    if found.course.answered is not None:
        raise Refused(Why.DUPLICATE)
    record = IncidentAnswered(found.known.id, answered.how)
    return replace(found, course=replace(found.course, answered=answered)), record


def begin_wait(found: Live, awaited: Awaited, at: datetime) -> tuple[Live, IncidentWaitingBegan]:
    """One at a time; a second is a `duplicate`."""
    if found.course.wait is not None:
        raise Refused(Why.DUPLICATE)
    after = replace(found, course=replace(found.course, wait=Wait(awaited, at)))
    return after, IncidentWaitingBegan(found.known.id, awaited)


def end_wait(found: Live, at: datetime) -> tuple[Live, IncidentWaitingEnded]:
    course = found.course
    if course.wait is None:
        _wrong(found)
    waited = course.waited + timedelta(seconds=(at - course.wait.since) // timedelta(seconds=1))
    return replace(found, course=replace(course, wait=None, waited=waited)), IncidentWaitingEnded(
        found.known.id
    )


def close(found: AnyIncident, outcome: Outcome, at: datetime) -> tuple[Closed, IncidentClosed]:
    if isinstance(found, Closed):
        _wrong(found)
    course = None if isinstance(found, Contact) else found.course
    if isinstance(found, Routed):
        course = replace(found.course, reseller=found.reseller)  # he treated it
    return Closed(found.known, course, outcome, at), IncidentClosed(found.known.id, outcome)
