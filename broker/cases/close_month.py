"""Close a customer's month: fix the log's head, make the report from the log, seal it, record it, bundle it.

Three commits, each of which can be the last before a crash: asked again, it goes on where it stopped.
The order is that of decisions §4; the report cites size and root at `period.closed`.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime

from audit import instant
from audit.bundle_files import MAX_REPORT_BYTES
from audit.canonical import Value, encode
from audit.commitment import Opening
from audit.forms import PERIOD
from audit.instant import whole_ms
from audit.month_report import merge
from audit.periods import month_bounds
from audit.record import BROKER, Actor
from audit.records import PeriodClosed, PeriodFigures, PeriodSnapshot, ReportIssued
from broker.cases.admit_person import introduce
from broker.cases.export_bundle import export_bundle
from broker.cases.gather_month import Material, Month, evidence_of, gather, printed_head
from broker.cases.missing_lists import say_missing
from broker.domain.data_protection import protection
from broker.domain.figures import commercial, number_of
from broker.domain.months import may_close, may_tell_so_far
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, reports
from broker.store.reports import Files, Issued
from broker.store.tx import Tx


async def close_month(
    parts: Parts, tenant: str, period: str, *, partial: bool = False, actor: Actor = BROKER
) -> Issued:
    """The issued report. `Refused` for a month that is closed, out of its turn, or has not ended (but a
    demo's snapshot)."""
    async with parts.turns.of(f"month/{tenant}"):
        month = await _fix(parts, tenant, period, partial=partial, actor=actor)
        async with parts.store.read() as work:
            material = await gather(parts, work, month)
        at = whole_ms(parts.clock.now())
        evidence = await asyncio.to_thread(evidence_of, material, month, parts.keys.wrapping_key())
        figures = await _commit_figures(parts, month, material, evidence, at)
        number = str(figures["report"]["number"])
        data = await asyncio.to_thread(_report, material, evidence, figures)
        sealed_at = instant.parse(figures["report"]["issued"])
        pdf = await parts.reporter.make(data, f"{number}.json", sealed_at)
        files = Files(pdf, data, None, await parts.reporter.twin(pdf, sealed_at))
        issued = await _issue(parts, month, number, files, actor)
    await export_bundle(parts, tenant, number)
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
            if not partial:
                await say_missing(tx, period, first, end)
            kind = PeriodSnapshot if partial else PeriodClosed
            n = await tx.append(kind(period, instant.to_text(first), instant.to_text(until)), actor=actor)
    return Month(customer, period, partial, until, n)


async def _begun(tx: Tx, period: str) -> int | None:
    """Where an earlier try fixed the end of this month, if it came so far."""
    for leaf in await log.select_leaves(tx.work, tx.tenant, kinds=(PeriodClosed.KIND,)):
        if isinstance(leaf.record, PeriodClosed) and leaf.record.period == period:
            return leaf.n
    return None


def _report(material: Material, evidence: dict[str, Value], figures: dict[str, Value]) -> bytes:
    report = merge(evidence, figures, printed_head(material, evidence, figures))
    return encode(report, max_bytes=MAX_REPORT_BYTES)


async def _commit_figures(
    parts: Parts, month: Month, material: Material, evidence: dict[str, Value], at: datetime
) -> dict[str, Value]:
    """Second commit: `period.figures`, which nobody can re-word afterwards."""
    if material.figures is not None:
        return material.figures
    number = number_of(month.customer.id, month.period, material.snapshots + 1 if month.partial else None)
    figures = commercial(material.estate, evidence, number, at, material.previous)
    start, _ = month_bounds(month.period, month.customer.zone)
    figures["data_protection"] = await asyncio.to_thread(
        protection, material.leaves, start, month.until, month.customer.zone, material.policy
    )
    async with parts.store.tx(month.customer.id, at) as tx:
        opening = Opening(parts.chance.octets(32), figures)
        await tx.append(PeriodFigures(month.period), actor=BROKER, opening=opening)
    return figures


async def _issue(parts: Parts, month: Month, number: str, files: Files, actor: Actor) -> Issued:
    """Third commit: `report.issued` and the files."""
    at = whole_ms(parts.clock.now())
    record = ReportIssued(
        month.period,
        number,
        hashlib.sha256(files.pdf).hexdigest(),
        hashlib.sha256(files.json).hexdigest(),
        partial=month.partial,
    )
    async with parts.store.tx(month.customer.id, at) as tx:
        n = await tx.append(record, actor=actor)
        issued = Issued(
            month.customer.id, month.period, number, month.partial, at, n, month.closed_n + 1, bundled=True
        )
        await reports.add(tx, issued, files)
        tx.announce("report", number)
    return issued
