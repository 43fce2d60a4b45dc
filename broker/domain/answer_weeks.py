"""First answers by week: how many came in time and how many late, of incidents that had a time of answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.domain.instants import day_of

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """`number` is that of its ISO year. No person stands in it (L-43)."""

    number: int
    first: date
    kept: int
    late: int

    @property
    def whole(self) -> int:
        return self.kept + self.late


def weeks(answers: Iterable[tuple[datetime, datetime]], today: date, zone: str) -> tuple[Week, ...]:
    """The last `WEEKS`, that of `today` among them; `answers` are (when, due)."""
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    counts = {first: [0, 0] for first in firsts}
    for at, due in answers:
        day = day_of(at, zone)
        first = day - timedelta(days=day.weekday())
        if first in counts:
            counts[first][at > due] += 1
    return tuple(Week(first.isocalendar().week, first, *counts[first]) for first in firsts)
