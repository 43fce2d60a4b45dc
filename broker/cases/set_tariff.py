"""The vendor's owner sets a tariff: the house's, told in every customer's log at once, or one customer's own (S-44)."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.rates import Tariff
from audit.work_records import OfficeAppsSet, TariffSet
from broker.cases.deny import allow, attempt
from broker.domain.activity import office_apps
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.tariff import Rates, enter
from broker.parts import Parts
from broker.store import estate, work
from broker.store.tx import Tx


def _record(one: Tariff) -> TariffSet:
    last = None if one.last is None else one.last.isoformat()
    return TariffSet(one.version, one.first.isoformat(), one.assistance, one.training, one.vat, one.own, last)


async def set_tariff(parts: Parts, who: Who, rates: Rates) -> Tariff:
    """The house's. What a customer's log was not told now it is told before its next period is closed."""
    await allow(parts, who, Action.SET_TARIFF, who.tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", who.tenant), parts.store.tx(who.tenant, at) as tx:
        told = await work.tariffs(tx.work, who.tenant)
        new = enter(rates, told, day_of(at, parts.settings.zone), own=False)
        await tx.append(_record(new), actor=who.actor)
    async with parts.store.read() as reading:
        customers = await estate.customers(reading)
    for customer in customers:
        if await _lacks(parts, customer.id):
            async with parts.store.tx(customer.id, whole_ms(parts.clock.now())) as tx:
                await work.tell_tariffs(tx)
    return new


async def _lacks(parts: Parts, tenant: str) -> bool:
    async with parts.store.read() as reading:
        return bool(await work.untold(reading, tenant))


async def set_own_tariff(parts: Parts, who: Who, tenant: str, rates: Rates) -> Tariff:
    """Agreed with that customer: while it is in force the house's is not."""
    await allow(parts, who, Action.SET_TARIFF, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        zone = await customers_zone(tx)
        await work.tell_tariffs(tx)
        told = await work.tariffs(tx.work, tenant)
        new = enter(rates, told, day_of(at, zone), own=True)
        await tx.append(_record(new), actor=who.actor)
        tx.announce("report", tenant)
    return new


async def see_tariffs(parts: Parts, who: Who, tenant: str) -> list[Tariff]:
    """Of the house, or what a customer's log was told of."""
    await allow(parts, who, Action.SEE_TARIFF, tenant, "tenant")
    async with parts.store.read() as reading:
        if await estate.tenant(reading, tenant) is None:
            raise Refused(Why.NOT_FOUND)
        return await work.tariffs(reading, tenant)


async def customers_zone(tx: Tx) -> str:
    customer = await estate.tenant(tx.work, tx.tenant)
    if customer is None or customer.kind != "customer":
        raise Refused(Why.NOT_FOUND)
    return customer.zone


async def set_office_apps(parts: Parts, who: Who, names: list[str]) -> tuple[str, ...]:
    """The applications that OFFICE stands for, as of now (S-26)."""
    await allow(parts, who, Action.SET_TARIFF, who.tenant, "tenant")
    kept = office_apps(names)
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        await tx.append(OfficeAppsSet(kept), actor=who.actor)
    return kept


async def see_office_apps(parts: Parts, who: Who) -> tuple[str, ...]:
    await allow(parts, who, Action.SEE_PRODUCTS, who.tenant, "tenant")
    async with parts.store.read() as reading:
        return await work.office_apps(reading)
