"""From whom a customer has a program: a reseller, or the vendor himself. It stands in the customer's own log."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.resale_records import CustomerResold
from broker.cases.deny import allow, attempt
from broker.cases.set_tariff import customers_zone
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, products, resale


async def set_supplier(parts: Parts, who: Who, tenant: str, product: str, reseller: str | None) -> None:
    """By the vendor's owner. Nobody is his own reseller, and a reseller has the program before he gives it on."""
    await allow(parts, who, Action.KEEP_RESALE, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        await customers_zone(tx)
        named = {one.id: one.name for one in await products.every(tx)}
        if product not in named:
            raise Refused(Why.BAD_INPUT, field="product")
        if await resale.supplier(tx, tenant, product) == reseller:
            raise Refused(Why.DUPLICATE)
        record = CustomerResold(product, named[product])
        if reseller is not None:
            firm = await estate.tenant(tx.work, reseller)
            found = await resale.of(tx.work, reseller)
            held = None if found is None else found.programs.get(product)
            if firm is None or firm.id == tenant or held is None or held.first is None:
                raise Refused(Why.BAD_INPUT, field="reseller")
            record = CustomerResold(product, named[product], firm.id, firm.name)
        await resale.supply(tx, record, who.actor)
        tx.announce("incident", tenant)
