"""What a customer and the vendor agreed, entered by the vendor's owner; read by both (S-19, S-21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.domain.contract import Contract, agree, in_force, record
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import contracts, estate, products


@dataclass(frozen=True, slots=True)
class Terms:
    """As entered. `plan` None: *Senza piano*. `patron` None: that of the vendor's seat, if it has one.
    `products` None: all of the vendor's. `included`, `step`, `least`: minutes (`domain.contract.Contract`)."""

    plan: str | None
    first: date
    last: date
    prepaid: bool = True
    paid: date | None = None
    patron: str | None = None
    closures: frozenset[date] = frozenset()
    half_shifts: bool = False
    products: frozenset[str] | None = None
    included: int | None = None
    step: int | None = None
    least: int | None = None


async def agree_contract(parts: Parts, who: Who, tenant: str, terms: Terms) -> Contract:
    await allow(parts, who, Action.AGREE_CONTRACT, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        contract = agree(
            len(await contracts.every(tx, tenant)) + 1,
            plan=terms.plan,
            first=terms.first,
            last=terms.last,
            prepaid=terms.prepaid,
            paid=terms.paid,
            patron=terms.patron or parts.settings.patron,
            closures=terms.closures,
            half_shifts=terms.half_shifts,
            products=terms.products,
            included=terms.included,
            step=terms.step,
            least=terms.least,
        )
        known = {one.id for one in await products.every(tx)}
        if terms.products is not None and not terms.products <= known:
            raise Refused(Why.BAD_INPUT, field="products")
        await tx.append(record(contract), actor=who.actor)
        await contracts.add(tx, contract)
        tx.announce("incident", tenant)
    return contract


@dataclass(frozen=True, slots=True)
class Agreed:
    """Every contract of a customer, in the order agreed, and the one that counts now."""

    customer: str
    zone: str
    every: list[Contract]
    now: Contract | None


async def see_contracts(parts: Parts, who: Who, tenant: str) -> Agreed:
    await allow(parts, who, Action.SEE_CONTRACT, tenant, "tenant")
    at: datetime = parts.clock.now()
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        found = await contracts.every(work, tenant)
    return Agreed(customer.name, customer.zone, found, in_force(found, at, customer.zone))
