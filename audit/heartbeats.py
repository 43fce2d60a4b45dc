"""The log's daily sign of life: which days have one, and which are said to have none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(slots=True)
class Heartbeats:
    """Days are ``YYYY-MM-DD``, local to the log's zone. `first` is the day of the first heartbeat."""

    first: str = ""
    gaps: list[tuple[str, str]] = field(default_factory=list)
    _days: set[str] = field(default_factory=set)

    def beat(self, day: str) -> None:
        self.first = self.first or day
        self._days.add(day)

    def gap(self, first: str, last: str) -> None:
        self.gaps.append((first, last))

    def missing(self, last: str) -> list[str]:
        """Days from the first heartbeat to `last` without one and outside every declared gap."""
        if not self.first:
            return []
        days = self._told(date.fromisoformat(self.first), date.fromisoformat(last))
        return [day for day, beaten, said in days if not beaten and not said]

    def counted(self, first: date, last: date) -> tuple[int, int, int]:
        """(expected, there, missing and said to be) between two days, from the first heartbeat on."""
        days = [found for found in self._told(first, last) if self.first and found[0] >= self.first]
        return (
            len(days),
            sum(beaten for _, beaten, _ in days),
            sum(said and not beaten for _, beaten, said in days),
        )

    def _told(self, first: date, last: date) -> Iterator[tuple[str, bool, bool]]:
        """(day, has a heartbeat, lies in a declared gap), walking days and gaps side by side."""
        gaps = sorted(self.gaps, reverse=True)
        until = ""  # the latest end of the gaps that have begun
        day = first
        while day <= last:
            text = day.isoformat()
            while gaps and gaps[-1][0] <= text:
                until = max(until, gaps.pop()[1])
            yield text, text in self._days, text <= until
            day += timedelta(days=1)
