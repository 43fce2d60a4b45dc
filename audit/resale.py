"""What a reseller's hours cost: by program free up to the day before the anniversary, then by his table (S-48, S-50).

Pure, and shared by broker and verifier. `resold_lines` is a statement's: every program with its minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from audit.charging import Condition, ConditionOn, anniversary


@dataclass(frozen=True, slots=True)
class ResaleRate:
    """A line of the table, in force from `first` until another begins. `product` None: of every program."""

    version: str
    first: date
    assistance: int
    training: int
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Resale:
    """Of one reseller: the first activation of each program, and his table in the order told."""

    activated: Mapping[str, date] = field(default_factory=dict)
    rates: Sequence[ResaleRate] = ()

    def free(self, product: str, day: date) -> bool:
        first = self.activated.get(product)
        return first is not None and first <= day <= free_until(first)

    def rate(self, product: str, day: date) -> ResaleRate | None:
        """The program's own before that of all, then the one that began last, then the one told last."""
        held = (one for one in reversed(self.rates) if one.first <= day and one.product in (None, product))
        return max(held, key=lambda one: (one.product is not None, one.first), default=None)


NO_RESALE = Resale()
OTHERS = Condition("reseller")
"""Of a customer whose reseller asked for it: on that one's account, so nothing of it is his."""


def free_until(first: date) -> date:
    """The day before the anniversary: 28 February for what was activated on the 29th."""
    return anniversary(first, 1) - timedelta(days=1)


def resale_conditions(
    resale: Resale, product: str | None, usual: ConditionOn, outside: ConditionOn, *, training: bool
) -> ConditionOn:
    """Of a reseller's own entry. Of a program that he did not activate yet, and of a day before, the `usual` of any
    customer; where his table has no line for it, what work `outside` a contract costs."""

    def on(day: date) -> Condition:
        first = None if product is None else resale.activated.get(product)
        if product is None or first is None or day < first:
            return usual(day)
        if resale.free(product, day):
            return Condition("reseller")
        rate = resale.rate(product, day)
        if rate is None:
            return replace(outside(day), kind="reseller")
        return Condition("reseller", rate.training if training else rate.assistance, rate.version)

    return on


@dataclass(frozen=True, slots=True)
class Part:
    """A charged piece of a reseller's: `minutes` worked, `billed` counted, on `day` and after."""

    product: str
    day: date
    rate: int
    version: str
    minutes: int
    billed: int
    cents: int


@dataclass(frozen=True, slots=True)
class ResoldLine:
    """What a statement has of one program on one condition: `free`, or at `rate` cents an hour of `version`."""

    product: str
    free: bool
    rate: int
    version: str
    minutes: int
    billed: int
    cents: int


def resold_lines(parts: Iterable[Part], resale: Resale) -> list[ResoldLine]:
    """By program, free hours first, then by version and rate; their sums are those of the parts."""
    sums: Counter[tuple[tuple[str, bool, str, int], str]] = Counter()
    for one in parts:
        key = (one.product, not resale.free(one.product, one.day), one.version, one.rate)
        for name, number in (("minutes", one.minutes), ("billed", one.billed), ("cents", one.cents)):
            sums[key, name] += number
    return [
        ResoldLine(
            product, not charged, rate, version,
            *(sums[(product, charged, version, rate), name] for name in ("minutes", "billed", "cents")),
        )
        for product, charged, version, rate in sorted({key for key, _ in sums})
    ]  # fmt: skip
