"""What somebody asks the access log for, and what he may see of it (requirements §3.5, L-13, L-43)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from audit.access_export import Selection
from audit.access_words import EVENTS
from audit.forms import ID
from broker.domain.refusal import Refused, Why

LINES = 50
MOST_LINES = 200
AGGREGATE = 3  # people whose doings are added up, at the fewest: else a count would be of one of them (L-43)
OUTCOMES = ("ok", "denied", "failed", "presumed", "outside", "declared")


@dataclass(frozen=True, slots=True)
class Asked:
    """Days are local to the log, both counted. `before`: only entries with a smaller index, for the next page."""

    since: date | None = None
    until: date | None = None
    person: str | None = None
    host: str | None = None
    administrators: bool = False
    before: int | None = None
    limit: int = LINES

    def selection(self, size: int, zone: str) -> Selection:
        """Of a log of so many records; `Refused` (bad_input)."""
        for name, value in (("person", self.person), ("host", self.host)):
            if value is not None and not ID.fits(value):
                raise Refused(Why.BAD_INPUT, field=name)
        if not 1 <= self.limit <= MOST_LINES:
            raise Refused(Why.BAD_INPUT, field="limit")
        if self.before is not None and self.before < 0:
            raise Refused(Why.BAD_INPUT, field="before")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise Refused(Why.BAD_INPUT, field="until")
        return Selection(
            0,
            size if self.before is None else min(size, self.before),
            None if self.since is None else midnight(self.since, "since", zone),
            None if self.until is None else midnight(self.until, "until", zone, after=True),
            self.person,
            self.host,
            self.administrators,
        )


def midnight(day: date, field: str, zone: str, *, after: bool = False) -> datetime:
    """Its beginning, or its end."""
    if not 1971 <= day.year <= 2998:  # what instants of the log can say (FORMAT.md §1)
        raise Refused(Why.BAD_INPUT, field=field)
    return datetime.combine(day + timedelta(days=after), time(), ZoneInfo(zone)).astimezone(UTC)


def by_outcome(kinds: Mapping[str, int]) -> dict[str, int]:
    """Records of kinds that are accesses, added up by how they came out."""
    found = dict.fromkeys(OUTCOMES, 0)
    for kind, count in kinds.items():
        found[EVENTS[kind].outcome] += count
    return found
