"""The papers of the vendor's technicians, and what else of the vendor counts at every customer's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from broker.cases.deny import allow
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.papers import OF_PEOPLE, Filed
from broker.domain.people import Action, Person, Who
from broker.domain.refusal import Why
from broker.domain.register import Register, Subprocessor
from broker.parts import Parts
from broker.store import duties, estate, people, subprocessors
from broker.store.database import Work

_CODES = {"confidentiality": Why.CONFIDENTIALITY_MISSING, "training": Why.TRAINING_MISSING}


@dataclass(frozen=True, slots=True)
class TechnicianView:
    """`lacks` are codes of what would be told or block at a customer's; `employer` None: the vendor itself."""

    id: str
    name: str
    employer: Subprocessor | None
    filed: list[Filed]
    lacks: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class HouseFile:
    """What is the vendor's, and so the same whoever of its customers is looked at."""

    tenant: Tenant
    register: Register
    companies: list[Subprocessor]
    technicians: list[Person]


async def see_technicians(parts: Parts, who: Who) -> list[TechnicianView]:
    """The vendor's own, for its owner."""
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "person")
    async with parts.store.read() as work:
        house = await house_file(work)
    assert house is not None  # an owner is somebody of it
    return technicians_of(house, day_of(parts.clock.now(), house.tenant.zone))


async def house_file(work: Work) -> HouseFile | None:
    tenant = await estate.house(work)
    if tenant is None:
        return None
    return HouseFile(
        tenant,
        await duties.register(work, tenant.id),
        await subprocessors.every(work),
        await people.tenant_people(work, tenant.id, role="technician"),
    )


def technicians_of(house: HouseFile, today: date) -> list[TechnicianView]:
    companies, register = {one.id: one for one in house.companies}, house.register
    return [
        TechnicianView(
            one.id,
            one.name,
            companies.get(register.employers.get(one.id) or ""),
            [paper for paper in register.filed if paper.person == one.id],
            tuple(_CODES[kind] for kind in OF_PEOPLE if not register.has(kind, today, one.id)),
        )
        for one in house.technicians
    ]
