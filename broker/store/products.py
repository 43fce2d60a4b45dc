"""The vendor's programs: what he gives support on."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from broker.domain.product import Product
from broker.store.database import Work
from broker.store.desk_tables import products
from broker.store.tx import Tx


async def every(work: Work | Tx) -> list[Product]:
    """By name, those no longer listed among them."""
    rows = await work.run(select(products).order_by(products.c.name, products.c.id))
    return [Product(row.id, row.name, row.listed) for row in rows]


async def add(tx: Tx, new: Product) -> None:
    await tx.change(insert(products).values(id=new.id, name=new.name, listed=new.listed))


async def drop(tx: Tx, product: str) -> bool:
    """Whether it was listed."""
    chosen = (products.c.id == product, products.c.listed)
    return await tx.change(update(products).where(*chosen).values(listed=False)) == 1
