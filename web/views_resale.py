"""What the pages of resellers need: the vendor's list, one reseller, and the reseller's own page (`views` says how)."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Notice, Option, Slip, State


@dataclass(frozen=True, slots=True)
class ResaleRow:
    """Of a reseller and a program in a month: `terms` says free until when, or what an hour costs."""

    reseller: str
    href: str
    program: str
    hours: str
    terms: State
    amount: str


@dataclass(frozen=True, slots=True)
class Resellers:
    month: str
    rows: tuple[ResaleRow, ...]
    total: tuple[str, str]
    customers: tuple[Option, ...]
    back: Act


@dataclass(frozen=True, slots=True)
class ProgramCard:
    """`topics` are the plan's three; `alone` the act that says *autonomo*, or what it lacks."""

    name: str
    since: str
    free: State
    topics: tuple[State, ...]
    alone: Act | State


@dataclass(frozen=True, slots=True)
class Reseller:
    """One. Without `post` it is his own page, and nothing of it is entered there."""

    title: str
    month: str
    months: tuple[Option, ...]
    here: str
    programs: tuple[ProgramCard, ...]
    rows: tuple[ResaleRow, ...]
    total: tuple[str, str]
    rates: tuple[str, ...]
    customers: tuple[str, ...]
    window: State
    back: Act
    post: str = ""
    products: tuple[Option, ...] = ()
    every: tuple[Option, ...] = ()  # products, and all of them
    register: tuple[Option, ...] = ()
    topics: tuple[Option, ...] = ()
    tenants: tuple[Option, ...] = ()
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class ServedRow:
    """An incident of a customer; `post` where it is with the reseller. `charge`: what he is to know, after the
    free year."""

    customer: str
    code: str
    text: str
    when: str
    state: State
    post: str
    charge: str


@dataclass(frozen=True, slots=True)
class Served:
    mine: Reseller
    rows: tuple[ServedRow, ...]
    report: tuple[Option, ...]
    charged: Notice | None
    slip: Slip | None = None
