"""The name of somebody who has left is to go now (art. 17): it does where nothing keeps it, else he hears until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.cases.erase import alone, as_now, finish, kept, say
from broker.domain.erasing import Kept, Name
from broker.domain.erasing_names import due_with_names, stays
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, people


async def erase_name(parts: Parts, who: Who, tenant: str, person_id: str) -> None:
    """`Refused` (name_kept) says what keeps it, and the last day it does; a hold has none.

    The terms are those of the rules in force: who wants it sooner signs shorter ones, down to the shortest.
    What else is due goes with it, as the daily run would have it.
    """
    await allow(parts, who, Action.ERASE_NAME, tenant, "person")
    async with attempt(parts, who, "person", tenant):
        if (
            who.tenant != tenant
        ):  # each side its own people: the vendor's copy goes by the customer's terms alone
            raise Refused(Why.NOT_ALLOWED)
    place = await _left(parts, tenant, person_id)
    at = whole_ms(parts.clock.now())
    async with alone(parts, tenant):
        await finish(parts, tenant, at)
        before = await kept(parts, place, ripe_at=at)
        name = next((one for one in before.names if one.person == person_id), None)
        if name is None:
            raise Refused(Why.NAME_KEPT, what="customer" if place.kind == "house" else "erased")
        async with parts.store.tx(tenant, at) as tx:
            now = await as_now(tx.work, place, before)
            _check(now, name, at)
            await say(tx, due_with_names(now, at))
            tx.announce("people", person_id)
        await finish(parts, tenant, at)


async def _left(parts: Parts, tenant: str, person_id: str) -> Tenant:
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        person = await people.person(work, tenant, person_id)
    if place is None or person is None:
        raise Refused(Why.NOT_FOUND)
    if person.left is None:
        raise Refused(Why.WRONG_STATE)
    return place


def _check(kept: Kept, name: Name, at: datetime) -> None:
    stay = stays(kept, name, at, due_with_names(kept, at))
    if stay is not None:
        raise Refused(Why.NAME_KEPT, what=stay.what, until=_last_day(stay.until, kept.zone))


def _last_day(until: datetime | None, zone: str) -> str:
    if until is None:
        return ""
    return f"{until.astimezone(ZoneInfo(zone)) - timedelta(days=1):%d/%m/%Y}"
