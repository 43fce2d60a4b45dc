"""A request for access: the states it can be in, and the moves from one to the next.

A move takes the state it applies to and gives the next one with its record. The narrowing functions
(`awaiting`, `permitted`, `unfinished`, `watchable`) turn a request as loaded into such a state, or refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NoReturn

from audit import instant
from audit.approval import Approval, Supervision
from audit.check_in import CheckIn
from audit.declared import DeclaredRequest
from audit.month_frame import activity_text
from audit.request import Request
from audit.request_records import (
    ApprovalGiven,
    ApprovalRefusalExplained,
    ApprovalRefused,
    ApprovalWithdrawn,
    RequestLapsed,
    RequestOpened,
    RequestSolved,
    RequestWithdrawn,
    SupervisionTaken,
)
from broker.domain.refusal import Refused, Why


@dataclass(frozen=True, slots=True)
class Asked:
    """What never changes: the statement approvers sign, and the record whose opening holds its texts."""

    statement: Request | DeclaredRequest
    opened_n: int

    @property
    def declared(self) -> bool:
        """Of a host without an agent: nobody attests what comes of it."""
        return isinstance(self.statement, DeclaredRequest)

    @property
    def id(self) -> str:
        return self.statement.request

    @property
    def tenant(self) -> str:
        return self.statement.tenant

    @property
    def technician(self) -> str:
        return self.statement.technician.id

    @property
    def digest(self) -> str:
        return self.statement.digest.hex()


@dataclass(frozen=True, slots=True)
class Answer:
    """Who ended the waiting, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AwaitingApproval:
    STATE: ClassVar[str] = "awaiting_approval"
    asked: Asked


@dataclass(frozen=True, slots=True)
class Approved:
    """Enough people signed and the grant is issued. Nobody watches yet."""

    STATE: ClassVar[str] = "approved"
    asked: Asked
    answer: Answer
    supervision: Supervision
    watcher: str | None


@dataclass(frozen=True, slots=True)
class Supervised:
    """Approved, and the watcher has taken supervision."""

    STATE: ClassVar[str] = "supervised"
    asked: Asked
    answer: Answer
    supervision: Supervision
    watcher: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The grant was activated: what becomes of it is the session's story."""

    STATE: ClassVar[str] = "opened"
    asked: Asked
    answer: Answer
    supervision: Supervision
    watcher: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    STATE: ClassVar[str] = "rejected"
    asked: Asked
    answer: Answer
    explained: bool = False


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The window ended before anything was opened."""

    STATE: ClassVar[str] = "lapsed"
    asked: Asked


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The technician took it back."""

    STATE: ClassVar[str] = "withdrawn"
    asked: Asked
    answer: Answer


@dataclass(frozen=True, slots=True)
class Revoked:
    """An approver took the customer's yes back."""

    STATE: ClassVar[str] = "revoked"
    asked: Asked
    answer: Answer


@dataclass(frozen=True, slots=True)
class SolvedByCustomer:
    """The customer's own administrator solved it (S-33)."""

    STATE: ClassVar[str] = "solved_by_customer"
    asked: Asked
    answer: Answer


Permitted = Approved | Supervised
Watchable = Approved | Supervised | Opened
Unfinished = AwaitingApproval | Approved | Supervised
AnyRequest = (
    AwaitingApproval | Approved | Supervised | Opened
    | Rejected | Lapsed | Withdrawn | Revoked | SolvedByCustomer
)  # fmt: skip


# --------------------------------------------------------------------------------- narrowing


def _wrong(found: AnyRequest) -> NoReturn:
    raise Refused(Why.WRONG_STATE, state=found.STATE)


def awaiting(found: AnyRequest) -> AwaitingApproval:
    return found if isinstance(found, AwaitingApproval) else _wrong(found)


def permitted(found: AnyRequest) -> Permitted:
    """Approved and not yet used; `authorisation_missing` while nobody has said yes."""
    if isinstance(found, AwaitingApproval):
        raise Refused(Why.AUTHORISATION_MISSING)
    return found if isinstance(found, Permitted) else _wrong(found)


def declarable(found: AnyRequest) -> Approved:
    """As `permitted`, of a session that its technician declares: nobody has to watch it, for nobody can."""
    given = permitted(found)
    return given if isinstance(given, Approved) else _wrong(given)


def unfinished(found: AnyRequest) -> Unfinished:
    """Before any session."""
    return found if isinstance(found, Unfinished) else _wrong(found)


def rejected(found: AnyRequest) -> Rejected:
    return found if isinstance(found, Rejected) else _wrong(found)


# ------------------------------------------------------------------------------------- moves


def opened_record(statement: Request | DeclaredRequest) -> RequestOpened:
    """`request.opened`, which repeats of the statement what lists and reports need."""
    return RequestOpened(
        request=statement.request,
        statement=statement.digest.hex(),
        incident=statement.incident,
        channels=tuple(c.kind for c in statement.channels),
        activities=tuple(activity_text(a) for a in statement.activities),
        not_before=instant.to_text(statement.not_before),
        not_after=instant.to_text(statement.not_after),
        longest_s=statement.longest_s,
        declared=True if isinstance(statement, DeclaredRequest) else None,
    )


