"""A version is out (S-37): for everybody, or made for one customer, who has to test it."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import DAY
from audit.instant import whole_ms
from audit.program_records import ReleasePublished
from broker.cases.deny import allow, attempt
from broker.domain.people import Action, Who
from broker.domain.product import Product
from broker.domain.programs import COMPONENTS, REASONS, may_publish
from broker.domain.refusal import Refused, Why
from broker.domain.texts import written
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, products, programs
from broker.store.tx import Tx

MAX_VERSION = 40
MAX_SYSTEM = 120


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """As typed. `customer` empty: for everybody. `dated` is a local day; `reason` of a third half-yearly one."""

    product: str
    version: str
    dated: str
    components: tuple[str, ...]
    half_yearly: bool = False
    os: str = ""
    customer: str = ""
    peremptory: bool = False
    reason: str = ""


async def publish_release(parts: Parts, who: Who, draft: ReleaseDraft) -> ReleasePublished:
    """Into the vendor's log; the customers it is for read of it in theirs (`tell_programs`)."""
    await allow(parts, who, Action.PUBLISH_RELEASE, who.tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", who.tenant), parts.store.tx(who.tenant, at) as tx:
        new = _release(
            draft, await _product(tx, draft.product), await _customer(tx, draft), opaque_id(parts.chance, "v")
        )
        may_publish(await programs.of(tx.work, who.tenant), new)
        await tx.append(new, actor=who.actor)
        for one in await estate.customers(tx.work):
            if new.customer in (None, one.id):
                await programs.owe(tx, one.id, at)
    return new


async def _product(tx: Tx, product: str) -> Product:
    found = next((one for one in await products.every(tx) if one.id == product and one.listed), None)
    if found is None:
        raise Refused(Why.BAD_INPUT, field="product")
    return found


async def _customer(tx: Tx, draft: ReleaseDraft) -> str | None:
    if not draft.customer:
        return None
    found = await estate.tenant(tx.work, draft.customer)
    if found is None or found.kind != "customer" or draft.half_yearly:
        raise Refused(Why.BAD_INPUT, field="customer")
    return found.id


def _release(draft: ReleaseDraft, product: Product, customer: str | None, id: str) -> ReleasePublished:
    if not draft.components or not set(draft.components) <= set(COMPONENTS):
        raise Refused(Why.BAD_INPUT, field="components")
    if not DAY.fits(draft.dated):
        raise Refused(Why.BAD_INPUT, field="dated")
    if draft.reason and draft.reason not in REASONS:
        raise Refused(Why.BAD_INPUT, field="reason")
    return ReleasePublished(
        id,
        product.id,
        product.name,
        line(draft.version, "version", MAX_VERSION, needed=True),
        draft.half_yearly,
        tuple(one for one in COMPONENTS if one in draft.components),
        draft.dated,
        line(draft.os, "os", MAX_SYSTEM) or None,
        customer,
        draft.peremptory if customer else None,
        draft.reason or None,
    )


def line(text: str, field: str, most: int, *, needed: bool = False) -> str:
    """One line that a record may hold."""
    kept = " ".join(written(text, field, most, needed=needed).split())
    if not kept.isprintable():
        raise Refused(Why.BAD_INPUT, field=field)
    return kept
