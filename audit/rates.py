"""On what terms a customer's work is done on a local day: tariffs by validity, contracts and their hours (S-44).

Pure, and shared by broker and verifier: all of it stands in records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from audit.charging import Condition, ConditionOn, Kind, Rounding, year_of

OTHER = "other"  # a program that the vendor did not make
NO_TARIFF = ""
MINUTE_EXACT = Rounding()


@dataclass(frozen=True, slots=True)
class Tariff:
    """In force from `first` until another of its owner's begins. `own`: agreed with this customer, and while
    one of his own is in force the house's is not. `last` is his own one's last day; None: until further notice.

    Rates are cents an hour, of assistance and of training; `vat` is percent.
    """

    version: str
    first: date
    assistance: int
    training: int
    vat: int = 22
    own: bool = False
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a contract, what its work costs. `products` None: all of the vendor's. `included` None: its hours are
    without end; else so many minutes in each of its years."""

    first: date
    last: date
    products: frozenset[str] | None = None
    included: int | None = None
    rounding: Rounding = MINUTE_EXACT

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def includes(self, product: str | None) -> bool:
        """What nobody named is in it: nobody pays for what was not said."""
        return product is None or (product != OTHER and (self.products is None or product in self.products))

    def account(self, day: date) -> str:
        """Whose hours they are: a correction of a contract, or of its payment, begins no new ones."""
        return year_of(self.first, day).isoformat()


def tariff_on(tariffs: Sequence[Tariff], day: date) -> Tariff | None:
    """Of those told, in their order: the customer's own before the house's, then the one that began last, then
    the one told last."""
    held = (one for one in reversed(tariffs) if one.holds(day))
    return max(held, key=lambda one: (one.own, one.first), default=None)


def terms_on(contracts: Sequence[Terms], day: date) -> Terms | None:
    """The last agreed whose days it is among."""
    return next((one for one in reversed(contracts) if one.covers(day)), None)


def beside(tariffs: Sequence[Tariff], day: date, *, training: bool) -> Condition:
    """Outside the contract, at the tariff of that day. Without a tariff nothing can be asked for it."""
    kind: Kind = "training" if training else "extra"
    tariff = tariff_on(tariffs, day)
    if tariff is None:
        return Condition(kind, 0, NO_TARIFF)
    return Condition(kind, tariff.training if training else tariff.assistance, tariff.version)


def conditions(
    contracts: Sequence[Terms], tariffs: Sequence[Tariff], product: str | None, *, training: bool
) -> ConditionOn:
    """Of one entry's days."""

    def on(day: date) -> Condition:
        terms = terms_on(contracts, day)
        outside = beside(tariffs, day, training=training)
        if terms is None or not terms.includes(product):
            return outside
        if terms.included is None:
            return Condition("contract")
        return Condition("contract", account=terms.account(day), beyond=outside)

    return on


def rounding_on(contracts: Sequence[Terms], day: date) -> Rounding:
    """As agreed for the day on which the work began; else to the minute."""
    terms = terms_on(contracts, day)
    return MINUTE_EXACT if terms is None else terms.rounding
