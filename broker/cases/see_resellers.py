"""Resellers as their vendor and they themselves see them: programs, plan, hours of a month, customers (U-26)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from audit.forms import PERIOD
from audit.periods import month_bounds
from audit.resale import ResoldLine
from audit.work_records import TrainingGiven
from broker.cases.deny import allow
from broker.cases.see_hours import NOW_TOO, months_of
from broker.cases.seen_incident import Around, Seen, seen_incident
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import MAY, Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.reseller import Reseller
from broker.parts import Parts
from broker.store import estate, incidents, products, resale, work
from broker.store.database import Work

MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Register:
    """A line of the training register that is of a program."""

    training: str
    product: str
    day: str
    topic: str


@dataclass(frozen=True, slots=True)
class ResellerView:
    """`found` None: no reseller yet. `lines` are the hours of `period`, `months` that can be looked at."""

    tenant: str
    name: str
    zone: str
    today: date
    period: str
    months: tuple[str, ...]
    found: Reseller | None
    lines: list[ResoldLine]
    products: dict[str, str]
    register: list[Register] = field(default_factory=list)
    customers: list[tuple[str, str, str]] = field(default_factory=list)  # tenant, name, program


@dataclass(frozen=True, slots=True)
class Served:
    """What a reseller has before him: himself, and his customers' incidents."""

    view: ResellerView
    incidents: list[Seen]


async def see_resellers(parts: Parts, who: Who) -> list[ResellerView]:
    """Every reseller of the vendor with the hours of this month."""
    await allow(parts, who, Action.KEEP_RESALE, who.tenant, "tenant")
    async with parts.store.read() as reading:
        return [
            await _view(parts, reading, one, "") for one in await estate.customers(reading)
            if await resale.of(reading, one.id) is not None
        ]  # fmt: skip


async def see_reseller(parts: Parts, who: Who, tenant: str, period: str = "") -> ResellerView:
    """One, of the month named or this one; with what the owner needs to make a customer a reseller."""
    await allow(parts, who, Action.SEE_RESALE, tenant, "tenant")
    async with parts.store.read() as reading:
        customer = await estate.tenant(reading, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        return await _view(parts, reading, customer, period)


async def see_own_resale(parts: Parts, who: Who) -> ResellerView | None:
    """What a customer is as a reseller; None of one that is none, or of whoever only reads."""
    if who.role not in MAY[Action.SEE_RESALE]:
        return None
    async with parts.store.read() as reading:
        if await resale.of(reading, who.tenant) is None:
            return None
    return await see_reseller(parts, who, who.tenant)


async def see_served(parts: Parts, who: Who, period: str = "") -> Served:
    """Of a reseller for himself: nothing of another's customers, nor of what is not his."""
    await allow(parts, who, Action.SERVE_CUSTOMERS, who.tenant, "tenant")
    view = await see_reseller(parts, who, who.tenant, period)
    at = parts.clock.now()
    async with parts.store.read() as reading:
        around = Around(reading)
        found = [
            await seen_incident(parts, around, one, [], at)
            for one in await incidents.of_reseller(reading, who.tenant, MAX_SHOWN)
        ]
    return Served(view, found)


async def _view(parts: Parts, reading: Work, customer: Tenant, period: str) -> ResellerView:
    at: datetime = parts.clock.now()
    today = day_of(at, customer.zone)
    months = months_of(day_of(customer.opened, customer.zone), today)
    wanted = period or months[0]
    if not PERIOD.fits(wanted) or wanted not in months:
        raise Refused(Why.BAD_INPUT, field="period")
    found = await resale.of(reading, customer.id)
    named = {one.id: one.name for one in await products.every(reading)}
    lines: list[ResoldLine] = []
    if found is not None:
        until = min(at + NOW_TOO, month_bounds(wanted, customer.zone)[1])
        lines = await resale.hours(reading, customer.id, customer.zone, wanted, until)
    customers = []
    for tenant, product in await resale.customers(reading, customer.id):
        one = await estate.tenant(reading, tenant)
        customers.append((tenant, tenant if one is None else one.name, product))
    return ResellerView(
        customer.id, customer.name, customer.zone, today, wanted, months, found, lines, named,
        await _register(parts, reading, customer.id), customers,
    )  # fmt: skip


async def _register(parts: Parts, reading: Work, tenant: str) -> list[Register]:
    rows = []
    wrapping = parts.keys.wrapping_key()
    for leaf in (await work.trainings(reading, tenant))[-MAX_SHOWN:]:
        if isinstance(leaf.record, TrainingGiven) and leaf.record.product is not None:
            words = await work.words(reading, tenant, leaf, wrapping)
            told = leaf.record
            rows.append(Register(told.training, leaf.record.product, told.day, str(words.get("topic", ""))))
    return rows
