"""What the pages of statements of charges and draft invoices show."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Fact, Notice, Option, Slip, State


@dataclass(frozen=True, slots=True)
class TallySum:
    """Lines alike, or all of them."""

    kind: str
    rate: str
    lines: str
    worked: str
    billed: str
    amount: str


@dataclass(frozen=True, slots=True)
class TallyLine:
    """One part of a session or of work; `why`: why nothing is asked for it, or that it is contested."""

    when: str
    incident: str
    href: str
    what: str
    kind: str
    worked: str
    billed: str
    amount: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A customer's statement, from month to month, and the form that chooses them."""

    title: str
    state: State
    post: str
    firsts: tuple[Option, ...]
    lasts: tuple[Option, ...]
    contracts: tuple[Option, ...]
    facts: tuple[Fact, ...]
    notices: tuple[Notice, ...]
    sums: tuple[TallySum, ...]
    total: TallySum
    lines: tuple[TallyLine, ...]
    files: tuple[tuple[str, str], ...]
    back: Act


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One customer's draft. `lacks` in words; `file` empty while something lacks."""

    name: str
    href: str
    party: str
    hours: str
    tariffs: str
    net: str
    tax: str
    total: str
    to_pay: str
    states: tuple[State, ...]
    lacks: str
    file: str


@dataclass(frozen=True, slots=True)
class Invoices:
    """The owner's drafts of a month."""

    title: str
    post: str
    months: tuple[Option, ...]
    rows: tuple[DraftRow, ...]
    totals: tuple[str, str, str, str, str]
    quiet: str
    tariffs: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    parties: tuple[Act, ...]
    back: Act


@dataclass(frozen=True, slots=True)
class Field:
    """`most` signs."""

    name: str
    label: str
    value: str
    hint: str = ""
    most: int = 80


@dataclass(frozen=True, slots=True)
class Party:
    """Whom an invoice is made out to, or who makes it. `orders`: contract, CIG, CUP."""

    title: str
    post: str
    fields: tuple[Field, ...]
    split: bool
    regimes: tuple[Option, ...]
    natures: tuple[Option, ...]
    contracts: tuple[Option, ...]
    orders: tuple[tuple[str, str, str], ...]
    back: Act
    slip: Slip | None = None
