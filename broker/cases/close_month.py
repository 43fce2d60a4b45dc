"""Close a customer's month: fix the log's head, make the report from the log, seal it, record it, bundle it.

Three commits (two in `issue_report`), each of which can be the last before a crash: asked again, it goes on
where it stopped.
The order is that of decisions §4; the report cites size and root at `period.closed`.
"""

from __future__ import annotations

from audit import instant
from audit.forms import PERIOD
from audit.instant import whole_ms
from audit.log_records import PeriodClosed, PeriodSnapshot
from audit.periods import month_bounds
from audit.record import BROKER, Actor
from broker.cases.admit_person import introduce
from broker.cases.export_bundle import export_bundle
from broker.cases.gather_month import Month
from broker.cases.issue_report import issue_report
from broker.cases.missing_lists import say_missing
from broker.domain.months import may_close, may_tell_so_far
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, reports, work
from broker.store.reports import Issued
from broker.store.tx import Tx


async def close_month(
    parts: Parts, tenant: str, period: str, *, partial: bool = False, actor: Actor = BROKER
) -> Issued:
    """The issued report. `Refused` for a month that is closed, out of its turn, or has not ended (but a
    demo's snapshot)."""
    async with parts.turns.of(f"month/{tenant}"):
        month = await _fix(parts, tenant, period, partial=partial, actor=actor)
        issued = await issue_report(parts, month, actor)
    await export_bundle(parts, tenant, issued.number)
    return issued


async def _fix(parts: Parts, tenant: str, period: str, *, partial: bool, actor: Actor) -> Month:
    """First commit: `period.closed`, after which the month's head stands."""
    at = whole_ms(parts.clock.now())
    if not PERIOD.fits(period):
        raise Refused(Why.BAD_INPUT, field="period")
    async with parts.store.tx(tenant, at) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        first, end = month_bounds(period, customer.zone)
        if partial:
            may_tell_so_far(period, customer, at)
        else:
            may_close(period, customer, await reports.months(tx.work, tenant), at)
        until = at if partial else end
        n = None if partial else await _begun(tx, period)
        if n is None:
            await introduce(parts, tx)
            await work.tell_tariffs(tx)
            if not partial:
                await say_missing(tx, period, first, end)
            kind = PeriodSnapshot if partial else PeriodClosed
            n = await tx.append(kind(period, instant.to_text(first), instant.to_text(until)), actor=actor)
    return Month(customer, period, partial, first, until, n)


async def _begun(tx: Tx, period: str) -> int | None:
    """Where an earlier try fixed the end of this month, if it came so far."""
    for leaf in await log.select_leaves(tx.work, tx.tenant, kinds=(PeriodClosed.KIND,)):
        if isinstance(leaf.record, PeriodClosed) and leaf.record.period == period:
            return leaf.n
    return None
