"""One incident as it stands in a list: its texts, its contract, its request, its place in the queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from broker.domain.contract import Contract, in_force
from broker.domain.declared import Over, Presumed, Underway
from broker.domain.estate import Tenant
from broker.domain.incident import AnyIncident, Contact, Workable
from broker.domain.instants import day_of
from broker.domain.queue import Waiting
from broker.domain.reseller import Reseller
from broker.domain.told import Told
from broker.parts import Parts
from broker.store import contracts, declared_sessions, estate, openings, products, reading, resale
from broker.store.about_incident import requests_on
from broker.store.database import Work

Line: TypeAlias = reading.RequestLine
"""A request as it stands in a list."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One in a list. `told` None: its texts were erased. `contract` is that of the day of the report, `place`
    its position in the queue from 1, `jumps` when it will go to the head by itself, `product` the name of what it is
    about. `declared`: its first answer was a session that its technician declared. `resale_year`: of a reseller, the year
    of that program on the day of the report, 1 while help is free."""

    found: AnyIncident
    customer: str
    zone: str
    told: Told | None
    contract: Contract | None
    line: Line | None
    place: int | None = None
    jumps: datetime | None = None
    product: str | None = None
    declared: bool = False
    resale_year: int = 0

    @property
    def outside(self) -> bool:
        """Whether it is about what its contract does not cover (S-02)."""
        course = None if isinstance(self.found, Contact) else self.found.course
        if course is None or course.product is None:
            return False
        return self.contract is None or not self.contract.includes(course.product)

    @property
    def waiting(self) -> Waiting | None:
        """With the calendar by which its clock runs, where it waits for an answer."""
        found = self.found
        if isinstance(found, Contact) or found.course is None:
            return None
        calendar = None if self.contract is None else self.contract.calendar(self.zone)
        return Waiting(Workable(found.known, found.course, found.known.logged), calendar)


@dataclass(slots=True)
class Around:
    """What many incidents of a list have in common, read once."""

    work: Work
    customers: dict[str, tuple[Tenant, list[Contract]]] = field(default_factory=dict)
    products: dict[str, str] | None = None
    resellers: dict[str, Reseller | None] = field(default_factory=dict)

    async def resale_year(self, found: AnyIncident, day: date) -> int:
        """Of the one on whose account it is, by the program it is about; 0 where nobody resells it."""
        course = None if isinstance(found, Contact) else found.course
        if course is None or course.product is None:
            return 0
        whose = course.reseller or found.known.tenant
        if whose not in self.resellers:
            self.resellers[whose] = await resale.of(self.work, whose)
        sold = self.resellers[whose]
        program = None if sold is None else sold.programs.get(course.product)
        return 0 if program is None else program.year(day)

    async def customer(self, tenant: str) -> tuple[Tenant, list[Contract]]:
        if tenant not in self.customers:
            found = await estate.tenant(self.work, tenant)
            assert found is not None  # whose incident it is
            self.customers[tenant] = found, await contracts.every(self.work, tenant)
        return self.customers[tenant]

    async def product(self, found: AnyIncident) -> str | None:
        """Its name; ``other`` stays that."""
        course = None if isinstance(found, Contact) else found.course
        if course is None or course.product is None:
            return None
        if self.products is None:
            self.products = {one.id: one.name for one in await products.every(self.work)}
        return self.products.get(course.product, course.product)


async def seen_incident(
    parts: Parts, around: Around, found: AnyIncident, queue: list[Waiting], at: datetime
) -> Seen:
    known, work = found.known, around.work
    customer, agreed = await around.customer(known.tenant)
    reported = known.logged if isinstance(found, Contact) or found.course is None else found.course.reported
    kept = await openings.get(work, known.tenant, known.n, parts.keys.wrapping_key())
    on = await requests_on(work, known.tenant, known.id)
    key = (known.tenant, known.id)
    place, mine = next(((n, one) for n, one in enumerate(queue, 1) if one.id == key), (None, None))
    return Seen(
        found,
        customer.name,
        customer.zone,
        None if kept is None else Told.from_value(kept.data),
        in_force(agreed, reported, customer.zone),
        await request_line(parts, work, known.tenant, on[0]) if on else None,
        place,
        None if mine is None else mine.presses_from(at),
        await around.product(found),
        await _declared(work, found, on),
        await around.resale_year(found, day_of(reported, customer.zone)),
    )


async def _declared(work: Work, found: AnyIncident, on: list[str]) -> bool:
    course = None if isinstance(found, Contact) else found.course
    if course is None or course.answered is None or course.answered.how != "session":
        return False
    for request in on:
        one = await declared_sessions.of_request(work, found.known.tenant, request)
        if isinstance(one, Underway | Over | Presumed) and one.began == course.answered.at:
            return True
    return False


async def request_line(parts: Parts, work: Work, tenant: str, request: str) -> reading.RequestLine:
    return await reading.line(work, tenant, request, parts.clock.now(), parts.hub.connected)
