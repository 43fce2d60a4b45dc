"""What the pages about the protection of personal data show: facts of a customer, its breaches, one of them."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Notice, Option, Slip, State
from web.views_duties import Line


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the facts sheet and what stands under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextField:
    """`needed` of the form; `value` as it stands."""

    name: str
    label: str
    hint: str
    value: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Protection:
    """Of one customer. Acts are None for whoever may not do that; `texts` are the fields of a new breach."""

    title: str
    day: str
    warning: Notice
    facts: tuple[Section, ...]
    breaches: tuple[Line, ...] | None  # None: not his to see
    term: str
    open: Act | None
    texts: tuple[TextField, ...]
    hosts: tuple[Option, ...]
    people: tuple[Option, ...]
    now: str
    relay: Act | None
    tools: tuple[Option, ...]
    dpia: Act | None
    set_term: Act | None
    hours: str
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """`facts` are name and value; `said` the texts as last told; `fields` where the reader may tell more."""

    title: str
    customer: str
    state: State
    countdown: Notice
    facts: tuple[tuple[str, str], ...]
    said: tuple[Section, ...]
    sessions: tuple[Act, ...]
    tell: Act | None
    fields: tuple[TextField, ...]
    high_risk: bool
    ends: tuple[Option, ...]
    close: Act | None
    back: Act
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class ProtectionList:
    """The vendor's customers, each with its breaches that are not closed."""

    customers: tuple[Line, ...]
