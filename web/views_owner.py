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
class Bar:
    """Where a bar of two parts stands in the drawing: `upper` stands on `lower`."""

    x: int
    middle: int
    lower_y: int
    lower: int
    upper_y: int
    upper: int
    label: str
    total: str
    total_y: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`title` is the sentence that it shows; `rows` say the same as a table."""

    title: str
    aside: str
    note: str
    bars: tuple[Bar, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class HoursRow:
    """What one customer's statement of this month comes to."""

    customer: str
    href: str
    included: str
    beyond: str
    amount: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Of this month as it stands (`until`), and the draft invoices of the one before; `chart` of six months, None
    where nothing was done in all that time."""

    until: str
    title: str
    rows: tuple[HoursRow, ...]
    total: tuple[str, str, str]
    drafts: str
    drafts_state: State
    drafts_href: str
    chart: Chart | None
    back: Act


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
    answers: Chart | None = None
    guide: Act | None = None  # the first steps, as long as no session ever began


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    name: str
    state: str
    href: str
    done: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """The way from an empty server to the first session; one step of it is open."""

    steps: tuple[Step, ...]
    count: str
    title: str
    lead: str
    state: State
    act: Act | None
    onward: Act | None
