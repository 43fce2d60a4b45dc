"""A customer's statement of charges, of one month or several, as it is seen and exported (S-45, S-50)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from audit.billing import Charged, Paid
from audit.forms import PERIOD
from audit.incident_records import ContractAgreed
from audit.leaf import Leaf
from audit.log_records import ReportIssued
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
    disputed = await contests.every(reading, customer.id)
    sources = await _sources(reading, customer.id, wanted)
    leaves = await work.charged_leaves(reading, customer.id)
    mine = await asyncio.to_thread(_read, leaves, customer, wanted, at)
    others = []
    for one in await resale.on_account(reading, customer.id):
        leaves = await work.charged_leaves(reading, one.id)
        theirs = await asyncio.to_thread(_read, leaves, one, wanted, at, customer.id)
        others.append((one, theirs, await _sources(reading, one.id, wanted)))
    found = []
    for n, period in enumerate(wanted):
        own = mine[n]
        made = month(period, sources.get(period), own.told, disputed)
        for other, theirs, reports_of in others:
            lines = on_account(period, theirs[n].owed, other.name, theirs[n].told, own.told, own.paid)
            closed = made.source if not lines or period in reports_of else None
            made = replace(made, source=closed, beside=(*made.beside, *lines))
        found.append(made)
    agreed = mine[-1].told.contracts
    names = {one.id: one.name for one in await products.every(reading)}
    tally = Tally(customer.name, customer.id, tuple(found), names)
    if contract is not None:
        tally = of_contract(tally, contract, agreed)
    return TallyView(tally, choice, tuple(agreed))


@dataclass(frozen=True, slots=True)
class _Month:
    """What a statement needs of a log's month; `owed` by the reseller that was asked about."""

    told: Told
    paid: Paid
    owed: Sequence[Charged]


def _read(
    leaves: list[Leaf], of: Tenant, wanted: Sequence[str], at: datetime, reseller: str = ""
) -> list[_Month]:
    """Takes long for a big log: each of these months, in their order."""
    found = []
    for period, read in zip(wanted, work.months_by(leaves, of.zone, wanted), strict=True):
        until = min(at + NOW_TOO, month_bounds(period, of.zone)[1])
        said = work.charged_in(read, until)
        told = Told(
            said.charges,
            said.sessions,
            said.products,
            said.typed,
            said.contracts,
            said.resellers,
            said.requests,
        )
        owed = [one for one in read.charged(until) if one.entry.reseller == reseller] if reseller else []
        found.append(_Month(told, read.charges.paid(), owed))
    return found


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
