"""How often a customer is reported to, and which weeks, quarters and interventions should be told of by now. Pure.

Months are closed whatever was agreed (`months.py`): they are the log's own. This adds to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile, zip_longest
from typing import Literal
from zoneinfo import ZoneInfo

from audit.periods import Family, bounds, exists, family, intervention
from broker.domain.months import HOUR
from broker.domain.refusal import Refused, Why

Cadence = Literal["monthly", "weekly", "quarterly", "intervention"]
FAMILY: dict[Cadence, Family] = {
    "monthly": "month", "weekly": "week", "quarterly": "quarter", "intervention": "intervention",
}  # fmt: skip
NAMES: dict[Family, Cadence] = {kind: name for name, kind in FAMILY.items()}
USUAL: Cadence = "monthly"
# An end may still be explained, or corrected by a host that comes back, before the one report on it is made.
UNCLOSED = timedelta(hours=24)
PRESUMED = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Agreed:
    """From the local day `since` on."""

    cadence: Cadence
    since: date


@dataclass(frozen=True, slots=True)
class Done:
    """A session that started and ended. `closed`: the technician has said how it came out."""

    session: str
    start: datetime
    end: datetime
    presumed: bool
    closed: bool

    def ripe(self, at: datetime) -> bool:
        """Whether its report can be made."""
        if self.presumed:
            return at >= self.end + PRESUMED
        return self.closed or at >= self.end + UNCLOSED


@dataclass(frozen=True, slots=True)
class Told:
    """Periods that the log tells of, and those among them whose report was issued."""

    begun: frozenset[str]
    issued: frozenset[str]

    def last(self, kind: Family) -> str:
        """Latest of a family; none may be told after it that is earlier."""
        return max((one for one in self.begun if family(one) == kind), default="")


def on(agreements: Sequence[Agreed], day: date) -> Cadence:
    """Which was in force that day."""
    return next((one.cadence for one in reversed(agreements) if one.since <= day), USUAL)


def agree(agreements: Sequence[Agreed], cadence: Cadence, today: date) -> Agreed:
    """From today on. `Refused` (duplicate) where it is so already."""
    if on(agreements, today) == cadence:
        raise Refused(Why.DUPLICATE)
    return Agreed(cadence, today)


def last_day(period: str, zone: str) -> date:
    """Of a month, week or quarter."""
    return bounds(period, zone)[1].astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def delivered(agreements: Sequence[Agreed], period: str, until: datetime, zone: str) -> bool:
    """Whether the report of this period, which ended at `until`, is one that was agreed on, and goes out by mail."""
    kind = family(period)
    day = until.astimezone(ZoneInfo(zone)).date() if kind == "intervention" else last_day(period, zone)
    return on(agreements, day) == NAMES[kind]


def due(agreements: Sequence[Agreed], told: Told, zone: str, at: datetime) -> Iterator[str]:
    """Weeks and quarters to tell of, in order: their last day fell under such a cadence, and the morning after
    it is six o'clock. One that a crash left without its report comes first."""
    yield from sorted(one for one in told.begun - told.issued if family(one) != "intervention")
    for agreed, following in zip_longest(agreements, agreements[1:]):
        kind = FAMILY[agreed.cadence]
        if kind not in ("week", "quarter"):
            continue
        until = at if following is None else min(at, _morning(following.since, zone))
        over = _over(kind, agreed.since, zone, until)
        yield from (one for one in over if one not in told.begun and one > told.last(kind))


def _over(kind: Family, since: date, zone: str, until: datetime) -> Iterator[str]:
    """Those from that day on whose morning after has come by then."""
    return takewhile(lambda period: _due_at(period, zone) <= until, _from(kind, since))


def _due_at(period: str, zone: str) -> datetime:
    return _morning(last_day(period, zone) + timedelta(days=1), zone)


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(HOUR), ZoneInfo(zone))


def _from(kind: Family, day: date) -> Iterator[str]:
    """The periods of that family, beginning with the one in which the day lies."""
    period = period_of(kind, day)
    while True:
        yield period
        period = next_one(period)


def period_of(kind: Family, day: date) -> str:
    """Of a week or a quarter."""
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def next_one(period: str) -> str:
    """The week or quarter after."""
    year, number = int(period[:4]), int(period[6:])
    if family(period) == "week":
        following = f"{year:04d}-W{number + 1:02d}"
        return following if number < 52 or (number == 52 and exists(following)) else f"{year + 1:04d}-W01"
    return f"{year + number // 4:04d}-Q{number % 4 + 1}"


def interventions(
    agreements: Sequence[Agreed], told: Told, done: Iterable[Done], zone: str, at: datetime
) -> Iterator[Done]:
    """Those to tell of: they ended on a day of that cadence, and nothing more is awaited of them."""
    here = ZoneInfo(zone)
    for one in done:
        said = intervention(one.session) in told.issued
        if not said and on(agreements, one.end.astimezone(here).date()) == "intervention" and one.ripe(at):
            yield one
