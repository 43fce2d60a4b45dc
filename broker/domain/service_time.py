"""When a plan's clock runs: windows of the day, days of the week, holidays, closures; and sums over them.

Requirements §1.4. A length is measured on the UTC line; the edges of a window are local wall times, built
day by day and then converted. Nothing is ever added to a local time, so a night on which the clock changes
moves edges and no length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from broker.domain.public_holidays import Patron, is_public_holiday

MIDNIGHT = time(0)
SERVED_A_DAY = timedelta(hours=8)  # of a plan with windows: what *8/5* and *8/7* promise
LOOKED_AHEAD = timedelta(days=400)  # a calendar in which nothing opens for so long never opens
# No window touches the hours in which Italy's clock changes: a wall time there exists twice or never.
FIRST_OPENING = time(3)


class NeverOpen(ValueError):
    """Closures leave no service time for more than a year: whoever keeps the contract has to mend them."""


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open, local: at `end` it is closed."""

    begin: time
    end: time

    def __post_init__(self) -> None:
        if not FIRST_OPENING <= self.begin < self.end:
            raise ValueError(f"a window opens at 03:00 or later and closes after it opens: {self}")

    @property
    def length(self) -> timedelta:
        """Of a day on which no clock changes inside it, which is every day (`FIRST_OPENING`)."""
        return datetime.combine(date.min, self.end) - datetime.combine(date.min, self.begin)


@dataclass(frozen=True, slots=True)
class Hours:
    """Which hours a plan serves. Without windows it is never closed, and nothing else is looked at."""

    windows: tuple[Window, ...]
    weekdays: frozenset[int] = frozenset(range(7))  # Monday is 0
    on_holidays: bool = True

    def __post_init__(self) -> None:
        if any(before.end > after.begin for before, after in pairwise(self.windows)):
            raise ValueError("windows stand in the day's order and do not overlap")
        if self.windows and sum((one.length for one in self.windows), timedelta()) != SERVED_A_DAY:
            raise ValueError("the windows of a day come to eight hours")
        if not self.weekdays <= frozenset(range(7)) or not self.weekdays:
            raise ValueError("a day of the week is 0 to 6, and one at least is served")

    @property
    def continuous(self) -> bool:
        return not self.windows


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval in which the clock runs: UTC, half-open."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A plan's hours where one contract has them: its zone, its patron saint, its closures."""

    hours: Hours
    zone: str = "Europe/Rome"
    patron: Patron | None = None
    closures: frozenset[date] = frozenset()

    def is_served(self, day: date) -> bool:
        """Whether windows open on that local day. Closures agreed in the contract win over every plan with windows."""
        if day in self.closures or day.weekday() not in self.hours.weekdays:
            return False
        return self.hours.on_holidays or not is_public_holiday(day, self.patron)

    def is_open(self, at: datetime) -> bool:
        """Whether the clock runs in the moment that begins at `at`."""
        first = next(self.stretches(at), None)
        return first is not None and first.begin <= at

    def stretches(self, since: datetime) -> Iterator[Stretch]:
        """The intervals that end after `since`, in order; a continuous one is one without a known end.

        Stops `LOOKED_AHEAD` after the last that it gave.
        """
        if self.hours.continuous:
            yield Stretch(since, datetime.max.replace(tzinfo=UTC))
            return
        zone = ZoneInfo(self.zone)
        day = since.astimezone(zone).date()
        last_seen = day
        while day - last_seen <= LOOKED_AHEAD:
            if self.is_served(day):
                for window in self.hours.windows:
                    begin, end = (_instant(day, edge, zone) for edge in (window.begin, window.end))
                    if end > since:
                        last_seen = day
                        yield Stretch(begin, end)
            day += timedelta(days=1)

    def after(self, start: datetime, promised: timedelta) -> datetime:
        """The instant at which `promised` of service time have passed since `start`, in UTC.

        One that falls on a closing edge stays there: 18:00, not 09:00 of the next day. Nothing promised is
        due when the clock first runs. Raises `NeverOpen`.
        """
        left = promised
        for stretch in self.stretches(start):
            begin = max(stretch.begin, start.astimezone(UTC))
            if left <= stretch.end - begin:
                return begin + left
            left -= stretch.end - begin
        raise NeverOpen(self.zone)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The service time from `start` to `end`; none where `end` is not later."""
        passed = timedelta()
        for stretch in self.stretches(start):
            if stretch.begin >= end:
                break
            passed += max(min(stretch.end, end) - max(stretch.begin, start), timedelta())
        return passed

    def after_half_days(self, start: datetime, count: int) -> datetime:
        """The end of the `count`-th whole window after the one in which `start` falls: requirements §1.4, *per semiturno*.

        A start outside every window counts from the next one. Only for hours with windows. Raises
        `NeverOpen`.
        """
        if self.hours.continuous or count < 1:
            raise ValueError("half days are counted from one, where there are windows")
        whole = (stretch for stretch in self.stretches(start) if stretch.begin > start)
        for number, stretch in enumerate(whole, 1):
            if number == count:
                return stretch.end
        raise NeverOpen(self.zone)


def _instant(day: date, edge: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, edge, tzinfo=zone).astimezone(UTC)
