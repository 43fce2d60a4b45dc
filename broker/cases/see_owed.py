"""What falls due of every customer, for the vendor's owner: breaches, verifications, appointments, rights, renewals (U-27, U-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from audit.approvers import Approvers
from audit.duty_records import CustomerLeft, RightAsked, VerificationClosed
from audit.erasure_records import ErasureExecuted
from audit.protection_records import BreachOpened
from broker.cases.deny import allow
from broker.cases.see_hours import RENEWAL
from broker.domain.breach import Breach
from broker.domain.contract import Contract, in_force
from broker.domain.erasing import Erased
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.right import Right
from broker.domain.verification import YEAR
from broker.parts import Parts
from broker.store import (
    appointments,
    breaches,
    contracts,
    duty_log,
    erasures,
    estate,
    leads,
    log,
    mails,
    people,
    reading,
    statements,
    verifications,
)
from broker.store.database import Work

AHEAD = timedelta(days=60)
_LOOKED_FOR = tuple(
    one.KIND for one in (CustomerLeft, VerificationClosed, ErasureExecuted, BreachOpened, RightAsked)
)


@dataclass(frozen=True, slots=True)
class Ending:
    """`of`: of a line of the approver set, or of an administrator's appointment. `last` is its last local day."""

    name: str
    of: Literal["approver", "administrator"]
    last: date


@dataclass(frozen=True, slots=True)
class Owed:
    """Of one customer. `verify_by` is the day by which the year's verification is due. `left_over`: texts that a
    record says were erased and are still there. `closed`: its log failed its check, and takes nothing more.
    `unpaid` and `renews` are of `contract`, which runs today."""

    customer: Tenant
    today: date
    untold: tuple[Breach, ...]
    verify_by: date
    ending: tuple[Ending, ...]
    rights: tuple[Right, ...]
    left_over: int
    closed: bool
    contract: Contract | None
    renews: bool
    unpaid: bool


@dataclass(frozen=True, slots=True)
class HouseOwed:
    """`leads`: who asked about a plan and has no answer. `mails` wait for somebody to read them."""

    customers: list[Owed]
    leads: int
    mails: int
    at: datetime


async def see_owed(parts: Parts, who: Who) -> HouseOwed:
    """Of the customers that have not left."""
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = [await owed_of(parts, work, one, at) for one in await estate.customers(work)]
        here = [one for one in found if one is not None]
        return HouseOwed(here, await leads.count(work, open_only=True), await mails.unread(work), at)


async def owed_of(parts: Parts, work: Work, customer: Tenant, at: datetime) -> Owed | None:
    """None of one that has left. Most have none of the records that are looked for: then nothing more is read."""
    said = await log.kinds_among(work, customer.id, _LOOKED_FOR)
    if CustomerLeft.KIND in said:
        return None
    today = day_of(at, customer.zone)
    verified = await verifications.every(work, customer.id) if VerificationClosed.KIND in said else []
    closed = [day_of(one.closed, customer.zone) for one in verified if one.closed is not None]
    since = max(closed, default=day_of(customer.opened, customer.zone))
    gone = await erasures.unfinished(work, customer.id) if ErasureExecuted.KIND in said else Erased()
    broken = await breaches.every(work, customer.id) if BreachOpened.KIND in said else []
    asked = await duty_log.rights(work, customer.id) if RightAsked.KIND in said else []
    agreed = in_force(await contracts.every(work, customer.id), at, customer.zone)
    return Owed(
        customer=customer,
        today=today,
        untold=tuple(one for one in broken if one.state == "open"),
        verify_by=since + YEAR,
        ending=await _ending(work, customer, today),
        rights=tuple(one for one in asked if one.answered is None),
        left_over=len(gone.texts) + len(gone.reports),
        closed=parts.store.is_closed(customer.id),
        contract=agreed,
        renews=agreed is not None and agreed.last - today <= RENEWAL,
        unpaid=agreed is not None and agreed.prepaid and agreed.paid is None,
    )


async def _ending(work: Work, customer: Tenant, today: date) -> tuple[Ending, ...]:
    """Whose last appointment ends within `AHEAD`; of an approver also what has ended already, while he comes in."""
    signed = await statements.approvers(work, customer.id)
    here = {one.id: one.name for one in await people.tenant_people(work, customer.id) if one.active}
    found = [
        Ending(here[person], "approver", last)
        for person, last in _approvers(signed, customer.zone).items()
        if person in here and last <= today + AHEAD
    ]
    until: dict[str, date] = {}
    for one in await appointments.every(work, customer.id):
        if one.ended is None:
            until[one.person] = max(one.last, until.get(one.person, one.last))
    soon = {person: last for person, last in until.items() if today <= last <= today + AHEAD}
    named = (await reading.names(work, soon, customer.id)).found if soon else {}
    found += [Ending(named.get(person, person), "administrator", last) for person, last in soon.items()]
    return tuple(sorted(found, key=lambda one: (one.last, one.name)))


def _approvers(signed: Approvers | None, zone: str) -> dict[str, date]:
    """The last day of each of them, by the set in force."""
    found: dict[str, date] = {}
    for line in () if signed is None else signed.approvers:
        last = day_of(line.valid_until, zone)
        found[line.person] = max(last, found.get(line.person, last))
    return found
