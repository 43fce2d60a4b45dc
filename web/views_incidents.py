"""What the pages of the service desk need: the queue, an incident, a call, a contract (`views` says how)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from web.views import (
    Act,
    Badge,
    Fact,
    FeedItem,
    May,
    Notice,
    Option,
    QueueGroup,
    QueueRow,
    Slip,
    State,
)
from web.views_programs import Met


@dataclass(frozen=True, slots=True)
class BigClock:
    """`title` is what runs; `used` of `total` fill the bar, in minutes; none without `total`."""

    title: str
    aside: str
    figure: str
    small: str
    line: str
    state: Literal["", "near", "late", "paused", "none"] = ""
    used: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Rating:
    """The severity as it is, and the form that sets another; `blocked`: why this person cannot."""

    word: str
    definition: str
    line: str
    post: str
    severities: tuple[Option, ...]
    reasons: tuple[Option, ...]
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """Take this one: `reasons` where it is not the next."""

    post: str
    label: str
    line: str
    reasons: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    post: str
    outcomes: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. `read_aloud`: what to say to whoever rang, where a call authorises nothing. `takeover`:
    it is with the customer's reseller."""

    code: str
    tenant: str
    heard: str
    title: str
    text: str
    badges: tuple[Badge, ...]
    state: State
    clock: BigClock
    feed: tuple[FeedItem, ...]
    facts: tuple[Fact, ...]
    back: Act
    may: May | None = None
    rating: Rating | None = None
    pull: Pull | None = None
    closing: Closing | None = None
    acts: tuple[Act, ...] = ()
    read_aloud: str = ""
    notice: Notice | None = None
    slip: Slip | None = None
    met: Met | None = None
    takeover: Pull | None = None
    messages: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """The four fields of a call."""

    post: str
    customers: tuple[Option, ...]
    read_aloud: str
    back: Act
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A customer's own incidents, and the form with which he reports another; without `post` he may only read.
    Of a reseller `served` leads to his customers, `charged` says what is charged after the free year."""

    title: str
    rows: tuple[QueueRow, ...]
    post: str
    severities: tuple[Option, ...]
    products: tuple[Option, ...] = ()
    slip: Slip | None = None
    charged: Notice | None = None
    served: Act | None = None


@dataclass(frozen=True, slots=True)
class Products:
    """The vendor's programs; each line with the act that takes it out."""

    post: str
    lines: tuple[tuple[str, Act], ...]
    back: Act
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What is agreed; without `post` it can only be read here. The three signs are as they were left on the form."""

    title: str
    state: State
    facts: tuple[Fact, ...]
    notice: Notice | None
    earlier: tuple[str, ...]
    post: str
    plans: tuple[Option, ...]
    back: Act
    products: tuple[Option, ...] = ()
    slip: Slip | None = None
    prepaid: bool = True
    half_shifts: bool = False
    some_products: bool = False


@dataclass(frozen=True, slots=True)
class Calls:
    """Whoever rang."""

    groups: tuple[QueueGroup, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Beside an incident: its customer's contract, and what else is open there; `pages` are of that customer."""

    contract: tuple[Fact, ...]
    same: tuple[QueueRow, ...]
    pages: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The queue, and beside it the incident that was opened. `next_line`: what *Prendi il prossimo* would give, and
    why that."""

    take: Act
    next_line: str
    groups: tuple[QueueGroup, ...]
    requests: Act
    chosen: Incident | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A customer at one glance. `pages` are the ways to everything else about it."""

    title: str
    state: State
    facts: tuple[Fact, ...]
    rows: tuple[QueueRow, ...]
    hosts: tuple[tuple[str, str, State], ...]
    pages: tuple[Act, ...]
