"""What is on file of a customer's, what lacks and from when on it blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from broker.cases.deny import allow
from broker.cases.see_technicians import HouseFile, house_file, technicians_of
from broker.domain.category import Category, Validity, category_at
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.papers import Filed
from broker.domain.people import Action, Who
from broker.domain.preconditions import Lack, block_day, lacking, of_customer
from broker.domain.refusal import Refused, Why
from broker.domain.register import Announced, Matrix, Register, Subprocessor
from broker.parts import Parts
from broker.store import duties, estate, people, subprocessors
from broker.store.database import Work


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


async def see_duties(parts: Parts, who: Who, tenant: str) -> DutiesView:
    await allow(parts, who, Action.SEE_DUTIES, tenant, "tenant")
    async with parts.store.read() as work:
        found, house = await estate.tenant(work, tenant), await house_file(work)
        if found is None or house is None or found.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        return await _duties(work, house, found, parts.clock.now())


async def see_all_duties(parts: Parts, who: Who) -> list[DutiesView]:
    """Of every customer, for the vendor's people; each of a moment of its own: where readers take turns, others have
    theirs."""
    at, views = parts.clock.now(), list[DutiesView]()
    async with parts.store.read() as work:
        customers, house = await estate.customers(work), await house_file(work)
    assert house is not None  # whoever asks is somebody of it
    for one in customers:
        await allow(parts, who, Action.SEE_DUTIES, one.id, "tenant")
        async with parts.store.read() as work:
            views.append(await _duties(work, house, one, at))
    return views


async def _duties(work: Work, house: HouseFile, customer: Tenant, at: datetime) -> DutiesView:
    register, today = await duties.register(work, customer.id), day_of(at, customer.zone)
    technicians = technicians_of(house, today)
    return DutiesView(
        customer=customer,
        today=today,
        block=block_day(customer, register),
        set_block=register.block is not None,
        category=category_at(register.categories, at),
        categories=register.categories,
        filed=register.filed,
        matrix=register.matrix,
        people={
            house.tenant.id: house.tenant.name,
            **{one.id: one.name for one in await people.tenant_people(work, customer.id)},
        },
        vendor=house.tenant.id,
        subprocessors=_announced(register, house.companies, today),
        lacks=lacking(of_customer(customer, register, at)),
        technicians=(sum(not one.lacks for one in technicians), len(technicians)),
    )


def _announced(register: Register, companies: Sequence[Subprocessor], today: date) -> list[SubprocessorView]:
    told = register.subprocessors
    return [
        SubprocessorView(one, told[one.id], told[one.id].counts(today)) for one in companies if one.id in told
    ]


async def see_subprocessors(parts: Parts, who: Who) -> list[Subprocessor]:
    """The vendor's own list, for its owner."""
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "tenant")
    async with parts.store.read() as work:
        return await subprocessors.every(work)
