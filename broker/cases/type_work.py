"""A technician types work outside a session, on the day on which it ended, or takes it back (S-45, S-46)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from audit import instant
from audit.canonical import Value
from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.leaf import Leaf
from audit.month_frame import activity_text
from audit.statement_parts import Activity
from audit.work_records import WorkTyped, WorkWithdrawn
from broker.cases.close_session import NOTHING, Beside
from broker.cases.deny import allow, attempt
from broker.cases.set_tariff import customers_zone
from broker.domain.activity import Doing, done
from broker.domain.billable import MAX_DESCRIPTION, Asker, Means, typed
from broker.domain.contract import OTHER
from broker.domain.instants import chosen, day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import cover, written
from broker.domain.training import lesson
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import declared_sessions, estate, incidents, products, sessions, work
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """As typed. `product` and `incident` where there is one."""

    began: datetime
    minutes: int
    asker: Asker
    means: Means
    description: str
    activities: tuple[Activity, ...]
    product: str | None = None
    incident: str | None = None
    beside: Beside = NOTHING


async def type_work(parts: Parts, who: Who, tenant: str, draft: Draft) -> str:
    """Its id. Nothing is accessed, so nothing has to be authorised, whoever of the customer asked (S-46)."""
    await allow(parts, who, Action.TYPE_WORK, tenant, "tenant")
    text, _ = cover(written(draft.description, "description", MAX_DESCRIPTION, needed=True))
    at = whole_ms(parts.clock.now())
    if draft.asker not in get_args(Asker) or draft.means not in get_args(Means):
        raise Refused(Why.BAD_INPUT, field="asker")
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        zone = await customers_zone(tx)
        began, ended = typed(chosen(draft.began, "began"), draft.minutes, at, zone)
        await _apart(tx, who, began, ended)
        beside = draft.beside
        said = Doing(draft.activities, beside.target, beside.change, beside.other_data, beside.apps)
        kept = done(said, await work.office_apps(tx.work))
        taught = lesson(kept, beside.topic, beside.people)
        await _known(tx, draft)
        record = WorkTyped(
            opaque_id(parts.chance, "w"), instant.to_text(began), draft.minutes, draft.asker, draft.means,
            tuple(activity_text(one) for one in kept.activities), draft.product, draft.incident,
        )  # fmt: skip
        opening = Opening(parts.chance.octets(SALT_BYTES), {"description": text} | kept.words())
        await work.tell_tariffs(tx)
        await tx.append(record, actor=who.actor, opening=opening)
        if taught is not None:
            row = taught.record(opaque_id(parts.chance, "f"), day_of(at, zone), draft.product, record.work)
            words = Opening(parts.chance.octets(SALT_BYTES), taught.words())
            await tx.append(row, actor=who.actor, opening=words)
        tx.announce("report", record.work)
    return record.work


async def _apart(tx: Tx, who: Who, began: datetime, ended: datetime) -> None:
    """Nobody's hour is charged twice: his own sessions at this customer are counted by themselves."""
    for during in (sessions.during, declared_sessions.during):
        session = await during(tx, tx.tenant, who.person, began, ended)
        if session is not None:
            raise Refused(Why.IN_SESSION, session=session)


async def _known(tx: Tx, draft: Draft) -> None:
    """The program is one of the vendor's or `other`, and the incident one of this customer's."""
    listed = {one.id for one in await products.every(tx)} | {OTHER}
    if draft.product is not None and draft.product not in listed:
        raise Refused(Why.BAD_INPUT, field="product")
    if draft.incident is not None and await incidents.find(tx.work, tx.tenant, draft.incident) is None:
        raise Refused(Why.BAD_INPUT, field="incident")


async def withdraw_work(parts: Parts, who: Who, tenant: str, id: str) -> None:
    """His own, within the local month in which he typed it: later a report has charged it."""
    await allow(parts, who, Action.TYPE_WORK, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        zone = await customers_zone(tx)
        leaf = (await work.typed(tx.work, tenant)).get(id)
        if leaf is None or leaf.actor.id != who.person:
            raise Refused(Why.NOT_FOUND)
        if day_of(leaf.time, zone).replace(day=1) != day_of(at, zone).replace(day=1):
            raise Refused(Why.MONTH_ENDED)
        await tx.append(WorkWithdrawn(id), actor=who.actor)
        tx.announce("report", id)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """What somebody typed of a customer, with its words."""

    leaf: Leaf
    record: WorkTyped
    words: dict[str, Value]


@dataclass(frozen=True, slots=True)
class OwnWorks:
    customer: str
    zone: str
    apps: tuple[str, ...]
    lines: list[OwnWork]


async def see_own_work(parts: Parts, who: Who, tenant: str) -> OwnWorks:
    """His own of the last hundred, newest first: nobody else's (L-43)."""
    await allow(parts, who, Action.TYPE_WORK, tenant, "tenant")
    async with parts.store.read() as reading:
        customer = await estate.tenant(reading, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        own = [one for one in (await work.typed(reading, tenant)).values() if one.actor.id == who.person]
        wrapping = parts.keys.wrapping_key()
        lines = [
            OwnWork(leaf, cast(WorkTyped, leaf.record), await work.words(reading, tenant, leaf, wrapping))
            for leaf in reversed(own[-100:])
        ]
        return OwnWorks(customer.name, customer.zone, await work.office_apps(reading), lines)
