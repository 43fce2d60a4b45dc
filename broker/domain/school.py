"""A customer that is a school: what its study lacks, who may handle its archives, where its clean-up stands. Pure.

Before it is *in esercizio* a technician comes in for what the study itself looks at (network, cloud, services,
credentials) and for nothing else; after that, for the programs and for copies of the data, under a delegation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from audit.errors import Malformed
from audit.school_order import DOCUMENT, MAX_OCTETS, ON_ARCHIVES, PREPARING, ROWS, yearly
from audit.school_statements import MAX_ARCHIVES, MAX_NAME, ArchivesDelegation, CleanUpInstruction
from audit.statement_parts import Activity
from broker.domain.refusal import Refused, Why

YEARS_END = "08-31"  # the school year ends then
AHEAD = (30, 7, 0)  # days before the clean-up is due on which people are reminded
State = Literal["due", "instructed", "cleaning", "closed", "declined"]
MAX_ROWS = 10**12  # of an archive: what no school has


@dataclass(frozen=True, slots=True)
class Row:
    """An answer of the study: the record that has it, and the paper beside it."""

    n: int
    at: datetime
    file: str | None
    octets: int | None


@dataclass(frozen=True, slots=True)
class Delegated:
    """`digest` names the statement; `ended` that a titolare ended it before its day."""

    digest: str
    said: ArchivesDelegation
    ended: bool = False

    def stands(self, at: datetime) -> bool:
        return not self.ended and self.said.not_before <= at <= self.said.not_after


@dataclass(frozen=True, slots=True)
class CleanUp:
    """`counts`: archive (its place, from 1) -> phase -> rows. `minute`: its record."""

    id: str
    due: date
    state: State = "due"
    archives: tuple[str, ...] = ()
    statement: str = ""
    instructed: datetime | None = None
    counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    ended: datetime | None = None
    minute: int | None = None

    @property
    def open(self) -> bool:
        return self.state not in ("closed", "declined")

    @property
    def uncounted(self) -> tuple[str, ...]:
        """Archives that lack a count."""
        return tuple(name for n, name in enumerate(self.archives, 1) if len(self.counts.get(n, {})) < 2)


@dataclass(frozen=True, slots=True)
class School:
    """As the customer's log has it; `clean_up` is empty of one that is no school."""

    clean_up: str = ""
    since: datetime | None = None  # when it was first called one
    rows: Mapping[str, Row] = field(default_factory=dict)
    in_service: datetime | None = None
    delegations: tuple[Delegated, ...] = ()
    clean_ups: tuple[CleanUp, ...] = ()

    @property
    def is_school(self) -> bool:
        return bool(self.clean_up)

    @property
    def open_rows(self) -> tuple[str, ...]:
        return tuple(row for row in ROWS if row not in self.rows)

    def delegated(self, at: datetime) -> tuple[Delegated, ...]:
        return tuple(one for one in self.delegations if one.stands(at))

    def one(self, clean_up: str) -> CleanUp:
        found = next((one for one in self.clean_ups if one.id == clean_up), None)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        return found

    @property
    def current(self) -> CleanUp | None:
        """The clean-up that is not ended."""
        return next((one for one in self.clean_ups if one.open), None)


def demand(
    school: School, activities: Iterable[Activity], technician: str, at: datetime, until: datetime
) -> None:
    """Return, or refuse what that technician may not begin now, to last until then."""
    lack = lacking(school, activities, technician, at, until)
    if lack is not None:
        raise Refused(lack)


def lacking(
    school: School, activities: Iterable[Activity], technician: str, at: datetime, until: datetime
) -> Why | None:
    """What keeps that technician from it now; None where nothing does."""
    if not school.is_school:
        return None
    codes = {one.code for one in activities}
    if school.in_service is None and not codes <= PREPARING:
        return Why.SCHOOL_NOT_IN_SERVICE
    covered = any(one.said.covers(technician, at, until) for one in school.delegated(at))
    return Why.ARCHIVES_DELEGATION_MISSING if codes & ON_ARCHIVES and not covered else None


def typed(kind: str, clean_up: str) -> str | None:
    """The day of a school's clean-up as it is kept, None of another customer."""
    if kind not in ("school", "other"):
        raise Refused(Why.BAD_INPUT, field="type")
    if kind == "other":
        return None
    day = clean_up.strip() or YEARS_END
    if not yearly(day):
        raise Refused(Why.BAD_INPUT, field="clean_up")
    return day


