"""A customer's dossier: how long what is kept and what went, the yearly verifications, documents, people's requests
and the end of its contract, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from audit.erasure_records import ErasureExecuted
from audit.record import RetainClass
from audit.records import KINDS
from audit.terms import TERMS, Term, months
from broker.cases.deny import allow
from broker.cases.erase import as_now
from broker.cases.see_verifications import VerificationsView, verifications_of
from broker.domain.document import Issued
from broker.domain.erasing import Hold, Kept
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.leaving import Leaving
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.right import Right
from broker.parts import Parts
from broker.store import documents, duty_log, erasures, estate, log, openings, people, reading
from broker.store.database import Work

SHOWN = 12


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """A class: its term in months, how many pieces are there, and the first day on which one of them goes."""

    retain: RetainClass
    term: Term
    months: int
    count: int
    next: date | None


@dataclass(frozen=True, slots=True)
class Run:
    """One record of an erasure: when, why, how many of each class."""

    n: int
    at: datetime
    reason: str
    classes: Mapping[RetainClass, int]


@dataclass(frozen=True, slots=True)
class RightView:
    """`person` is empty once his request was erased; `subject`: he comes in here, and an extract can be made."""

    right: Right
    person: str
    subject: str


@dataclass(frozen=True, slots=True)
class DossierView:
    """Rights are the titolare's and auditor's to see, and empty for others; `people`: whom a request may be about."""

    customer: Tenant
    today: date
    retention: tuple[RetentionLine, ...]
    runs: tuple[Run, ...]
    holds: tuple[Hold, ...]
    verifications: VerificationsView
    issued: tuple[Issued, ...]
    rights: tuple[RightView, ...]
    leaving: Leaving | None
    names: Mapping[str, str]
    people: Mapping[str, str]


async def see_dossier(parts: Parts, who: Who, tenant: str) -> DossierView:
    await allow(parts, who, Action.SEE_DOSSIER, tenant, "records")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        kept = await as_now(
            work, customer, Kept(await erasures.texts(work, tenant), (), (), {}, customer.zone)
        )
        issued = await documents.every(work, tenant)
        leaving = await duty_log.leaving(work, tenant)
        found = await verifications_of(parts, work, customer)
        own = who.role in ("titolare", "auditor")
        by = {one.by for one in issued} | {one.by for one in found.found}
        if leaving is not None:
            by.add(leaving.by)
        return DossierView(
            customer=customer,
            today=day_of(parts.clock.now(), customer.zone),
            retention=retention(kept),
            runs=await _runs(work, tenant),
            holds=kept.holds,
            verifications=found,
            issued=tuple(reversed(issued)),
            rights=await _rights(parts, work, tenant) if own else (),
            leaving=leaving,
            names=(await reading.names(work, by, tenant)).found,
            people=await _people(work, tenant) if own else {},
        )


def retention(kept: Kept) -> tuple[RetentionLine, ...]:
    """Every class of the table; names of people are counted where they are erased."""
    found = []
    for retain, term in TERMS.items():
        ends = [kept.free(one) for one in kept.texts if one.retain == retain]
        first = day_of(min(ends), kept.zone) if ends else None
        found.append(RetentionLine(retain, term, months(retain, kept.chosen), len(ends), first))
    return tuple(found)


async def _runs(work: Work, tenant: str) -> tuple[Run, ...]:
    """The report of the deletions, newest first."""
    found = []
    for leaf in await log.select_leaves(work, tenant, kinds=(ErasureExecuted.KIND,), limit=SHOWN):
        if isinstance(leaf.record, ErasureExecuted):
            classes: dict[RetainClass, int] = {}
            for kind in (await log.kinds_of(work, tenant, leaf.refs)).values():
                retain = KINDS[kind].RETAIN
                classes[retain] = classes.get(retain, 0) + 1
            found.append(Run(leaf.n, leaf.time, leaf.record.reason, classes))
    return tuple(reversed(found))


async def _rights(parts: Parts, work: Work, tenant: str) -> tuple[RightView, ...]:
    found = []
    for one in reversed(await duty_log.rights(work, tenant)):
        opening = await openings.get(work, tenant, one.n, parts.keys.wrapping_key())
        data = {} if opening is None else dict(opening.data)
        found.append(RightView(one, str(data.get("person", "")), str(data.get("subject", ""))))
    return tuple(found)


async def _people(work: Work, tenant: str) -> dict[str, str]:
    house = await estate.house(work)
    found = await people.tenant_people(work, tenant)
    if house is not None:
        found += await people.tenant_people(work, house.id, role="technician")
    return {one.id: one.name for one in found}
