"""The catalogue of the vendor's programs (S-02): his owner keeps it, everybody reads it."""

from __future__ import annotations

from audit.incident_records import ProductDropped, ProductListed
from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.domain.contract import MAX_PRODUCTS
from broker.domain.people import Action, Who
from broker.domain.product import Product
from broker.domain.refusal import Refused, Why
from broker.domain.texts import written
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import products

MAX_NAME = 80


async def list_product(parts: Parts, who: Who, name: str) -> Product:
    await allow(parts, who, Action.KEEP_PRODUCTS, who.tenant, "tenant")
    kept = written(name, "product", MAX_NAME, needed=True)
    if not kept.isprintable():
        raise Refused(Why.BAD_INPUT, field="product")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", who.tenant), parts.store.tx(who.tenant, at) as tx:
        listed = [one for one in await products.every(tx) if one.listed]
        if len(listed) >= MAX_PRODUCTS:
            raise Refused(Why.TOO_LARGE, field="product", limit=str(MAX_PRODUCTS))
        if any(one.name == kept for one in listed):
            raise Refused(Why.DUPLICATE)
        new = Product(opaque_id(parts.chance, "g"), kept)
        await tx.append(ProductListed(new.id, new.name), actor=who.actor)
        await products.add(tx, new)
    return new


async def drop_product(parts: Parts, who: Who, product: str) -> None:
    await allow(parts, who, Action.KEEP_PRODUCTS, who.tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", who.tenant), parts.store.tx(who.tenant, at) as tx:
        if not await products.drop(tx, product):
            raise Refused(Why.NOT_FOUND)
        await tx.append(ProductDropped(product), actor=who.actor)


async def see_products(parts: Parts, who: Who) -> list[Product]:
    """Every one that was ever listed, by name."""
    await allow(parts, who, Action.SEE_PRODUCTS, who.tenant, "tenant")
    async with parts.store.read() as work:
        return await products.every(work)
