"""What a reseller does for his customers: solves what was routed to him, passes it on, reports for them (S-49).

He sees an incident of another log only where that log names him. In it he is the firm, not one of its people:
who of them it was stands in his own log, where the charge was accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.record import BROKER, Actor
from broker.cases.deny import allow, attempt, not_there
from broker.cases.open_incident import Report, Reported, open_incident
from broker.cases.route_incident import accept_charge, confirmed
from broker.domain.incident import Routed, close, pass_on, ready, routed
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import incidents, resale


@dataclass(frozen=True, slots=True)
class Tried:
    """*Avete già tentato?* and that he knows of the charge; both needed after the free year."""

    text: str = ""
    accepted: bool = False


def firm(who: Who) -> Actor:
    """As an actor in a customer's log."""
    return Actor(who.tenant, "reseller")


async def pass_to_vendor(parts: Parts, who: Who, tenant: str, incident: str, tried: Tried) -> None:
    found = await _his(parts, who, tenant, incident)
    product = found.course.product or ""
    # His word first: cut off between the two logs, there is a charge accepted and nothing to charge.
    text = await _confirm(parts, who, product, tried, f"{tenant}.{incident}")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        before = routed(await incidents.load(tx, tenant, incident))
        after, record = pass_on(before, who.tenant, "passed")
        opening = Opening(tx.chance.octets(SALT_BYTES), {"tried": text}) if text else None
        await incidents.move(tx, before, after, record, actor=firm(who), opening=opening)
        if after.known.category == 1:
            queued, ready_record = ready(after, tx.at, "reported")
            await incidents.move(tx, after, queued, ready_record, actor=BROKER)


async def solve_for_customer(parts: Parts, who: Who, tenant: str, incident: str) -> None:
    """*Risolto da noi*: nobody of the vendor was needed."""
    await _his(parts, who, tenant, incident)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        before = routed(await incidents.load(tx, tenant, incident))
        after, record = close(before, "solved_by_reseller", tx.at)
        await incidents.move(tx, before, after, record, actor=firm(who))


async def report_for_customer(
    parts: Parts, who: Who, tenant: str, product: str, text: str, tried: Tried
) -> Reported:
    """He asks the vendor for help with a customer's program. It authorises nothing there."""
    await allow(parts, who, Action.SERVE_CUSTOMERS, who.tenant, "request")
    async with parts.store.read() as work:
        known = await resale.supplier(work, tenant, product) == who.tenant
    if not known:
        raise await not_there(parts, who, "request")
    said = await _confirm(parts, who, product, tried)
    report = Report(text, "reseller", product=product, reseller=who.tenant, tried=said)
    async with attempt(parts, who, "request", who.tenant):
        done = await open_incident(parts, tenant, firm(who), report)
    if said:  # its number is known only now
        async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
            await accept_charge(tx, product, f"{tenant}.{done.incident}", said, who.actor)
    return done


async def _confirm(parts: Parts, who: Who, product: str, tried: Tried, about: str = "") -> str:
    at = whole_ms(parts.clock.now())
    async with (
        attempt(parts, who, "request", who.tenant),
        parts.store.tx(who.tenant, at, records=False) as tx,
    ):
        text = await confirmed(tx, product, tried.text, accepted=tried.accepted)
    if text and about:
        async with parts.store.tx(who.tenant, at) as tx:
            await accept_charge(tx, product, about, text, who.actor)
    return text


async def _his(parts: Parts, who: Who, tenant: str, incident: str) -> Routed:
    """Routed to him; whatever else there is does not exist for him."""
    await allow(parts, who, Action.SERVE_CUSTOMERS, who.tenant, "request")
    async with parts.store.read() as work:
        found = await incidents.find(work, tenant, incident)
    if isinstance(found, Routed) and found.reseller == who.tenant:
        return found
    if found is not None and getattr(getattr(found, "course", None), "reseller", None) == who.tenant:
        raise Refused(Why.WRONG_STATE, state=found.STATE)  # his, and passed on already
    raise await not_there(parts, who, "request")
