"""The time and chance of a month that is made after the fact: a clock that only walks on, chance from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from audit.periods import month_bounds

DAY = timedelta(days=1)
SETTLES = timedelta(hours=1)  # after its end a month can be closed, and its hosts be silent


class SeedClock:
    """Stands still until it is told to walk on; back it never goes."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def walk(self, at: datetime) -> None:
        if at < self._at:
            raise ValueError(f"the month goes on, not back: {at:%d %H:%M} after {self._at:%d %H:%M}")
        self._at = at


class SeedChance:
    """The same octets in the same order from the same seed."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._drawn = 0

    def octets(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(self._seed + self._drawn.to_bytes(8, "big")).digest(count)


class Month:
    """The calendar month before the one of `now`, in that zone; in a month's first hour, the one before that."""

    def __init__(self, now: datetime, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        first = (now - SETTLES).astimezone(self._zone).date().replace(day=1)
        self.period = f"{first - DAY:%Y-%m}"
        self.begun, self.ended = month_bounds(self.period, zone)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """By the clock on the wall there."""
        local = datetime.combine(day, time(hour, minute), self._zone)
        return local.astimezone(self.begun.tzinfo)

    def workdays(self) -> list[date]:
        """Mondays to Fridays. February has twenty of them at least."""
        day, last = self.begun.astimezone(self._zone).date(), self.ended.astimezone(self._zone).date()
        return [one for one in (day + n * DAY for n in range((last - day).days)) if one.weekday() < 5]


class Course:
    """Goes on to an instant; `tick` is what a broker's jobs do meanwhile, here once a day and whenever it is asked for."""

    def __init__(self, clock: SeedClock, tick: Callable[[], Awaitable[None]]) -> None:
        self._clock = clock
        self._next = clock.now()
        self.tick = tick

    def now(self) -> datetime:
        return self._clock.now()

    async def until(self, at: datetime) -> None:
        while self._next <= at:
            self._clock.walk(max(self._next, self._clock.now()))
            await self.tick()
            self._next += DAY
        self._clock.walk(at)

    async def later(self, **parts: float) -> None:
        """``later(minutes=12)``"""
        await self.until(self._clock.now() + timedelta(**parts))
