"""What work costs: its time cut at local midnights, rounded, set against a contract's hours, and priced.

Pure arithmetic that broker and verifier share (FORMAT.md §11). Money is whole cents, time whole minutes of
the UTC line: nothing here is a float, and whatever is cut comes to the same minutes and the same cents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["contract", "extra", "reseller", "training"]
Stretch = tuple[datetime, datetime]
"""Worked from the one instant to the other, both aware."""

FREE = 0


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes between the two instants, each floored to its minute: printed clock times add up."""
    return max(0, int(end.timestamp()) // 60 - int(start.timestamp()) // 60)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Minute-exact unless a contract says otherwise (D-08). Both in minutes: up to whole steps, never below
    the least. What took no whole minute is not charged, whatever the least."""

    step: int = 1
    least: int = 0

    def __post_init__(self) -> None:
        if self.step < 1 or self.least < 0:
            raise ValueError("a step is a minute or more, and the least is not below none")

    def billed(self, minutes: int) -> int:
        if minutes <= 0:
            return 0
        return -(-max(minutes, self.least) // self.step) * self.step


@dataclass(frozen=True, slots=True)
class Condition:
    """On what terms a day's work is done. `rate` in cents an hour, `tariff` the version it stands in.

    `account` names the hours of a contract that the work uses up; without `beyond` they are without end,
    else it is the condition of what exceeds them.
    """

    kind: Kind
    rate: int = FREE
    tariff: str = ""
    account: str = ""
    beyond: Condition | None = None


ConditionOn = Callable[[date], Condition]
"""The condition of a local day: whatever changes (a tariff, a contract, a year of it) changes at midnight."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Of one entry, what was done on one condition from `day` on. `minutes` were worked, `billed` count."""

    day: date
    condition: Condition
    minutes: int
    billed: int
    cents: int = 0


def by_day(worked: Iterable[Stretch], zone: str) -> list[tuple[date, int]]:
    """(local day, minutes) of the days that were worked on, in order. Of a night in which the clock changes
    the length is the real one."""
    found: dict[date, int] = {}
    for begin, end in worked:
        for first, after in pairwise(_edges(begin, end, ZoneInfo(zone))):
            day = first.astimezone(ZoneInfo(zone)).date()
            found[day] = found.get(day, 0) + minutes_between(first, after)
    return sorted(found.items())


def _edges(begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """Begin, every local midnight between, end."""
    found, last = [begin.astimezone(UTC)], max(begin, end).astimezone(UTC)
    day = begin.astimezone(zone).date() + timedelta(days=1)
    while (midnight := datetime.combine(day, time(0), zone).astimezone(UTC)) < last:
        if midnight > found[-1]:
            found.append(midnight)
        day += timedelta(days=1)
    return [*found, last]


def cut(worked: Iterable[Stretch], zone: str, on: ConditionOn, rounding: Rounding) -> tuple[Piece, ...]:
    """One entry's pieces, unpriced. What rounding adds lengthens the last: it counts as of the work's end."""
    found: list[Piece] = []
    for day, minutes in by_day(worked, zone):
        condition = on(day)
        if found and found[-1].condition == condition:
            total = found[-1].minutes + minutes
            found[-1] = replace(found[-1], minutes=total, billed=total)
        else:
            found.append(Piece(day, condition, minutes, minutes))
    if found:
        worked_minutes = sum(one.minutes for one in found)
        added = rounding.billed(worked_minutes) - worked_minutes
        found[-1] = replace(found[-1], billed=found[-1].billed + added)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Account:
    """Hours that a contract includes, in minutes, and what was used of them."""

    included: int
    used: int = 0

    @property
    def left(self) -> int:
        return max(0, self.included - self.used)


def spend(
    pieces: Sequence[Piece], accounts: Mapping[str, Account]
) -> tuple[tuple[Piece, ...], dict[str, Account]]:
    """The pieces with what exceeds the contract's hours on its own condition, and the accounts afterwards."""
    after, found = dict(accounts), list[Piece]()
    for piece in pieces:
        account = after.get(piece.condition.account)
        if account is None or piece.condition.beyond is None:
            found.append(piece)
            continue
        inside = min(piece.billed, account.left)
        after[piece.condition.account] = replace(account, used=account.used + inside)
        found += _divided(piece, inside)
    return tuple(found), after


def _divided(piece: Piece, inside: int) -> list[Piece]:
    """At `inside` billed minutes; the minutes worked first are those inside."""
    assert piece.condition.beyond is not None
    if inside >= piece.billed:
        return [piece]
    worked = min(piece.minutes, inside)
    over = replace(
        piece,
        condition=piece.condition.beyond,
        minutes=piece.minutes - worked,
        billed=piece.billed - inside,
    )
    return [replace(piece, minutes=worked, billed=inside), over] if inside else [over]


def price(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """With cents: the entry's exact sum is rounded once, half up, and each piece has its part of that."""
    found: list[Piece] = []
    exact = told = 0  # sixtieths of a cent; cents
    for piece in pieces:
        exact += piece.billed * piece.condition.rate
        cents = (exact + 30) // 60
        found.append(replace(piece, cents=cents - told))
        told = cents
    return tuple(found)


def year_of(first: date, day: date) -> date:
    """The first day of the contract's year that `day` is in: the 29 February's next years begin on 1 March."""
    found = anniversary(first, max(0, day.year - first.year))
    return found if found <= day or found <= first else anniversary(first, day.year - first.year - 1)


def anniversary(first: date, years: int) -> date:
    """The first day of a year of it, 0 the first."""
    if (first.month, first.day) == (2, 29) and years:
        leap = date(first.year + years, 3, 1) - timedelta(days=1)
        return leap if leap.day == 29 else leap + timedelta(days=1)
    return date(first.year + years, first.month, first.day)
