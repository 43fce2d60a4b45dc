"""What logs say of resellers, from whom a customer has a program, and a reseller's hours of a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from audit import resale_records as r
from audit.billing import Entry, resold_parts
from audit.leaf import Leaf
from audit.month_charges import resale_rate
from audit.record import Actor
from audit.resale import Resale, ResaleRate, ResoldLine, resold_lines
from broker.domain.estate import Tenant
from broker.domain.reseller import Program, Reseller
from broker.store import estate, log, work
from broker.store.database import Work
from broker.store.desk_tables import incidents, resold
from broker.store.tx import Tx

_KINDS = (
    r.ResaleRateSet.KIND, r.ResaleActivated.KIND, r.ResaleTrained.KIND, r.ResaleAutonomous.KIND,
)  # fmt: skip


@dataclass(slots=True)
class _Read:
    rates: list[ResaleRate] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    activated: dict[str, date] = field(default_factory=dict)
    taught: dict[str, dict[str, str]] = field(default_factory=dict)
    autonomous: set[str] = field(default_factory=set)

    def feed(self, leaf: Leaf) -> None:
        match leaf.record:
            case r.ResaleRateSet() as told:
                self.rates.append(resale_rate(told))
            case r.ResaleActivated(product=product, name=name, first=first):
                self.names[product], self.activated[product] = name, date.fromisoformat(first)
            case r.ResaleTrained(product=product, topic=topic, training=training):
                self.taught.setdefault(product, {})[topic] = training
            case r.ResaleAutonomous(product=product):
                self.autonomous.add(product)
            case _:
                pass

    def program(self, product: str) -> Program:
        return Program(
            product,
            self.names.get(product, ""),
            self.activated.get(product),
            self.taught.get(product, {}),
            product in self.autonomous,
        )


async def of(where: Work, tenant: str) -> Reseller | None:
    """What this customer's log says of it as a reseller; None of one that is none."""
    found = _Read()
    leaves = await log.select_leaves(where, tenant, kinds=_KINDS, limit=log.ALL)
    for leaf in leaves:
        found.feed(leaf)
    if not leaves:
        return None
    programs = {one: found.program(one) for one in sorted({*found.activated, *found.taught})}
    return Reseller(tenant, programs, tuple(found.rates))


async def supplier(where: Work | Tx, tenant: str, product: str) -> str | None:
    """From whom this customer has that program, where it is a reseller."""
    rows = await where.run(
        select(resold.c.reseller).where(resold.c.tenant == tenant, resold.c.product == product)
    )
    return rows[0].reseller if rows else None


async def suppliers(where: Work | Tx, tenant: str) -> dict[str, str]:
    """Of this customer, program by program."""
    rows = await where.run(select(resold.c.product, resold.c.reseller).where(resold.c.tenant == tenant))
    return {row.product: row.reseller for row in rows}


async def customers(where: Work | Tx, reseller: str) -> list[tuple[str, str]]:
    """(customer, program) of whoever has something from this reseller."""
    rows = await where.run(
        select(resold.c.tenant, resold.c.product)
        .where(resold.c.reseller == reseller)
        .order_by(resold.c.tenant, resold.c.product)
    )
    return [(row.tenant, row.product) for row in rows]


async def supply(tx: Tx, record: r.CustomerResold, actor: Actor) -> None:
    """From now on this customer has the program from that reseller, or from the vendor."""
    await tx.append(record, actor=actor)
    await tx.change(delete(resold).where(resold.c.tenant == tx.tenant, resold.c.product == record.product))
    if record.reseller is not None:
        await tx.change(
            insert(resold).values(tenant=tx.tenant, product=record.product, reseller=record.reseller)
        )


async def on_account(where: Work, reseller: str) -> list[Tenant]:
    """Customers in whose logs something is on this reseller's account."""
    rows = await where.run(
        select(incidents.c.tenant)
        .where(incidents.c.reseller == reseller)
        .distinct()
        .order_by(incidents.c.tenant)
    )
    found = [await estate.tenant(where, row.tenant) for row in rows]
    return [one for one in found if one is not None]


async def hours(where: Work, reseller: str, zone: str, period: str, until: datetime) -> list[ResoldLine]:
    """Of a month, all that a reseller was given: in his own log, and in his customers' on his account."""
    mine = await work.month_of(where, reseller, zone, period)
    others: list[Entry] = []
    for customer in await on_account(where, reseller):
        month = await work.month_of(where, customer.id, customer.zone, period)
        others += [one.entry for one in month.charged(until) if one.entry.reseller == reseller]
    paid = mine.charges.paid()
    resale: Resale = paid.resale
    return resold_lines(resold_parts(mine.charged(until), others, paid), resale)
