"""In which order a customer's months are closed: one after the other, from the one he came in, once ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from audit.periods import following, month_bounds
from broker.domain.estate import Tenant
from broker.domain.refusal import Refused, Why

HOUR = 6  # of the first, in the customer's own morning: then the month before is closed by itself


@dataclass(frozen=True, slots=True)
class Closed:
    """The months whose end stands in the log, and those among them whose report was issued."""

    ended: frozenset[str]
    issued: frozenset[str]


def month_of(at: datetime, zone: str) -> str:
    """``2026-11``: the local month of that instant."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m}"


def turn(customer: Tenant, closed: Closed) -> str:
    """The month that is to be closed next; one that a crash left without its report comes first."""
    if unfinished := closed.ended - closed.issued:
        return min(unfinished)
    return following(max(closed.ended)) if closed.ended else month_of(customer.opened, customer.zone)


def due(customer: Tenant, closed: Closed, at: datetime) -> Iterator[str]:
    """Every month that should be closed by now and is not, in the order in which it must be done."""
    local = at.astimezone(ZoneInfo(customer.zone))
    running = f"{local:%Y-%m}"
    period = turn(customer, closed)
    while period < running and not (
        following(period) == running and local.day == 1 and local.hour < HOUR
    ):  # fmt: skip
        yield period
        period = following(period)


def may_close(period: str, customer: Tenant, closed: Closed, at: datetime) -> None:
    """Return, or say why this month cannot be closed now.

    A log whose months are not in order is judged incomplete for ever (audit/story.py): nobody may
    close one before the customer came, or leave one out.
    """
    if period in closed.issued:
        raise Refused(Why.MONTH_CLOSED, period=period)
    first = month_of(customer.opened, customer.zone)
    if period < first:
        raise Refused(Why.MONTH_BEFORE_CUSTOMER, period=period, first=first)
    _, end = month_bounds(period, customer.zone)
    if at < end:
        raise Refused(Why.MONTH_NOT_ENDED, period=period)
    next_one = turn(customer, closed)
    if period != next_one:
        raise Refused(Why.MONTH_OUT_OF_TURN, period=period, next=next_one)


def may_tell_so_far(period: str, customer: Tenant, at: datetime) -> None:
    """The same for a snapshot, which only a demo's running month has."""
    first, end = month_bounds(period, customer.zone)
    if not customer.demo or at < first:
        raise Refused(Why.MONTH_NOT_ENDED, period=period)
    if at >= end:
        raise Refused(Why.MONTH_ENDED, period=period)
