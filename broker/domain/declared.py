"""A session on a host without an agent: nobody attests it, and its technician's word moves it.

It hangs on a request that people of the customer signed; no grant is made of it, and nothing is opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, NoReturn

from audit import instant
from audit.declared import Declaration, DeclaredRequest
from audit.declared_records import DeclaredAllowed, DeclaredBegan, DeclaredEnded, DeclaredPresumedEnded
from audit.declared_rules import ends_at
from audit.session_records import SessionClosed
from broker.domain.refusal import Refused, Why
from broker.domain.session import OUTCOMES


@dataclass(frozen=True, slots=True)
class Permission:
    """What never changes: the request people signed, and the record that says so."""

    id: str
    asked: DeclaredRequest
    allowed_n: int

    @property
    def request(self) -> str:
        return self.asked.request

    @property
    def tenant(self) -> str:
        return self.asked.tenant

    @property
    def host(self) -> str:
        return self.asked.host.id

    @property
    def technician(self) -> str:
        return self.asked.technician.id


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may be begun, as long as its request stands."""

    STATE: ClassVar[str] = "allowed"
    permit: Permission


@dataclass(frozen=True, slots=True)
class Underway:
    """He says that it began. `ends` is the last instant of what was allowed."""

    STATE: ClassVar[str] = "underway"
    permit: Permission
    began: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Over:
    """He says that it ended."""

    STATE: ClassVar[str] = "ended"
    permit: Permission
    began: datetime
    ended: datetime
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Presumed:
    """He did not say: what was allowed is over since `until`."""

    STATE: ClassVar[str] = "presumed_ended"
    permit: Permission
    began: datetime
    until: datetime
    outcome: str | None = None


AnyDeclared = Allowed | Underway | Over | Presumed


def phase(found: AnyDeclared) -> str:
    """The word for what people see of one: never that of a session an agent attests."""
    return {Allowed.STATE: "approved", Underway.STATE: "declared"}.get(found.STATE, f"declared_{found.STATE}")


def _wrong(found: AnyDeclared) -> NoReturn:
    raise Refused(Why.WRONG_STATE, state=found.STATE)


def allowed(found: AnyDeclared) -> Allowed:
    if isinstance(found, Underway):
        raise Refused(Why.REPLAYED)
    return found if isinstance(found, Allowed) else _wrong(found)


def underway(found: AnyDeclared, at: datetime) -> Underway:
    """One whose end can still be declared; after what was allowed it is presumed, and nothing is made up."""
    if not isinstance(found, Underway):
        _wrong(found)
    if at > found.ends:
        raise Refused(Why.WINDOW_CLOSED)
    return found


def allow(asked: DeclaredRequest, approvals: tuple[str, ...]) -> DeclaredAllowed:
    return DeclaredAllowed(
        request=asked.request,
        approvals=approvals,
        not_before=instant.to_text(asked.not_before),
        not_after=instant.to_text(asked.not_after),
    )


def in_window(asked: DeclaredRequest, at: datetime) -> None:
    if at < asked.not_before:
        raise Refused(Why.WINDOW_CLOSED, opens=instant.to_text(asked.not_before))
    if at >= asked.not_after:
        raise Refused(Why.WINDOW_CLOSED)


def begin(
    found: Allowed, said: Declaration, terminal: str, at: datetime, *, demo_software: bool
) -> tuple[Underway, DeclaredBegan]:
    asked = found.permit.asked
    in_window(asked, at)
    ends = ends_at(asked, at)
    record = DeclaredBegan(
        request=asked.request,
        statement=said.digest.hex(),
        ends=instant.to_text(ends),
        tool=asked.host.tool,
        terminal=terminal,
        demo_software=demo_software,
    )
    return Underway(found.permit, at, ends), record


def end(
    found: Underway, said: Declaration, terminal: str, at: datetime, *, demo_software: bool
) -> tuple[Over, DeclaredEnded]:
    record = DeclaredEnded(statement=said.digest.hex(), terminal=terminal, demo_software=demo_software)
    return Over(found.permit, found.began, at), record


def presume(found: Underway) -> tuple[Presumed, DeclaredPresumedEnded]:
    record = DeclaredPresumedEnded(until=instant.to_text(found.ends))
    return Presumed(found.permit, found.began, found.ends), record


def close(found: AnyDeclared, outcome: str) -> tuple[Over | Presumed, SessionClosed]:
    """The outcome, once, after the end."""
    if outcome not in OUTCOMES:
        raise Refused(Why.BAD_INPUT, field="outcome")
    if not isinstance(found, Over | Presumed):
        _wrong(found)
    if found.outcome is not None:
        raise Refused(Why.DUPLICATE)
    return replace(found, outcome=outcome), SessionClosed(outcome)
