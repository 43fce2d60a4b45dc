"""The plans a customer can have, and by when an incident's first answer is due: requirements §1.3 and §1.4.

A plan is data. What is promised is an answer by a person, never a solution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from broker.domain.public_holidays import Patron
from broker.domain.service_time import Calendar, Hours, Window

HALF_DAY = timedelta(hours=4)  # *mezza giornata*, on every plan (decision D-03)
DAY = 2 * HALF_DAY
TWO_DAYS = 2 * DAY

OFFICE = (Window(time(9), time(13)), Window(time(14), time(18)))
WORKING_WEEK = frozenset(range(5))


class Severity(StrEnum):
    """How much the customer's work suffers. Set by technicians only (S-20)."""

    A = "A"  # major loss or degradation of service
    B = "B"  # moderate loss, work goes on
    C = "C"  # works, with minor hindrances


@dataclass(frozen=True, slots=True)
class Plan:
    """`response` is the service time within which a person answers, by severity."""

    id: str
    name: str
    hours: Hours
    response: Mapping[Severity, timedelta]

    def __post_init__(self) -> None:
        if [*self.response] != [*Severity]:
            raise ValueError("a plan answers for every severity, in their order")
        if sorted(self.response.values()) != [*self.response.values()]:
            raise ValueError("what is worse is not answered later")

    def calendar(
        self,
        *,
        zone: str = "Europe/Rome",
        patron: Patron | None = None,
        closures: frozenset[date] = frozenset(),
    ) -> Calendar:
        """The plan's hours under one contract."""
        return Calendar(self.hours, zone, patron, closures)


def _plan(id: str, name: str, hours: Hours, *response: timedelta) -> Plan:
    return Plan(id, name, hours, MappingProxyType(dict(zip(Severity, response, strict=True))))


PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        plan.id: plan
        for plan in (
            _plan("basic", "Basic", Hours(OFFICE, WORKING_WEEK, on_holidays=False), HALF_DAY, DAY, TWO_DAYS),
            _plan("professional", "Professional", Hours(OFFICE), timedelta(hours=3), HALF_DAY, DAY),
            _plan("enterprise", "Enterprise", Hours(()), timedelta(hours=1), timedelta(hours=2), HALF_DAY),
        )
    }
)
"""The three a fresh installation has (S-03), by id."""


def response_due(plan: Plan, severity: Severity, received: datetime, calendar: Calendar) -> datetime:
    """By when a person answers, in UTC: always from the instant the report came, whatever changed since (S-20).

    Met by an answer at that instant or before. Raises `NeverOpen`.
    """
    return calendar.after(received, plan.response[severity])
