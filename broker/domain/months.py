"""In which order a customer's months are closed: one after the other, from the one he came in, once ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from audit.periods import following, month_bounds
from broker.domain.estate import EnrolledHost, Tenant
from broker.domain.refusal import Refused, Why

PATIENCE = timedelta(hours=72)  # how long after its end a month waits for the hosts' own lists
ASKED_AFTER = timedelta(minutes=5)  # as far as clocks may differ: a list of before the end would not do
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


def begun(customer: Tenant, at: datetime) -> datetime:
    """When the month that runs began, and the one before it ended."""
    return month_bounds(month_of(at, customer.zone), customer.zone)[0]


def waits(period: str, customer: Tenant, closed: Closed, hosts: Iterable[EnrolledHost], at: datetime) -> bool:
    """Whether a month that could be closed waits for a host that has still to list its sessions."""
    _, end = month_bounds(period, customer.zone)
    if period in closed.ended:
        return False  # its end stands in the log: only its report is to be made
    return at < end + PATIENCE and any(host.owes_list(end) for host in hosts)


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
