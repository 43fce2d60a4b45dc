"""Appointments of system administrators: what may be drawn up, and whose count at an instant (L-01…L-05)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from audit.administrator_records import AdministratorAppointed
from audit.administrators import Source
from audit.canonical import Value
from audit.statement_parts import Activity
from broker.domain.people import Person, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import written

LONGEST_DAYS = 3 * 366  # nobody is appointed for good: an evaluation grows old
MAX_TEXT = 2000
MAX_LINE = 120


@dataclass(frozen=True, slots=True)
class Appointment:
    """As the log says. `first` and `last` are local days, both counted; no `hosts`: all of them.

    `n` is its record; `ended` when somebody ended it before its last day.
    """

    id: str
    person: str
    areas: tuple[str, ...]
    hosts: tuple[str, ...]
    first: date
    last: date
    n: int
    ended: datetime | None = None

    def stands(self, at: datetime, zone: str) -> bool:
        """Whether it counts at that instant."""
        day = at.astimezone(ZoneInfo(zone)).date()
        return self.first <= day <= self.last and (self.ended is None or at < self.ended)


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the register as of a day. `hosts` are labels; no areas or hosts: not restricted.

    `first` and `last` are the local days of this time without a break, both counted; `appointment` its id, if it is one.
    """

    person: str
    name: str
    function: str
    source: Source
    areas: tuple[str, ...]
    hosts: tuple[str, ...]
    first: date
    last: date
    evaluated: str
    by: str
    n: int
    appointment: str | None


Shows = Literal["nothing", "functions", "names"]
SHOWS: tuple[Shows, ...] = get_args(Shows)


@dataclass(frozen=True, slots=True)
class AppointmentDraft:
    """What the form says. Without `evaluation`, who wrote it and when, there is no appointment (L-01)."""

    person: str
    function: str
    areas: Sequence[str]
    hosts: Sequence[str]
    first: date
    last: date
    evaluation: str
    evaluated_by: str
    evaluated: date | None


def drawn_up(
    draft: AppointmentDraft, new_id: str, hosts: Collection[str], today: date
) -> tuple[AdministratorAppointed, dict[str, Value]]:
    """The record, and the texts of its opening; `Refused`. `hosts` are the customer's."""
    texts: dict[str, Value] = {
        "function": _line(draft.function, "function"),
        "evaluation": written(draft.evaluation, "evaluation", MAX_TEXT),
        "evaluated_by": _line(draft.evaluated_by, "evaluated_by"),
    }
    if not texts["evaluation"] or not texts["evaluated_by"] or draft.evaluated is None:
        raise Refused(Why.EVALUATION_MISSING)
    if draft.evaluated > today:
        raise Refused(Why.BAD_INPUT, field="evaluated")
    if not texts["function"]:
        raise Refused(Why.BAD_INPUT, field="function")
    areas = tuple(code for code in Activity.CODES if code in draft.areas)
    if not areas or len(areas) != len(set(draft.areas)):
        raise Refused(Why.BAD_INPUT, field="areas")
    if not set(draft.hosts) <= set(hosts):
        raise Refused(Why.BAD_INPUT, field="hosts")
    if not today <= draft.first <= draft.last or (draft.last - draft.first).days > LONGEST_DAYS:
        raise Refused(Why.BAD_INPUT, field="last")
    record = AdministratorAppointed(
        new_id, draft.person, areas, tuple(sorted(set(draft.hosts))),
        draft.first.isoformat(), draft.last.isoformat(), draft.evaluated.isoformat(),
    )  # fmt: skip
    return record, texts


def _line(text: str, field: str) -> str:
    kept = written(text, field, MAX_LINE)
    if not kept.isprintable():
        raise Refused(Why.BAD_INPUT, field=field)
    return kept


def appointable(who: Who, person: Person) -> None:
    """The titolare appoints his own and the vendor's, the owner the vendor's alone (the responsabile names his people).

    A natural person who comes in and is no auditor: an account of several people is nobody's.
    """
    if not person.active or person.role not in ("technician", "ads"):
        raise Refused(Why.BAD_INPUT, field="person")
    if who.house and person.role != "technician":
        raise Refused(Why.NOT_ALLOWED)
