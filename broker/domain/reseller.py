"""A reseller: his training plan, his free year by program, and from when on he serves his customers alone (S-47 to S-49).

He is a customer of the vendor with a log of his own; his titolare and ADS are his people who sign in. What his
hours cost is `audit.resale`, which the verifier reads too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from audit.rates import Tariff
from audit.resale import Resale, ResaleRate, free_until
from audit.resale_order import TOPICS
from broker.domain.contract import OTHER
from broker.domain.plans import PLANS
from broker.domain.refusal import Refused, Why
from broker.domain.service_time import Calendar
from broker.domain.tariff import Rates, enter

TakeOver = Literal["no_answer", "urgent", "asked", "relation_over"]
TAKE_OVERS: tuple[TakeOver, ...] = get_args(TakeOver)
MAX_TRIED = 1000
MAX_RATES = 200
FURTHEST_BACK = timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True)
class Program:
    """Of one program: since when he has it, and the topics of the plan by the line of the register that has each."""

    product: str
    name: str
    first: date | None
    taught: Mapping[str, str]
    autonomous: bool

    @property
    def free_until(self) -> date | None:
        """The last day on which help costs nothing."""
        return None if self.first is None else free_until(self.first)

    def lacks(self) -> tuple[str, ...]:
        """Topics that were not taught yet, in the plan's order."""
        return tuple(one for one in TOPICS if one not in self.taught)

    def alone(self, day: date) -> bool:
        """Whether he serves his customers alone: from the anniversary on."""
        last = self.free_until
        return last is not None and day > last

    def year(self, day: date) -> int:
        """1 in the free one; 0 before he has the program."""
        if self.first is None or day < self.first:
            return 0
        return 2 if self.alone(day) else 1


@dataclass(frozen=True, slots=True)
class Reseller:
    tenant: str
    programs: Mapping[str, Program]
    rates: Sequence[ResaleRate]

    @property
    def resale(self) -> Resale:
        activated = {one.product: one.first for one in self.programs.values() if one.first is not None}
        return Resale(activated, self.rates)

    def alone(self, product: str | None, day: date) -> bool:
        """Whether the free year of that program is over, so that help is charged."""
        program = self.programs.get(product or "")
        return program is not None and program.alone(day)


def enter_rate(rates: Rates, product: str | None, told: Sequence[ResaleRate], today: date) -> ResaleRate:
    """A line of the table that may be published: by the rules of any tariff, none of days that are past but the
    first of all. `Refused` naming the field."""
    known = [Tariff(one.version, one.first, one.assistance, one.training) for one in told]
    if rates.last is not None:
        raise Refused(Why.BAD_INPUT, field="until")
    kept = enter(rates, known, today, own=False)
    if len(told) >= MAX_RATES:
        raise Refused(Why.TOO_LARGE, field="version", limit=str(MAX_RATES))
    return ResaleRate(kept.version, kept.first, kept.assistance, kept.training, product)


def activate(reseller: Reseller | None, product: str, first: date, today: date) -> None:
    """Whether the first activation may be told. Somebody has to have said first what the years after cost."""
    if product == OTHER or not today - FURTHEST_BACK <= first <= today + timedelta(days=366):
        raise Refused(Why.BAD_INPUT, field="first")
    if reseller is None or not any(one.product in (None, product) for one in reseller.rates):
        raise Refused(Why.RESALE_RATE_MISSING)
    found = reseller.programs.get(product)
    if found is not None and found.first is not None:
        raise Refused(Why.DUPLICATE)


def teach(program: Program | None, topic: str) -> None:
    """Whether the topic may be put on the plan: one of the three, once."""
    if topic not in TOPICS:
        raise Refused(Why.BAD_INPUT, field="topic")
    if program is not None and topic in program.taught:
        raise Refused(Why.DUPLICATE)


def let_alone(program: Program | None) -> None:
    """*Autonomo*: not before the three topics are recorded (S-47)."""
    if program is None or program.lacks():
        raise Refused(Why.TOPICS_MISSING)
    if program.autonomous:
        raise Refused(Why.DUPLICATE)


def help_window(zone: str) -> Calendar:
    """When help is due to him in the free year: 8 hours on 7 days, holidays among them (D-09)."""
    return PLANS["professional"].calendar(zone=zone, patron=None, closures=frozenset())


def in_window(at: datetime, zone: str) -> bool:
    """Whether it is open then."""
    return help_window(zone).is_open(at)


def must_confirm(tried: str, *, accepted: bool) -> None:
    """After the free year: what he tried, in words, and that he knows that it is charged (S-49)."""
    if not tried.strip():
        raise Refused(Why.BAD_INPUT, field="tried")
    if not accepted:
        raise Refused(Why.CHARGE_NOT_ACCEPTED)
