"""When a term ends: so many calendar months after a fact, in whole days of the log's own zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from audit.periods import zone_of


def ends(at: datetime, count: int, zone: str) -> datetime:
    """The first instant at which a fact of `at` may be forgotten, so many calendar months later.

    Days are local to `zone`. The last day counts whole, and is the month's last where it has no such
    day: of what happened on 31 August, six months end with the last day of February. `Malformed` for
    an unknown zone, `NoZones` on a machine without rules.
    """
    here = zone_of(zone)
    last = _later(at.astimezone(here).date(), count)
    after = last + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=here).astimezone(UTC)


def _later(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
