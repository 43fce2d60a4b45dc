"""The vendor's programs as people see them: everything for the house, a customer's own part for him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.cases.deny import allow
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.product import Product
from broker.domain.programs import Defect, Programs
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, products, programs


@dataclass(frozen=True, slots=True)
class CustomerPrograms:
    """`words` are of defects, by record."""

    customer: Tenant
    known: Programs
    words: dict[int, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class HousePrograms:
    """The vendor's log with its words, its catalogue, and every customer's own part without words."""

    known: Programs
    words: dict[int, str]
    products: list[Product]
    customers: list[CustomerPrograms]
    at: datetime


async def see_customer_programs(parts: Parts, who: Who, tenant: str) -> CustomerPrograms:
    """Of one customer."""
    await allow(parts, who, Action.SEE_PROGRAMS, tenant, "tenant")
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        if place is None or place.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        known = await programs.of(work, tenant)
        said = await programs.words(work, tenant, known, parts.keys.wrapping_key())
    return CustomerPrograms(place, known, said, parts.clock.now())


async def see_house_programs(parts: Parts, who: Who) -> HousePrograms:
    """For the vendor's people."""
    await allow(parts, who, Action.WORK_DEFECT, who.tenant, "tenant")
    at = parts.clock.now()
    async with parts.store.read() as work:
        known = await programs.of(work, who.tenant)
        said = await programs.words(work, who.tenant, known, parts.keys.wrapping_key())
        customers = [
            CustomerPrograms(one, await programs.of(work, one.id), {}, at)
            for one in await estate.customers(work)
        ]
        return HousePrograms(known, said, await products.every(work), customers, at)


@dataclass(frozen=True, slots=True)
class MetDefects:
    """The defects met in one incident; for the house all `known` ones and the catalogue, to link another."""

    defects: list[Defect]
    known: Programs
    words: dict[int, str]
    products: list[Product]


async def see_met(parts: Parts, who: Who, tenant: str, incident: str) -> MetDefects:
    """By the log of whoever asks: the vendor's, or the customer's own."""
    await allow(parts, who, Action.SEE_PROGRAMS, tenant, "request")
    async with parts.store.read() as work:
        known = await programs.of(work, who.tenant)
        said = await programs.words(work, who.tenant, known, parts.keys.wrapping_key())
        place = f"{tenant}.{incident}" if who.house else incident
        return MetDefects(known.met_in(place), known, said, await products.every(work) if who.house else [])