def given_record(approval: Approval, request: str, credential: str) -> ApprovalGiven:
    """`approval.given`; `credential` is the SHA-256 (hex) of the credential id."""
    return ApprovalGiven(
        request=request,
        statement=approval.digest.hex(),
        approver=approval.approver,
        credential=credential,
        supervision=approval.supervision,
        watcher=approval.watcher,
        demo_software=approval.demo_software,
        warrant=approval.warrant,
    )


def grant(
    found: AwaitingApproval, by: str, supervision: Supervision, watcher: str | None, at: datetime
) -> Approved:
    """Enough approvals are in. The record of the move is `grant.issued`, made by `grants.issue`, or
    `declared.allowed`."""
    return Approved(found.asked, Answer(by, at), supervision, watcher)


def open_(found: Permitted) -> Opened:
    """The technician activated the grant, or declared his start. The record of the move is `session.opened`, or
    `declared.began`."""
    return Opened(found.asked, found.answer, found.supervision, found.watcher)


def watchable(found: AnyRequest, by: str, *, runs: bool = False) -> Watchable:
    """What this person was chosen to watch, before its session is opened or while it runs; where it `runs`, what
    he may take over from whoever watches."""
    if isinstance(found, AwaitingApproval):
        raise Refused(Why.AUTHORISATION_MISSING)
    if not isinstance(found, Watchable):
        _wrong(found)
    takes_over = runs and isinstance(found, Opened) and found.asked.technician != by
    if found.supervision == "waived" or (found.watcher != by and not takes_over):
        raise Refused(Why.NOT_ALLOWED)
    return found


def take_supervision(
    found: Watchable, check_in: CheckIn, credential: str, terminal: str, *, runs: bool = False
) -> tuple[Supervised | Opened, SupervisionTaken]:
    """The chosen watcher has signed, or who takes over where it `runs`; `credential` is the SHA-256 (hex) of the
    credential id."""
    found = watchable(found, check_in.watcher, runs=runs)
    taken = SupervisionTaken(
        request=found.asked.id,
        watcher=check_in.watcher,
        statement=check_in.digest.hex(),
        credential=credential,
        terminal=terminal,
        demo_software=check_in.demo_software,
    )
    if isinstance(found, Opened):
        return found, taken
    return Supervised(found.asked, found.answer, found.supervision, check_in.watcher), taken


def reject(found: AwaitingApproval, by: str, at: datetime) -> tuple[Rejected, ApprovalRefused]:
    """At once; the reason may follow."""
    return Rejected(found.asked, Answer(by, at)), ApprovalRefused(found.asked.id)


def explain(found: Rejected, by: str) -> tuple[Rejected, ApprovalRefusalExplained]:
    """Once, and by whoever refused."""
    if found.answer.by != by:
        raise Refused(Why.NOT_ALLOWED)
    if found.explained:
        raise Refused(Why.DUPLICATE)
    return Rejected(found.asked, found.answer, explained=True), ApprovalRefusalExplained(found.asked.id)


def withdraw(found: Unfinished, by: str, at: datetime) -> tuple[Withdrawn, RequestWithdrawn]:
    """By the technician who asked, before a session was opened."""
    if found.asked.technician != by:
        raise Refused(Why.NOT_ALLOWED)
    return Withdrawn(found.asked, Answer(by, at)), RequestWithdrawn(found.asked.id)


def lapse(found: Unfinished, at: datetime) -> tuple[Lapsed, RequestLapsed]:
    """The window is over."""
    if at < found.asked.statement.not_after:
        raise Refused(Why.WRONG_STATE, state=found.STATE)
    return Lapsed(found.asked), RequestLapsed(found.asked.id)


def revoke(
    found: AnyRequest, by: str, at: datetime, *, signed: bool, over: bool
) -> tuple[Revoked, ApprovalWithdrawn]:
    """An approver takes the yes back, also of an open session; `signed`: he is among those who gave it.

    While signatures are still being collected only who gave one can take it back: the others refuse.
    `over`: its session has ended, so that there is nothing left to take back.
    """
    if over or not isinstance(found, AwaitingApproval | Approved | Supervised | Opened):
        _wrong(found)
    if isinstance(found, AwaitingApproval) and not signed:
        _wrong(found)
    return Revoked(found.asked, Answer(by, at)), ApprovalWithdrawn(found.asked.id)


def solve(found: Unfinished, by: str, at: datetime) -> tuple[SolvedByCustomer, RequestSolved]:
    """*Lo risolvo io*: the customer's administrator needs nobody."""
    return SolvedByCustomer(found.asked, Answer(by, at)), RequestSolved(found.asked.id)
