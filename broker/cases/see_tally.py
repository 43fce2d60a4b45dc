"""A customer's statement of charges, of one month or several, as it is seen and exported (S-45, S-50)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from audit.forms import PERIOD
from audit.incident_records import ContractAgreed
from audit.leaf import Leaf
from audit.log_records import ReportIssued
from audit.month import Month as Read
from audit.periods import month_bounds
from broker.cases.deny import allow
from broker.cases.see_hours import NOW_TOO, months_of
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.tally import Source, Tally, Told, month, months_between, of_contract, on_account
from broker.parts import Parts
from broker.store import contests, estate, log, products, reports, resale, work
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class TallyView:
    """`months` that can be chosen, newest first; `contracts` as agreed, the last of those days last."""

    tally: Tally
    months: tuple[str, ...]
    contracts: tuple[ContractAgreed, ...]


async def see_tally(
    parts: Parts, who: Who, tenant: str, first: str = "", last: str = "", contract: int | None = None
) -> TallyView:
    """From month to month, this one where none is named; `contract`: of that one alone, 0: of none. No line names
    who worked (L-43)."""
    await allow(parts, who, Action.SEE_HOURS, tenant, "tenant")
    async with parts.store.read() as reading:
        customer = await estate.tenant(reading, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        return await tallied(parts, reading, customer, first, last, contract)


async def tallied(
    parts: Parts, reading: Work, customer: Tenant, first: str, last: str, contract: int | None = None
) -> TallyView:
    """Of a customer that whoever asks may see."""
    at = parts.clock.now()
    choice = months_of(day_of(customer.opened, customer.zone), day_of(at, customer.zone))
    wanted = _wanted(first or last or choice[0], last or first or choice[0], choice)
    leaves = await work.charged_leaves(reading, customer.id)
    sources = await _sources(reading, customer.id, wanted)
    disputed = await contests.every(reading, customer.id)
    others = [
        (one, await work.charged_leaves(reading, one.id), await _sources(reading, one.id, wanted))
        for one in await resale.on_account(reading, customer.id)
    ]
    found, agreed = [], list[ContractAgreed]()
    for period in wanted:
        mine, told = await asyncio.to_thread(_read, leaves, customer, period, at)
        agreed = list(told.contracts)
        made = month(period, sources.get(period), told, disputed)
        for other, theirs, reports_of in others:
            read, said = await asyncio.to_thread(_read, theirs, other, period, at)
            until = min(at + NOW_TOO, month_bounds(period, other.zone)[1])
            owed = [one for one in read.charged(until) if one.entry.reseller == customer.id]
            lines = on_account(period, owed, other.name, said, told, mine.charges.paid())
            closed = made.source if not lines or period in reports_of else None
            made = replace(made, source=closed, beside=(*made.beside, *lines))
        found.append(made)
    names = {one.id: one.name for one in await products.every(reading)}
    tally = Tally(customer.name, customer.id, tuple(found), names)
    if contract is not None:
        tally = of_contract(tally, contract, agreed)
    return TallyView(tally, choice, tuple(agreed))


def _read(leaves: list[Leaf], of: Tenant, period: str, at: datetime) -> tuple[Read, Told]:
    """A month of a log, and what a statement needs of it."""
    until = min(at + NOW_TOO, month_bounds(period, of.zone)[1])
    read = work.month_by(leaves, of.zone, period)
    told = work.charged_in(read, until)
    return read, Told(
        told.charges, told.sessions, told.products, told.typed, told.contracts, told.resellers, told.requests
    )


def _wanted(first: str, last: str, choice: tuple[str, ...]) -> tuple[str, ...]:
    for field, one in (("first_month", first), ("last_month", last)):
        if not PERIOD.fits(one) or one not in choice:
            raise Refused(Why.BAD_INPUT, field=field)
    return months_between(first, last)


async def _sources(reading: Work, tenant: str, wanted: tuple[str, ...]) -> dict[str, Source]:
    """By month, of those wanted whose report was issued; its record stays where its files are erased."""
    found = {}
    for one in await reports.every(reading, tenant):
        if one.partial or one.period not in wanted:
            continue
        data = await log.leaf_bytes(reading, tenant, one.n)
        record = None if data is None else Leaf.parse(data).record
        if isinstance(record, ReportIssued):
            found[one.period] = Source(record.number, record.pdf_sha256)
    return found
