"""Hours and amounts of all customers by month, added up from their statements, for the vendor's owner. Pure.

No figure is reckoned here: each is a sum of a statement's lines. What a reseller pays for stands in his own statement,
so the same hours in that of his customer are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broker.domain.tally import Line, Tally

MONTHS = 6


@dataclass(frozen=True, slots=True)
class Share:
    """What one customer's statement of a month comes to. Minutes as counted, `cents` without VAT; `final`: it is drawn
    from the month's report."""

    tenant: str
    customer: str
    period: str
    included: int
    beyond: int
    cents: int
    final: bool


@dataclass(frozen=True, slots=True)
class MonthSum:
    """`shares`: what makes it, the most expensive first; nobody's for whom nothing was done."""

    period: str
    included: int
    beyond: int
    cents: int
    shares: tuple[Share, ...]

    @property
    def asked(self) -> tuple[Share, ...]:
        """Those who have something to pay: for each there is a draft invoice."""
        return tuple(one for one in self.shares if one.cents)


def shares(tally: Tally) -> tuple[Share, ...]:
    """One for each of its months."""
    return tuple(
        Share(
            tally.tenant,
            tally.customer,
            one.period,
            included=_minutes(line for line in one.every if line.kind == "contract"),
            beyond=_minutes(line for line in one.every if line.kind != "contract"),
            cents=sum(line.cents for line in one.every),
            final=one.source is not None,
        )
        for one in tally.months
    )


def _minutes(lines: Iterable[Line]) -> int:
    return sum(one.billed for one in lines if one.free != "on_reseller")


def by_month(found: Sequence[Share], periods: Sequence[str]) -> tuple[MonthSum, ...]:
    """Of `periods`, in their order; a month without work is a sum of nothing."""
    return tuple(_sum(period, [one for one in found if one.period == period]) for period in periods)


def _sum(period: str, found: Sequence[Share]) -> MonthSum:
    worked = [one for one in found if one.included or one.beyond or one.cents]
    return MonthSum(
        period,
        sum(one.included for one in worked),
        sum(one.beyond for one in worked),
        sum(one.cents for one in worked),
        tuple(sorted(worked, key=lambda one: (-one.cents, -one.included - one.beyond, one.customer))),
    )
