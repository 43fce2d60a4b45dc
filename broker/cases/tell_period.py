"""A report of a week, a quarter or one intervention, for the customer with whom that cadence was agreed.

As a month's (`close_month`), in three commits: `period.told` first, after which its head stands. It waits for no
host's list: those are the month's. Its bundle is made when somebody fetches it.
"""

from __future__ import annotations

from datetime import datetime

from audit import instant
from audit.instant import whole_ms
from audit.periods import bounds, exists, family, session_of
from audit.record import BROKER
from audit.report_records import PeriodTold
from broker.cases.admit_person import introduce
from broker.cases.gather_month import Month
from broker.cases.issue_report import issue_report
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, told, work
from broker.store.database import Work
from broker.store.reports import Issued


async def tell_period(parts: Parts, tenant: str, period: str) -> Issued:
    """`Refused` for one that has its report, has not ended, or is earlier than one told of."""
    async with parts.turns.of(f"month/{tenant}"):
        return await issue_report(parts, await _fix(parts, tenant, period), BROKER)


async def _fix(parts: Parts, tenant: str, period: str) -> Month:
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        known, begun = await told.periods(tx.work, tenant), await told.beginnings(tx.work, tenant)
        if period in known.issued:
            raise Refused(Why.MONTH_CLOSED, period=period)
        if period in begun:  # a crash left it without its report
            record = begun[period].record
            assert isinstance(record, PeriodTold)
            span = instant.parse(record.first), instant.parse(record.until)
            return Month(customer, period, False, *span, begun[period].n)
        first, until = await _span(tx.work, tenant, period, customer.zone)
        last = known.last(family(period))
        if at < until:
            raise Refused(Why.MONTH_NOT_ENDED, period=period)
        if family(period) != "intervention" and period < last:
            raise Refused(Why.MONTH_OUT_OF_TURN, period=period, next=last)
        await introduce(parts, tx)
        await work.tell_tariffs(tx)
        n = await tx.append(PeriodTold(period, instant.to_text(first), instant.to_text(until)), actor=BROKER)
    return Month(customer, period, False, first, until, n)


async def _span(work: Work, tenant: str, period: str, zone: str) -> tuple[datetime, datetime]:
    if family(period) == "month" or not exists(period):
        raise Refused(Why.BAD_INPUT, field="period")
    session = session_of(period)
    if session is None:
        return bounds(period, zone)
    found = await told.done(work, tenant, session)
    if not found:
        raise Refused(Why.NOT_FOUND)
    return found[0].start, found[0].end
