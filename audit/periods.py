"""The months of a log, and weeks and quarters told of: where each begins and ends in the tenant's zone, that no
month is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audit import instant
from audit.errors import Malformed
from audit.log_records import PeriodClosed, PeriodSnapshot
from audit.person_records import TenantOpened
from audit.report_records import PeriodTold

Family = Literal["month", "week", "quarter", "intervention"]
_INTERVENTION = "INT-"
# Within every instant a record can bear: an intervention is read for wherever in the log it lies.
_EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)


class NoZones(Exception):
    """This machine has no time zone rules (package tzdata): nothing local can be judged on it."""


def zone_of(name: str) -> ZoneInfo:
    """The rules of a zone; `Malformed` for one that no database has, `NoZones` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        if not _knows_zones():
            raise NoZones from wrong
        raise Malformed("a time zone that nobody knows") from wrong


def _knows_zones() -> bool:
    return knows_zone("Europe/Rome")


def knows_zone(name: str) -> bool:
    """Whether this machine has the rules of a zone whose name was found good before."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return False
    return True


def family(period: str) -> Family:
    """Of a text of form `reported`."""
    if period.startswith(_INTERVENTION):
        return "intervention"
    if period[5] == "W":
        return "week"
    return "quarter" if period[5] == "Q" else "month"


def session_of(period: str) -> str | None:
    """Whose intervention ``INT-s-1`` is: the session ``s-1``; None for the other families."""
    return period.removeprefix(_INTERVENTION) if family(period) == "intervention" else None


def intervention(session: str) -> str:
    return f"{_INTERVENTION}{session}"


def earlier(period: str, than: str) -> bool:
    """Of the same family, and before it. Interventions have no order."""
    kind = family(period)
    return kind == family(than) and kind != "intervention" and period < than


def following(period: str) -> str:
    """The month after ``2026-12``: ``2027-01``."""
    year, month = int(period[:4]), int(period[5:7])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def preceding(period: str) -> str:
    """The month before ``2027-01``: ``2026-12``."""
    year, month = int(period[:4]), int(period[5:7])
    return f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"


def month_bounds(period: str, zone: str) -> tuple[datetime, datetime]:
    """First instant of the month and of the next, in UTC."""
    here = ZoneInfo(zone)
    start, after = (
        datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=here) for month in (period, following(period))
    )
    return start.astimezone(UTC), after.astimezone(UTC)


def bounds(period: str, zone: str) -> tuple[datetime, datetime]:
    """First instant of a month, an ISO week or a quarter and the first after it, in UTC. All time for an
    intervention. A 53rd week that its year does not have is the week after its last (`exists`)."""
    match family(period):
        case "month":
            return month_bounds(period, zone)
        case "week":
            monday = date.fromisocalendar(int(period[:4]), 1, 1) + timedelta(weeks=int(period[6:]) - 1)
            here, days = ZoneInfo(zone), (monday, monday + timedelta(weeks=1))
            start, after = (datetime(d.year, d.month, d.day, tzinfo=here).astimezone(UTC) for d in days)
            return start, after
        case "quarter":
            year, number = period[:4], int(period[6])
            first, last = (f"{year}-{number * 3 + month:02d}" for month in (-2, 0))
            return month_bounds(first, zone)[0], month_bounds(last, zone)[1]
        case _:
            return _EVER


def exists(period: str) -> bool:
    """Of a text of form `reported`: not a 53rd week of a year that has 52."""
    if family(period) != "week":
        return True
    last = date(int(period[:4]), 12, 28).isocalendar().week  # always in the last week
    return int(period[6:]) <= last


@dataclass(slots=True)
class Periods:
    """Tell it each record of this family; it yields (code of a finding, facts) for what cannot be.

    `unjudged`: this machine knows no zones, so bounds were not compared.
    """

    zone: str = ""
    unjudged: bool = False
    due: str = ""  # the month that must be closed next
    told_last: dict[str, str] = field(default_factory=dict)  # the latest week, and quarter, told of
    told_once: set[str] = field(default_factory=set)  # interventions

    def opened(self, record: TenantOpened, at: datetime) -> Iterator[tuple[str, dict[str, str]]]:
        try:
            self.due = f"{at.astimezone(zone_of(record.zone)):%Y-%m}"
            self.zone = record.zone
        except Malformed:
            yield "zone", {"zone": record.zone}
        except NoZones:
            self.unjudged = True

    def closed(self, record: PeriodClosed, at: datetime) -> Iterator[tuple[str, dict[str, str]]]:
        """Every month once, in order, from the one in which the log was opened, and after its end."""
        if self.due and record.period != self.due:
            yield "period_order", {"expected": self.due, "found": record.period}
        self.due = following(record.period)
        if self.zone:
            bounds = month_bounds(record.period, self.zone)
            if (record.first, record.until) != (instant.to_text(bounds[0]), instant.to_text(bounds[1])):
                yield "period_bounds", {}
        if at < instant.parse(record.until):
            yield "period_early", {}

    def snapshot(self, record: PeriodSnapshot, at: datetime) -> Iterator[tuple[str, dict[str, str]]]:
        """Of a month so far: up to an instant within it, and not after it was told."""
        until = instant.parse(record.until)
        if until > at:
            yield "period_early", {}
        if self.zone:
            start, end = month_bounds(record.period, self.zone)
            if record.first != instant.to_text(start) or not start <= until < end:
                yield "period_bounds", {}

    def told(self, record: PeriodTold, at: datetime) -> Iterator[tuple[str, dict[str, str]]]:
        """A week or a quarter once, after its end and after all of its kind that are earlier; an intervention
        once, after its end."""
        period, kind = record.period, family(record.period)
        first, until = instant.parse(record.first), instant.parse(record.until)
        if at < until:
            yield "period_early", {}
        if kind == "month":
            yield "period_bounds", {}  # those are closed
        elif kind == "intervention":
            if period in self.told_once:
                yield "period_order", {"expected": "INT-…", "found": period}
            self.told_once.add(period)
            if until < first:
                yield "period_bounds", {}
        else:
            last = self.told_last.get(kind, "")
            if period <= last:
                yield "period_order", {"expected": f"> {last}", "found": period}
            self.told_last[kind] = max(period, last)
            if self.zone and not (exists(period) and (first, until) == bounds(period, self.zone)):
                yield "period_bounds", {}
