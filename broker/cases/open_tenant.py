"""Open a customer: its tenant and its empty log, whose first record says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from audit.instant import whole_ms
from audit.person_records import TenantOpened
from audit.record import BROKER, Actor
from broker.cases.deny import allow
from broker.domain.estate import Tenant
from broker.domain.invoice_party import at_opening, known_by
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate
from broker.store.shards import year_end, year_of
from broker.store.tx import Tx


async def open_tenant(
    parts: Parts, who: Who, *, name: str, details: Mapping[str, Any], zone: str | None = None
) -> Tenant:
    """`details`: street, town, vat, email, pec, phone, contract … as the reports print them."""
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    if details.get("vat"):
        details = {**details, "vat": known_by(str(details["vat"]))}
    details = at_opening(details)
    at = whole_ms(parts.clock.now())
    new = Tenant(
        id=opaque_id(parts.chance, "t"),
        kind="customer",
        name=name,
        zone=zone or parts.settings.zone,
        demo=parts.settings.demo,
        opened=at,
    )
    async with parts.store.tx(new.id, at) as tx:
        await open_log(parts, tx, new, details, vendor=who.tenant, actor=who.actor)
    return new


async def open_log(
    parts: Parts, tx: Tx, new: Tenant, details: Mapping[str, Any], *, vendor: str, actor: Actor = BROKER
) -> None:
    """The tenant's row, its log under the local year, and the log's first record."""
    try:
        year = year_of(new.opened, new.zone)
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise Refused(Why.BAD_INPUT, field="zone") from wrong
    await estate.add_tenant(tx, new, details)
    await tx.open_log(parts.settings.log_origin(new.id, year), year_end(new.opened, new.zone))
    await tx.append(TenantOpened(vendor=vendor, demo=new.demo, zone=new.zone), actor=actor)
    tx.announce("people", new.id)
