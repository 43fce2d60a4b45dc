"""What is on file of a customer's, what lacks and from when on it blocks; and the papers of the vendor's technicians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from broker.cases.deny import allow
from broker.domain.category import Category, Validity, category_at
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.papers import OF_PEOPLE, Filed
from broker.domain.people import Action, Who
from broker.domain.preconditions import Lack, block_day, lacking, of_customer
from broker.domain.refusal import Refused, Why
from broker.domain.register import Announced, Matrix, Register, Subprocessor
from broker.parts import Parts
from broker.store import estate, people, subprocessors
from broker.store.database import Work
from broker.store.duties import Duties


@dataclass(frozen=True, slots=True)
class SubprocessorView:
    """`counts`: its people may work there today."""

    company: Subprocessor
    announced: Announced
    counts: bool


@dataclass(frozen=True, slots=True)
class DutiesView:
    """`lacks` of the customer's own; `technicians` (whose papers are whole, of all) of the vendor's people.

    `block` is the first local day on which what lacks blocks, `set_block` whether somebody chose it.
    `people` names whom a row of the matrix may name.
    """

    customer: Tenant
    today: date
    block: date
    set_block: bool
    category: Category
    categories: list[Validity]
    filed: list[Filed]
    matrix: Matrix
    people: dict[str, str]
    vendor: str
    subprocessors: list[SubprocessorView]
    lacks: tuple[Lack, ...]
    technicians: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TechnicianView:
    """`lacks` are codes of what would be told or block at a customer's; `employer` None: the vendor itself."""

    id: str
    name: str
    employer: Subprocessor | None
    filed: list[Filed]
    lacks: tuple[Why, ...]


async def see_duties(parts: Parts, who: Who, tenant: str) -> DutiesView:
    await allow(parts, who, Action.SEE_DUTIES, tenant, "tenant")
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = await estate.tenant(work, tenant)
        house = await estate.house(work)
        if found is None or house is None or found.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        duties = Duties(work)
        customer, register = await duties.of(tenant)
        today = day_of(at, customer.zone)
        here = [one for one in await people.tenant_people(work, tenant) if one.active]
        technicians = await _technicians(work, house, await duties.house(), today)
        facts = of_customer(customer, register, at)
        return DutiesView(
            customer=customer,
            today=today,
            block=block_day(customer, register),
            set_block=register.block is not None,
            category=category_at(register.categories, at),
            categories=register.categories,
            filed=register.filed,
            matrix=register.matrix,
            people={house.id: house.name, **{one.id: one.name for one in here}},
            vendor=house.id,
            subprocessors=_announced(register, await subprocessors.every(work), today),
            lacks=lacking(facts),
            technicians=(sum(not one.lacks for one in technicians), len(technicians)),
        )


def _announced(register: Register, companies: Sequence[Subprocessor], today: date) -> list[SubprocessorView]:
    told = register.subprocessors
    return [
        SubprocessorView(one, told[one.id], told[one.id].counts(today)) for one in companies if one.id in told
    ]


async def see_technicians(parts: Parts, who: Who) -> list[TechnicianView]:
    """The vendor's own, for its owner."""
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "person")
    async with parts.store.read() as work:
        house = await estate.house(work)
        assert house is not None  # an owner is somebody of it
        register = await Duties(work).house()
        return await _technicians(work, house, register, day_of(parts.clock.now(), house.zone))


async def see_subprocessors(parts: Parts, who: Who) -> list[Subprocessor]:
    """The vendor's own list, for its owner."""
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "tenant")
    async with parts.store.read() as work:
        return await subprocessors.every(work)


_CODES = {"confidentiality": Why.CONFIDENTIALITY_MISSING, "training": Why.TRAINING_MISSING}


async def _technicians(work: Work, house: Tenant, register: Register, today: date) -> list[TechnicianView]:
    companies = {one.id: one for one in await subprocessors.every(work)}
    return [
        TechnicianView(
            one.id,
            one.name,
            companies.get(register.employers.get(one.id) or ""),
            [paper for paper in register.filed if paper.person == one.id],
            tuple(_CODES[kind] for kind in OF_PEOPLE if not register.has(kind, today, one.id)),
        )
        for one in await people.tenant_people(work, house.id, role="technician")
        if one.active
    ]
