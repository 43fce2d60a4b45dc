"""What a customer agreed with the vendor: a plan or none, from when to when, paid or not (S-19, S-21).

A contract never stops an intervention that was authorised: an unpaid one makes times of answer *non garantite*.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from audit.errors import Malformed
from audit.incident_records import ContractAgreed
from broker.domain.plans import DAY, HALF_DAY, PLANS, TWO_DAYS, Plan, Severity, response_due
from broker.domain.public_holidays import Patron, parse_patron
from broker.domain.refusal import Refused, Why
from broker.domain.service_time import Calendar

MAX_CLOSURES = 60
MAX_PRODUCTS = 200
MAX_INCLUDED = 10_000 * 60  # minutes: more than a year has
MAX_STEP = 480
OTHER = "other"  # a program that somebody else made
LATEST = date(2899, 12, 31)
# How many half shifts a promise is, read *per semiturno*; other promises have no such reading.
HALF_SHIFTS = {HALF_DAY: 1, DAY: 2, TWO_DAYS: 4}


@dataclass(frozen=True, slots=True)
class Contract:
    """As agreed: it counts on the local days from `first` to `last`. `plan` None is *Senza piano*.

    `patron` is ``MM-DD`` or ``easter+N`` as written; `half_shifts`: the reading *per semiturno*.
    """

    number: int
    plan: Plan | None
    first: date
    last: date
    prepaid: bool
    paid: date | None
    patron: str | None
    closures: frozenset[date]
    half_shifts: bool
    products: frozenset[str] | None = None  # ids; None: every one of the vendor's
    included: int | None = None  # minutes of work in each of its years; None: without end
    step: int | None = None  # minutes; None: what is charged is charged to the minute
    least: int | None = None  # minutes charged of an entry at least

    def includes(self, product: str) -> bool:
        """Whether support on it is in the contract (S-02). What the vendor did not make never is."""
        return product != OTHER and (self.products is None or product in self.products)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def guaranteed(self) -> bool:
        """Whether its times of answer are promised without a *but*: one to be paid in advance has been paid."""
        return self.plan is not None and (not self.prepaid or self.paid is not None)

    def calendar(self, zone: str) -> Calendar | None:
        """When its clock runs; none without a plan."""
        if self.plan is None:
            return None
        patron: Patron | None = None if self.patron is None else parse_patron(self.patron)
        return self.plan.calendar(zone=zone, patron=patron, closures=self.closures)

    def due(self, severity: Severity, reported: datetime, zone: str) -> datetime | None:
        """By when a person answers, in UTC; None where no time was promised. Raises `NeverOpen`."""
        calendar = self.calendar(zone)
        if self.plan is None or calendar is None:
            return None
        promised = self.plan.response[severity]
        if self.half_shifts and not calendar.hours.continuous and promised in HALF_SHIFTS:
            return calendar.after_half_days(reported, HALF_SHIFTS[promised])
        return response_due(self.plan, severity, reported, calendar)


def earliest_end(first: date) -> date:
    """The last day of a contract that lasts a year at least (S-19): 28 February for one that begins on the 29th."""
    if (first.month, first.day) == (2, 29):
        return date(first.year + 1, 2, monthrange(first.year + 1, 2)[1])
    return date(first.year + 1, first.month, first.day) - timedelta(days=1)


def agree(
    number: int,
    *,
    plan: str | None,
    first: date,
    last: date,
    prepaid: bool,
    paid: date | None,
    patron: str | None,
    closures: frozenset[date],
    half_shifts: bool,
    products: frozenset[str] | None = None,
    included: int | None = None,
    step: int | None = None,
    least: int | None = None,
) -> Contract:
    """A contract as the vendor's owner enters it, or `Refused` naming the field."""
    if plan is not None and plan not in PLANS:
        raise Refused(Why.BAD_INPUT, field="plan")
    if not first.year < LATEST.year or not earliest_end(first) <= last <= LATEST:
        raise Refused(Why.BAD_INPUT, field="last")
    if paid is not None and not prepaid:
        raise Refused(Why.BAD_INPUT, field="paid")
    if len(closures) > MAX_CLOSURES or any(not first <= day <= last for day in closures):
        raise Refused(Why.BAD_INPUT, field="closures")
    if patron is not None:
        try:
            parse_patron(patron)
        except Malformed:
            raise Refused(Why.BAD_INPUT, field="patron") from None
    if half_shifts and (plan is None or PLANS[plan].hours.continuous):
        raise Refused(Why.BAD_INPUT, field="half_shifts")
    for field, minutes, most in (
        ("included", included, MAX_INCLUDED), ("step", step, MAX_STEP), ("least", least, MAX_STEP),
    ):  # fmt: skip
        if minutes is not None and not 1 <= minutes <= most:
            raise Refused(Why.BAD_INPUT, field=field)
    chosen = None if plan is None else PLANS[plan]
    return Contract(
        number, chosen, first, last, prepaid, paid, patron, closures, half_shifts, products, included, step, least
    )  # fmt: skip


def record(contract: Contract) -> ContractAgreed:
    return ContractAgreed(
        number=contract.number,
        plan=None if contract.plan is None else contract.plan.id,
        first=contract.first.isoformat(),
        last=contract.last.isoformat(),
        prepaid=contract.prepaid,
        paid=None if contract.paid is None else contract.paid.isoformat(),
        patron=contract.patron,
        closures=tuple(day.isoformat() for day in sorted(contract.closures)),
        half_shifts=contract.half_shifts,
        products=None if contract.products is None else tuple(sorted(contract.products)),
        included=contract.included,
        step=contract.step,
        least=contract.least,
    )


def in_force(contracts: list[Contract], at: datetime, zone: str) -> Contract | None:
    """Of all a customer agreed, the one that counts at that instant: the last agreed whose days it is among."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return next((one for one in reversed(contracts) if one.covers(day)), None)
