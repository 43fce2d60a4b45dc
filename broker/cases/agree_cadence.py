"""How often the customer is reported to: seen by both sides, changed by the titolare or, as agreed with him, the owner."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from audit.instant import whole_ms
from audit.report_records import CadenceAgreed
from broker.cases.deny import allow
from broker.domain.cadence import FAMILY, Agreed, Cadence, agree, on
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, told


async def agree_cadence(parts: Parts, who: Who, tenant: str, cadence: Cadence) -> Agreed:
    """From today on, in the customer's own zone. `Refused` where it is so already."""
    await allow(parts, who, Action.AGREE_CADENCE, tenant, "report")
    if cadence not in FAMILY:
        raise Refused(Why.BAD_INPUT, field="cadence")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        today = tx.at.astimezone(ZoneInfo(customer.zone)).date()
        found = agree(await told.agreements(tx.work, tenant), cadence, today)
        await tx.append(CadenceAgreed(found.cadence, found.since.isoformat()), actor=who.actor)
        tx.announce("report", "cadence")
    return found


async def see_cadence(parts: Parts, who: Who, tenant: str) -> Cadence:
    """In force today."""
    await allow(parts, who, Action.READ_REPORT, tenant, "report")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        today = parts.clock.now().astimezone(ZoneInfo(customer.zone)).date()
        return on(await told.agreements(work, tenant), today)
