"""Hours and charges of a customer, by period: what the report's section 7 says, or would say now (U-07, U-26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from audit.canonical import Value
from audit.forms import PERIOD
from audit.leaf import Leaf
from audit.periods import month_bounds
from audit.work_records import TrainingGiven
from broker.cases.deny import allow
from broker.domain import training
from broker.domain.contract import Contract, in_force
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import contracts, estate, products, work
from broker.store.work import Charged

RENEWAL = timedelta(days=60)
NOW_TOO = timedelta(milliseconds=1)  # a period's end is the first instant after it


@dataclass(frozen=True, slots=True)
class Lesson:
    """A line of the training register, with its words as long as they are kept."""

    leaf: Leaf
    record: TrainingGiven
    words: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Hours:
    """`said`: what was written of typed work, by its id. `gap`: nobody was trained for a year."""

    customer: str
    tenant: str
    zone: str
    period: str
    months: tuple[str, ...]  # that can be looked at, newest first
    found: Charged
    said: dict[str, str]
    lessons: list[Lesson]
    gap: bool
    contract: Contract | None
    products: dict[str, str]


async def see_hours(parts: Parts, who: Who, tenant: str, period: str = "") -> Hours:
    """Of a month, this one where none is named. No figure is of a person (L-43)."""
    await allow(parts, who, Action.SEE_HOURS, tenant, "tenant")
    at = parts.clock.now()
    async with parts.store.read() as reading:
        customer = await estate.tenant(reading, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        today, since = day_of(at, customer.zone), day_of(customer.opened, customer.zone)
        months = months_of(since, today)
        wanted = period or months[0]
        if not PERIOD.fits(wanted) or wanted not in months:
            raise Refused(Why.BAD_INPUT, field="period")
        end = month_bounds(wanted, customer.zone)[1]
        found = await work.charged(reading, tenant, customer.zone, wanted, min(at + NOW_TOO, end))
        wrapping = parts.keys.wrapping_key()
        typed = await work.typed(reading, tenant)
        shown = {row["work"] for row in _rows(found) if "work" in row}
        said = {
            id: str((await work.words(reading, tenant, leaf, wrapping)).get("description", ""))
            for id, leaf in typed.items()
            if id in shown
        }
        lessons = await work.trainings(reading, tenant)
        told = [
            Lesson(one, cast(TrainingGiven, one.record), await work.words(reading, tenant, one, wrapping))
            for one in reversed(lessons[-50:])
        ]
        last = date.fromisoformat(told[0].record.day) if told else None
        names = {one.id: one.name for one in await products.every(reading)}
        agreed = in_force(await contracts.every(reading, tenant), at, customer.zone)
    return Hours(
        customer.name, tenant, customer.zone, wanted, months, found, said, told, training.gap(last or since, today), agreed, names
    )  # fmt: skip


def _rows(found: Charged) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], found.charges.get("rows", []))


def months_of(since: date, today: date) -> tuple[str, ...]:
    """From this one back to the first, a hundred and twenty at most."""
    first, last = since.year * 12 + since.month - 1, today.year * 12 + today.month - 1
    return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in range(last, max(first, last - 119) - 1, -1))


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's contract now, with what is used of its hours: a row of the owner's page. `begins`: where none
    runs, the first day of the next one."""

    customer: str
    tenant: str
    contract: Contract | None
    hours: dict[str, int] | None
    cents: int
    renews: bool
    unpaid: bool
    begins: date | None = None


async def see_standings(parts: Parts, who: Who) -> list[Standing]:
    """Of every customer, this month: hours used and left, renewals within 60 days, payments awaited (U-26, U-27)."""
    await allow(parts, who, Action.SET_TARIFF, who.tenant, "tenant")
    async with parts.store.read() as reading:
        customers = [(one, await contracts.every(reading, one.id)) for one in await estate.customers(reading)]
    found: list[Standing] = []
    for one, every in customers:
        hours = await see_hours(parts, who, one.id)
        told, agreed = hours.found.charges, hours.contract
        today = day_of(parts.clock.now(), one.zone)
        left = told.get("hours", [])
        found.append(
            Standing(
                customer=one.name,
                tenant=one.id,
                contract=agreed,
                hours=left[-1] if left else None,
                cents=told.get("cents", 0),
                renews=agreed is not None and agreed.last - today <= RENEWAL,
                unpaid=agreed is not None and agreed.prepaid and agreed.paid is None,
                begins=min((each.first for each in every if each.first > today), default=None)
                if agreed is None
                else None,
            )
        )
    return found