def paper(row: str, file: str, octets: int | None) -> tuple[str | None, int | None]:
    """Digest and size of the paper that goes with a row; the row `document` has one."""
    if row not in ROWS:
        raise Refused(Why.BAD_INPUT, field="row")
    digest = file.strip().lower() or None
    if digest is None and row == DOCUMENT:
        raise Refused(Why.BAD_INPUT, field="file")
    if (digest is None) is not (octets is None):
        raise Refused(Why.BAD_INPUT, field="file")
    if octets is not None and not 0 < octets <= MAX_OCTETS:
        raise Refused(Why.TOO_LARGE if octets > 0 else Why.BAD_INPUT, field="octets")
    if digest is not None and (len(digest) != 64 or set(digest) - set("0123456789abcdef")):
        raise Refused(Why.BAD_INPUT, field="file")
    return digest, octets


def ready(school: School) -> None:
    """Whether it goes in service now: `Refused` (study_open) with the rows that are open."""
    if not school.is_school or school.in_service is not None:
        raise Refused(Why.WRONG_STATE)
    if school.open_rows:
        raise Refused(Why.STUDY_OPEN, rows=", ".join(school.open_rows))


def delegation(
    tenant: str, name: str, persons: Iterable[str], may: Iterable[str], until: datetime, at: datetime, *, demo: bool
) -> ArchivesDelegation:  # fmt: skip
    """The statement to sign, to technicians among those who `may`."""
    chosen = tuple(sorted(set(persons)))
    if not chosen or not set(chosen) <= set(may):
        raise Refused(Why.BAD_INPUT, field="persons")
    made = ArchivesDelegation(tenant, name, chosen, at, until, demo)
    try:
        return ArchivesDelegation.parse(made.encode())
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="until") from wrong


def instruction(
    tenant: str, found: CleanUp, archives: Iterable[str], at: datetime, *, demo: bool
) -> CleanUpInstruction:
    """The statement to sign; another one may replace it until something was counted after the work."""
    if found.state not in ("due", "instructed"):
        raise Refused(Why.WRONG_STATE)
    named = tuple(one for one in (" ".join(one.split()) for one in archives) if one)
    if not 0 < len(named) <= MAX_ARCHIVES or any(len(one) > MAX_NAME for one in named):
        raise Refused(Why.BAD_INPUT, field="archives")
    made = CleanUpInstruction(tenant, found.id, found.due.isoformat(), named, at, demo)
    try:
        return CleanUpInstruction.parse(made.encode())
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="archives") from wrong


def countable(found: CleanUp, archive: int, phase: str, rows: int) -> None:
    """`before` up to the first count `after` of that archive, which needs one before."""
    if found.state not in ("instructed", "cleaning"):
        raise Refused(Why.WRONG_STATE)
    if not 0 < archive <= len(found.archives):
        raise Refused(Why.BAD_INPUT, field="archive")
    if not 0 <= rows <= MAX_ROWS:
        raise Refused(Why.BAD_INPUT, field="rows")
    phases = found.counts.get(archive, {})
    turn = {"before": "after" not in phases, "after": "before" in phases}
    if phase not in turn:
        raise Refused(Why.BAD_INPUT, field="phase")
    if not turn[phase]:
        raise Refused(Why.WRONG_STATE)


def closable(found: CleanUp) -> None:
    """`Refused` (clean_up_uncounted) while an archive lacks a count."""
    if not found.open:
        raise Refused(Why.WRONG_STATE)
    if not found.archives or found.uncounted:
        raise Refused(Why.CLEAN_UP_UNCOUNTED, archives=", ".join(found.uncounted) or "-")


def due_now(school: School, began: date, today: date) -> date | None:
    """The day of the clean-up that is to be opened today; `began` is since when it is a school.

    One at a time, and of each year one: what was not opened in its time is so as soon as it can.
    """
    if not school.is_school or school.in_service is None or school.current is not None:
        return None
    for year in (today.year + 1, today.year, today.year - 1):
        due = date.fromisoformat(f"{year}-{school.clean_up}")
        if due - timedelta(days=AHEAD[0]) > today or due < began:
            continue
        return None if any(one.due.year == year for one in school.clean_ups) else due
    return None


def reminders(found: CleanUp, today: date) -> str | None:
    """Which reminder is owed today, by the days it is ahead of the clean-up; the last one repeats each month."""
    if not found.open:
        return None
    left = (found.due - today).days
    passed = [ahead for ahead in AHEAD if left <= ahead]
    if not passed:
        return None
    late = f"+{-left // 30}" if left <= -30 else ""
    return f"{min(passed)}{late}"
