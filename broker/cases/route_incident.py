"""Who treats a new incident first: its customer's reseller, once his free year is over, or the vendor (S-49)."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.record import Actor
from audit.resale_records import ResaleChargeAccepted
from broker.domain.incident import Open, Origin, Routed, pass_on, route
from broker.domain.instants import day_of
from broker.domain.people import APPROVING_ROLES
from broker.domain.reseller import MAX_TRIED, must_confirm
from broker.domain.texts import cover, written
from broker.parts import Parts
from broker.store import estate, incidents, outbox, people, resale
from broker.store.database import Work
from broker.store.tx import Tx


async def alone(work: Work, reseller: str, product: str | None, tx: Tx) -> bool:
    """Whether the free year of that program is over for him, by his own calendar."""
    firm, found = await estate.tenant(work, reseller), await resale.of(work, reseller)
    return firm is not None and found is not None and found.alone(product, day_of(tx.at, firm.zone))


async def treats_first(tx: Tx, origin: Origin, product: str | None) -> str | None:
    """What the vendor's people found themselves, and what a reseller reports, nobody is routed to."""
    if product is None or origin in ("technician", "reseller"):
        return None
    supplier = await resale.supplier(tx, tx.tenant, product)
    return supplier if supplier and await alone(tx.work, supplier, product, tx) else None


async def to_reseller(tx: Tx, found: Open, reseller: str, actor: Actor) -> Routed:
    after, record = route(found, reseller)
    await incidents.move(tx, found, after, record, actor=actor)
    return after


async def from_reseller(tx: Tx, found: Open, actor: Actor, reseller: str, tried: str) -> Open:
    """Reported by him: on his account from the first minute."""
    after, record = pass_on(found, reseller, "reported")
    opening = Opening(tx.chance.octets(SALT_BYTES), {"tried": tried}) if tried else None
    await incidents.move(tx, found, after, record, actor=actor, opening=opening)
    return after


async def confirmed(tx: Tx, product: str | None, tried: str, *, accepted: bool) -> str:
    """Of a reseller in his own log: what he tried, covered; empty where nothing is charged. Refuses where he does
    not say it, or does not accept the charge."""
    text, _ = cover(written(tried, "tried", MAX_TRIED))
    if product is None or not await alone(tx.work, tx.tenant, product, tx):
        return ""
    must_confirm(text, accepted=accepted)
    return text


async def accept_charge(tx: Tx, product: str, incident: str, tried: str, actor: Actor) -> None:
    opening = Opening(tx.chance.octets(SALT_BYTES), {"tried": tried})
    await tx.append(ResaleChargeAccepted(product, incident), actor=actor, opening=opening)


async def tell_reseller(parts: Parts, reseller: str, tenant: str, incident: str) -> None:
    """His titolare and ADS get a letter that leads to the page; the incident stands there whether it arrives or not."""
    async with parts.store.tx(reseller, whole_ms(parts.clock.now()), records=False) as tx:
        his = [one.id for one in await people.tenant_people(tx.work, reseller) if one.role in APPROVING_ROLES]
        await outbox.page(tx, "routed", his, about=f"{tenant}.{incident}")
