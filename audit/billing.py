"""What can be charged, and what it comes to: entries in the order of their begin, set against tariffs and contracts.

Pure, and shared by broker and verifier. A pause is not charged: while nobody watched the host held everything,
so no question was being answered. Time is the agent's; of a session whose agent fell silent it goes up to its
last sign of life, never further.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from audit.charging import Account, ConditionOn, Piece, Stretch, anniversary, cut, price, spend
from audit.rates import Tariff, Terms, beside, conditions, rounding_on
from audit.resale import NO_RESALE, OTHERS, Part, Resale, resale_conditions

Origin = Literal["session", "off_session"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them. `worked` without pauses, oldest first, never empty; `product` None where none was named.
    `reseller`: who asked for it for his customer, in whose log it stands, and pays."""

    origin: Origin
    id: str
    worked: tuple[Stretch, ...]
    product: str | None = None
    training: bool = False
    reseller: str = ""

    @property
    def begun(self) -> datetime:
        return self.worked[0][0]


def stretches(start: datetime, end: datetime, pauses: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Between start and end without the pauses, which come in order and may reach beyond the end."""
    found: list[Stretch] = []
    at = start
    for held, resumed in pauses:
        since, until = min(max(held, at), end), min(max(resumed, at), end)
        if since > at:
            found.append((at, since))
        at = max(at, until)
    if at < end or not found:
        found.append((at, max(at, end)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Charged:
    """An entry with what it costs, piece by piece."""

    entry: Entry
    pieces: tuple[Piece, ...]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.pieces)

    @property
    def billed(self) -> int:
        return sum(one.billed for one in self.pieces)

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.pieces)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a customer's work costs: his contracts in the order agreed, tariffs in the order told, his zone; of a
    reseller what he agreed as one."""

    contracts: Sequence[Terms]
    tariffs: Sequence[Tariff]
    zone: str
    resale: Resale = NO_RESALE

    def on(self, entry: Entry) -> ConditionOn:
        if entry.reseller:
            return lambda _: OTHERS
        usual = conditions(self.contracts, self.tariffs, entry.product, training=entry.training)
        return resale_conditions(
            self.resale, entry.product, usual, self._outside(entry), training=entry.training
        )

    def _outside(self, entry: Entry) -> ConditionOn:
        return lambda day: beside(self.tariffs, day, training=entry.training)


def charge(
    entries: Sequence[Entry], paid: Paid, accounts: Mapping[str, Account]
) -> tuple[list[Charged], dict[str, Account]]:
    """In the order of their begin, for hours of a contract are used up by whoever comes first; with the accounts
    (`opened`) afterwards."""
    after = dict(accounts)
    found: list[Charged] = []
    for entry in sorted(entries, key=lambda one: (one.begun, one.id)):
        rounding = rounding_on(paid.contracts, _day(entry.begun, paid.zone))
        pieces, after = spend(cut(entry.worked, paid.zone, paid.on(entry), rounding), after)
        found.append(Charged(entry, price(pieces)))
    return found, after


def resold_parts(own: Sequence[Charged], others: Sequence[Entry], paid: Paid) -> list[Part]:
    """All that one reseller is charged: of what his own log charged, and of `others`, the entries in his customers'
    logs that are on his account, cut by his own days and priced by his own table."""
    theirs, _ = charge([replace(one, reseller="") for one in others], paid, {})
    return [
        Part(
            one.entry.product or "", piece.day, piece.condition.rate, piece.condition.tariff,
            piece.minutes, piece.billed, piece.cents,
        )
        for one in (*own, *theirs)
        for piece in one.pieces
        if piece.condition.kind == "reseller"
    ]  # fmt: skip


def opened(contracts: Sequence[Terms]) -> dict[str, Account]:
    """Hours of every year of every contract that has a number of them, unused; the last agreed counts."""
    return {
        first.isoformat(): Account(terms.included)
        for terms in contracts
        if terms.included is not None
        for first in _years(terms)
    }


def _years(terms: Terms) -> Iterator[date]:
    for years in range(terms.last.year - terms.first.year + 1):
        if (first := anniversary(terms.first, years)) <= terms.last:
            yield first


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
