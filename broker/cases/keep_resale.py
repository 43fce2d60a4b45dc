"""What a resale contract says: rates, programs, the training plan, *autonomo* (S-47, S-48, S-50). Entered by the owner."""

from __future__ import annotations

from datetime import date

from audit.instant import whole_ms
from audit.resale import ResaleRate
from audit.resale_records import ResaleActivated, ResaleAutonomous, ResaleRateSet, ResaleTrained
from audit.work_records import TrainingGiven
from broker.cases.deny import allow, attempt
from broker.cases.set_tariff import customers_zone
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.product import Product
from broker.domain.refusal import Refused, Why
from broker.domain.reseller import activate, enter_rate, let_alone, teach
from broker.domain.tariff import Rates
from broker.parts import Parts
from broker.store import products, resale, work
from broker.store.tx import Tx


async def set_resale_rate(
    parts: Parts, who: Who, tenant: str, rates: Rates, product: str | None = None
) -> ResaleRate:
    """A line of the table, of one program or of all. With the first one a customer is a reseller."""
    await allow(parts, who, Action.KEEP_RESALE, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        zone = await customers_zone(tx)
        if product is not None:
            await _product(tx, product)
        found = await resale.of(tx.work, tenant)
        told = () if found is None else found.rates
        new = enter_rate(rates, product, told, day_of(at, zone))
        record = ResaleRateSet(new.version, new.first.isoformat(), new.assistance, new.training, product)
        await tx.append(record, actor=who.actor)
        tx.announce("report", tenant)
    return new


async def activate_program(parts: Parts, who: Who, tenant: str, product: str, first: date) -> None:
    """He managed it for the first time on that day: the free year of this program begins (S-48)."""
    await allow(parts, who, Action.KEEP_RESALE, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        zone = await customers_zone(tx)
        listed = await _product(tx, product)
        activate(await resale.of(tx.work, tenant), product, first, day_of(at, zone))
        await tx.append(ResaleActivated(product, listed.name, first.isoformat()), actor=who.actor)
        tx.announce("report", tenant)


async def teach_topic(parts: Parts, who: Who, tenant: str, product: str, topic: str, training: str) -> None:
    """A topic of the plan, by a line of his training register that is of this program (S-47)."""
    await allow(parts, who, Action.KEEP_RESALE, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        await customers_zone(tx)
        await _product(tx, product)
        found = await resale.of(tx.work, tenant)
        teach(None if found is None else found.programs.get(product), topic)
        lines = [leaf.record for leaf in await work.trainings(tx.work, tenant)]
        mine = [one for one in lines if isinstance(one, TrainingGiven) and one.product == product]
        if training not in {one.training for one in mine}:
            raise Refused(Why.BAD_INPUT, field="training")
        await tx.append(ResaleTrained(product, topic, training), actor=who.actor)


async def set_autonomous(parts: Parts, who: Who, tenant: str, product: str) -> None:
    """Not before the three topics are recorded: `topics_missing`."""
    await allow(parts, who, Action.KEEP_RESALE, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        await customers_zone(tx)
        found = await resale.of(tx.work, tenant)
        let_alone(None if found is None else found.programs.get(product))
        await tx.append(ResaleAutonomous(product), actor=who.actor)


async def _product(tx: Tx, product: str) -> Product:
    found = next((one for one in await products.every(tx) if one.id == product), None)
    if found is None:
        raise Refused(Why.BAD_INPUT, field="product")
    return found
