"""The months of a log: where each begins and ends in the tenant's zone, and that none is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audit import instant
from audit.errors import Malformed
from audit.records import PeriodClosed, PeriodSnapshot, TenantOpened


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


@dataclass(slots=True)
class Periods:
    """Tell it each record of this family; it yields (code of a finding, facts) for what cannot be.

    `unjudged`: this machine knows no zones, so bounds were not compared.
    """

    zone: str = ""
    unjudged: bool = False
    due: str = ""  # the month that must be closed next

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
