"""From a period whose end stands in the log to its issued report: figures committed, PDF sealed, record, letters.

Two commits, each of which can be the last before a crash: asked again, it goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date, datetime
from typing import NamedTuple

from audit import instant
from audit.bundle_files import MAX_REPORT_BYTES
from audit.canonical import Value, encode
from audit.commitment import Opening
from audit.instant import whole_ms
from audit.log_records import PeriodFigures, ReportIssued
from audit.month_report import merge
from audit.periods import family
from audit.record import BROKER, Actor
from broker.cases.gather_month import Material, Month, evidence_of, gather
from broker.cases.print_head import printed_head
from broker.domain import protection_told
from broker.domain.cadence import delivered
from broker.domain.contest import in_report, line
from broker.domain.data_protection import protection
from broker.domain.figures import commercial, number_of
from broker.domain.legal import in_force
from broker.domain.programs import in_words
from broker.domain.service_levels import levels
from broker.parts import Parts
from broker.store import legal_file, outbox, people, programs, reports, told
from broker.store.reports import Files, Issued


async def issue_report(parts: Parts, month: Month, actor: Actor) -> Issued:
    async with parts.store.read() as work:
        material = await gather(parts, work, month)
    at = whole_ms(parts.clock.now())
    evidence = await asyncio.to_thread(evidence_of, material, month, parts.keys.wrapping_key())
    figures = await _commit_figures(parts, month, material, evidence, at)
    number = str(figures["report"]["number"])
    data, counted = await asyncio.to_thread(_report, material, evidence, figures)
    sealed_at = instant.parse(figures["report"]["issued"])
    pdf = await parts.reporter.make(data, f"{number}.json", sealed_at)
    files = Files(pdf, data, None, await parts.reporter.twin(pdf, sealed_at))
    return await _issue(parts, month, number, files, counted, actor)


class _Counted(NamedTuple):
    sessions: int
    minutes: int


def _report(
    material: Material, evidence: dict[str, Value], figures: dict[str, Value]
) -> tuple[bytes, _Counted]:
    report = merge(evidence, figures, printed_head(material, evidence, figures))
    counted = _Counted(len(report["sessions"]), report["totals"]["minutes"])
    return encode(report, max_bytes=MAX_REPORT_BYTES), counted


async def _commit_figures(
    parts: Parts, month: Month, material: Material, evidence: dict[str, Value], at: datetime
) -> dict[str, Value]:
    """First commit: `period.figures`, which nobody can re-word afterwards."""
    if material.figures is not None:
        return material.figures
    number = number_of(month.customer.id, month.period, material.snapshots + 1 if month.partial else None)
    figures = commercial(material.estate, evidence, number, at, material.previous)
    days = (date.fromisoformat(evidence["period"][name]) for name in ("from", "to"))
    legal = await asyncio.to_thread(legal_file.texts, parts.settings.state)
    figures["legal"] = [one.line() for one in in_force(legal, *days)]
    alone = family(month.period) == "intervention"
    figures |= await asyncio.to_thread(_desk, month, material, evidence, alone=alone)
    if not alone:  # of one session there is nothing to count
        figures["protection"] = True
        figures["data_protection"] = await asyncio.to_thread(_protection, month, material, evidence)
        if "defects" in evidence:
            figures["defect_words"] = await _defect_words(parts, month, evidence)
        told_of = in_report(material.contests, month.first, month.until)
        figures["contests"] = [line(one, evidence["sessions"], month.until) for one in told_of]
    async with parts.store.tx(month.customer.id, at) as tx:
        opening = Opening(parts.chance.octets(32), figures)
        await tx.append(PeriodFigures(month.period), actor=BROKER, opening=opening)
    return figures


async def _defect_words(parts: Parts, month: Month, evidence: dict[str, Value]) -> list[Value]:
    """What was said of the defects that the month lists, up to its end."""
    async with parts.store.read() as work:
        known = await programs.of(work, month.customer.id)
        said = await programs.words(work, month.customer.id, known, parts.keys.wrapping_key())
    return in_words(known, said, evidence["defects"])


def _desk(month: Month, material: Material, evidence: dict[str, Value], *, alone: bool) -> dict[str, Value]:
    zone, contracts = month.customer.zone, material.contracts
    return levels(
        material.leaves, month.first, month.until, zone, contracts, evidence["sessions"], alone=alone
    )


def _protection(month: Month, material: Material, evidence: dict[str, Value]) -> dict[str, Value]:
    leaves, zone, policy = material.leaves, month.customer.zone, material.policy
    found = protection(leaves, month.first, month.until, zone, policy)
    found |= protection_told.told(
        leaves, evidence["protection"], month.until, zone, material.beside.rules, material.beside.companies
    )
    worked = {one["technician"] for one in evidence["sessions"]}
    tools = () if policy is None else policy.tools
    return found | {
        "technicians": protection_told.trained(worked, material.beside.papers),
        "tools": [
            {"tool": one.id}
            | ({"relay": material.beside.relays[one.id]} if one.id in material.beside.relays else {})
            for one in tools
        ],
    }


async def _issue(
    parts: Parts, month: Month, number: str, files: Files, counted: _Counted, actor: Actor
) -> Issued:
    """Second commit: `report.issued` and the files, and the letters to the titolari at the cadence agreed."""
    at = whole_ms(parts.clock.now())
    customer = month.customer
    record = ReportIssued(
        month.period,
        number,
        hashlib.sha256(files.pdf).hexdigest(),
        hashlib.sha256(files.json).hexdigest(),
        partial=month.partial,
    )
    async with parts.store.tx(customer.id, at) as tx:
        n = await tx.append(record, actor=actor)
        issued = Issued(
            customer.id, month.period, number, month.partial, at, n, month.closed_n + 1, bundled=True,
            sessions=counted.sessions, minutes=counted.minutes,
        )  # fmt: skip
        await reports.add(tx, issued, files)
        tx.announce("report", number)
        agreements = await told.agreements(tx.work, customer.id)
        if not month.partial and delivered(agreements, month.period, month.until, customer.zone):
            for one in await people.tenant_people(tx.work, customer.id, role="titolare"):
                if one.email:
                    await tx.tell(outbox.REPORT, {"report": number, "to": one.id})
    return issued
