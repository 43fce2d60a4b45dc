"""Yearly verifications: which there were, and what a sampled item shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.yearly_sample import Access, Accesses
from broker.cases.deny import allow
from broker.cases.note_reading import note_reading
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.verification import Looked, Verification, overdue
from broker.parts import Parts
from broker.store import appointments, estate, reading, requests, verifications
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class VerificationsView:
    """Of a customer, newest first; `overdue`: the last one was closed more than a year ago, or there was none."""

    customer: Tenant
    found: tuple[Verification, ...]
    overdue: bool


@dataclass(frozen=True, slots=True)
class SampleView:
    customer: Tenant
    found: Verification
    looked: tuple[Looked, ...]
    names: Mapping[str, str]


async def verifications_of(parts: Parts, work: Work, customer: Tenant) -> VerificationsView:
    found = await verifications.every(work, customer.id)
    closed = [day_of(one.closed, customer.zone) for one in found if one.closed is not None]
    today, began = (day_of(at, customer.zone) for at in (parts.clock.now(), customer.opened))
    late = overdue(max(closed, default=None), began, today)
    return VerificationsView(customer, tuple(reversed(found)), late)


async def see_verifications(parts: Parts, who: Who, tenant: str) -> VerificationsView:
    await allow(parts, who, Action.SEE_DOSSIER, tenant, "records")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        return await verifications_of(parts, work, customer)


async def see_sample(parts: Parts, who: Who, tenant: str, verification: str) -> SampleView:
    """With every item of it; that somebody read them is a record."""
    await allow(parts, who, Action.SEE_SAMPLE, tenant, "records")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        found = await verifications.one(work, tenant, verification)
    if customer is None or found is None:
        raise Refused(Why.NOT_FOUND)
    await note_reading(parts, who, tenant, "log")
    async with parts.store.read() as work:
        seen = await verifications.accesses(work, tenant, found.size)
        known = await people_of(work, tenant, seen)
        return SampleView(customer, found, await looked_at(parts, work, tenant, found, seen, known), known)


async def people_of(work: Work, tenant: str, seen: Accesses) -> dict[str, str]:
    every = {name for one in seen.found.values() for name in (one.person, one.host)}
    return dict((await reading.names(work, every, tenant)).found)


async def looked_at(
    parts: Parts, work: Work, tenant: str, found: Verification, seen: Accesses, known: Mapping[str, str]
) -> tuple[Looked, ...]:
    sample = seen.drawn(found.first.isoformat(), found.until.isoformat(), found.root)
    notes = await verifications.notes(work, tenant, found, parts.keys.wrapping_key())
    lines = []
    for item in sample:
        one = seen.found[item.name]
        session = not one.denied
        lines.append(
            Looked(
                item, one.at, known.get(one.person, one.person), known.get(one.host, one.host),
                await _authorised(work, tenant, one) if session else "",
                await appointments.appointed(work, tenant, one.person, one.at) if session else None,
                one.watched if session else None,
                found.words.get(item.name), notes.get(item.name, ""),
            )
        )  # fmt: skip
    return tuple(lines)


async def _authorised(work: Work, tenant: str, one: Access) -> str:
    """Who signed, as the log still names them."""
    given = await requests.approvals_of(work, tenant, one.request)
    known = await reading.names(work, [each.approval.approver for each in given], tenant)
    return ", ".join(known[each.approval.approver] for each in given)
