"""*Finestra di collaudo*: fifteen calendar days to test a strong customisation (S-40, D-07). Pure.

The day of receipt is not counted, every other one is; the fifteenth ends at 23:59:59 local time. Where it is
Sunday or a public holiday the window reaches to the next day that is neither, unless the contract says
*perentorio*. Saturday is no holiday.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broker.domain.public_holidays import Patron, is_public_holiday

DAYS = 15
REMINDED = (5, 10, 14)  # on these days of it
_LAST = time(23, 59, 59)
_MORNING = time(8)
_SUNDAY = 6


def last_instant(
    received: datetime, zone: str, patron: Patron | None = None, *, peremptory: bool
) -> datetime:
    """Of the window that opens with a receipt at that instant. `peremptory`: never extended."""
    day = _received(received, zone) + timedelta(days=DAYS)
    while not peremptory and (day.weekday() == _SUNDAY or is_public_holiday(day, patron)):
        day += timedelta(days=1)
    return datetime.combine(day, _LAST, ZoneInfo(zone))


def reminders(received: datetime, zone: str) -> tuple[datetime, ...]:
    """When whoever tests is reminded: in the morning of days five, ten and fourteen."""
    first = _received(received, zone)
    return tuple(datetime.combine(first + timedelta(days=n), _MORNING, ZoneInfo(zone)) for n in REMINDED)


def days_left(until: datetime, at: datetime, zone: str) -> int:
    """Whole local days after `at`'s own up to the last; 0 on the last day and after it."""
    here = ZoneInfo(zone)
    return max(0, (until.astimezone(here).date() - at.astimezone(here).date()).days)


def _received(received: datetime, zone: str) -> date:
    return received.astimezone(ZoneInfo(zone)).date()
