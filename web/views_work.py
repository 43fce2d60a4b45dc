"""What the pages of work and hours show."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Doing, Fact, Notice, Option, Slip, State


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A piece of work: when, how long, what; with the act that takes it back."""

    when: str
    length: str
    text: str
    codes: str
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Works:
    """A technician's own work of one customer, and the form for more."""

    title: str
    post: str
    today: str
    zone: str
    askers: tuple[Option, ...]
    means: tuple[Option, ...]
    products: tuple[Option, ...]
    doing: Doing
    lines: tuple[WorkLine, ...]
    back: Act
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One part of a session or of work, as it is charged."""

    when: str
    what: str
    href: str
    kind: str
    worked: str
    billed: str
    rate: str
    amount: str


@dataclass(frozen=True, slots=True)
class Hours:
    """A customer's month: sums, the rows that make them, contract hours, training."""

    title: str
    post: str
    months: tuple[Option, ...]
    lines: tuple[HoursRow, ...]
    total: tuple[str, str, str]
    rows: tuple[HoursRow, ...]
    facts: tuple[Fact, ...]
    notices: tuple[Notice, ...]
    tariffs: tuple[str, ...]
    training: tuple[WorkLine, ...]
    statement: Act
    back: Act


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A customer's contract and what is used of it; `share` of its hours in percent, None without a number."""

    name: str
    href: str
    used: str
    left: str
    share: int | None
    amount: str
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Tariffs:
    """The owner's page: every customer's hours, the versions of the tariff, the Office applications."""

    rows: tuple[StandingRow, ...]
    tariffs: tuple[tuple[State, str], ...]
    customers: tuple[Option, ...]
    apps: str
    back: Act
    slip: Slip | None = None
