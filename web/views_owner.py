"""What the page of the vendor's owner needs; parts are in `views` and `views_estate`."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Mark, QueueRow, State
from web.views_estate import Figure, SessionRow


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is owed; `href` is where it is done, empty where that is no page."""

    state: State
    what: str
    small: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """An incident whose first answer is due. `near`: within the hours of service that the figure counts."""

    customer: str
    href: str
    severity: str
    plan: str
    left: str
    mark: Mark | None
    due: str
    hurdle: State
    near: bool = False


@dataclass(frozen=True, slots=True)
class StillRow:
    """An incident that goes no further before its customer does something."""

    customer: str
    href: str
    title: str
    waits: State
    since: str


@dataclass(frozen=True, slots=True)
class RenewalRow:
    customer: str
    what: str
    when: str
    state: State
    href: str


@dataclass(frozen=True, slots=True)
class Owner:
    """`updates` are customers at the newest version, of all; None while no program is noted anywhere."""

    title: str
    figures: tuple[Figure, ...]
    deadlines: tuple[DeadlineRow, ...]
    still: tuple[StillRow, ...]
    waiting: tuple[QueueRow, ...]
    sessions: tuple[SessionRow, ...]
    duties: tuple[Duty, ...]
    in_order: Duty | None
    renewals: tuple[RenewalRow, ...]
    updates: tuple[int, int] | None
    updates_line: str
    confirmed: str
    contracts: tuple[Act, ...] = ()
