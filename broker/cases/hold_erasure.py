"""Put erasure on hold, of one request or of everything, and lift the hold again."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from audit.erasure_records import HoldLifted, HoldPlaced
from audit.instant import whole_ms
from broker.cases.deny import allow
from broker.domain.erasing import lift, new_hold
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import erasures, estate, requests


async def place_hold(
    parts: Parts, who: Who, tenant: str, *, request: str | None, reason: str, review: date
) -> str:
    """Its id. The reason is a code of `HOLD_REASONS`, `review` a day within six months."""
    await allow(parts, who, Action.HOLD_ERASURE, tenant, "records")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        if request is not None:
            await requests.load(tx.work, tenant, request)
        today = tx.at.astimezone(ZoneInfo(customer.zone)).date()
        name = f"o-{parts.chance.octets(4).hex()}"
        hold = new_hold(name, request, who.role, reason, review, today)
        await tx.append(HoldPlaced(hold.id, request, reason, review.isoformat()), actor=who.actor)
    return hold.id


async def lift_hold(parts: Parts, who: Who, tenant: str, hold: str) -> None:
    """`Refused` where there is none, or it is not his to lift."""
    await allow(parts, who, Action.HOLD_ERASURE, tenant, "records")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = next((one for one in await erasures.holds(tx.work, tenant) if one.id == hold), None)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        lift(found, who.role)
        await tx.append(HoldLifted(hold), actor=who.actor)
