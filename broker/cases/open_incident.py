"""A valid report reaches the vendor: an incident, whose clock runs from the instant at which it came (D-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.record import BROKER, Actor
from broker.cases.deny import allow, attempt
from broker.cases.route_incident import (
    accept_charge,
    confirmed,
    from_reseller,
    tell_reseller,
    to_reseller,
    treats_first,
)
from broker.domain.contract import OTHER
from broker.domain.incident import Contact, Course, Known, Open, Origin, contact, open_, ready
from broker.domain.people import Action, Who
from broker.domain.plans import Severity
from broker.domain.refusal import Refused, Why
from broker.domain.told import Told, told
from broker.parts import Parts
from broker.store import categories, estate, incidents, openings, products
from broker.store.tx import Tx

_CLOCKS = 60  # seconds by which a mail server's clock may be ahead of ours


@dataclass(frozen=True, slots=True)
class Report:
    """`reported` None: now. `contact`: the phone call that this report confirms; then `text` may be empty, and
    what was said on the phone stands. `product`: one of the catalogue, or ``other``; `testing`: the customisation on test that it
    reports on in full. `reseller`: whoever reports is the customer's, with what he `tried`; a reseller that
    reports for himself accepts a charge by `tried`."""

    text: str
    origin: Origin
    reported: datetime | None = None
    caller: str = ""
    callback: str = ""
    proposed: Severity | None = None
    contact: str | None = None
    product: str | None = None
    testing: str | None = None
    reseller: str | None = None
    tried: str = ""
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """`covered`: pieces that looked like a password and are kept as █ only. `routed`: to which reseller."""

    incident: str
    covered: int
    routed: str | None = None


async def open_incident(parts: Parts, tenant: str, actor: Actor, report: Report) -> Reported:
    """By whoever judged the report: of a mail, `actor` is the person whose it is (the broker where nobody's).

    `reported` is the instant at which it came to the vendor's server, or the PEC's *avvenuta consegna*.
    """
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        return await opened(tx, actor, report)


async def report_incident(parts: Parts, who: Who, tenant: str, report: Report) -> Reported:
    """By the titolare or an ADS on their page; by a technician for what he found himself, from now on."""
    await allow(parts, who, Action.REPORT_INCIDENT, tenant, "request")
    origin: Origin = "technician" if who.house else "portal"
    if report.contact is not None and who.house:
        raise Refused(Why.NOT_ALLOWED)  # the vendor confirms no phone call to himself
    async with attempt(parts, who, "request", tenant):
        mine = Report(
            report.text, origin, proposed=report.proposed, contact=report.contact, product=report.product
        )
        async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
            said = "" if who.house else report.tried
            product = None if who.house else report.product
            tried = await confirmed(tx, product, said, accepted=report.accepted)
            done = await opened(tx, who.actor, mine)
            if product is not None and tried:
                await accept_charge(tx, product, done.incident, tried, who.actor)
    if done.routed is not None:
        await tell_reseller(parts, done.routed, tenant, done.incident)
    return done


async def opened(tx: Tx, actor: Actor, report: Report) -> Reported:
    """The incident and its record, in a transaction of its customer's; workable at once in category 1."""
    reported = tx.at if report.reported is None else whole_ms(report.reported)
    if (reported - tx.at).total_seconds() > _CLOCKS:
        raise Refused(Why.BAD_INPUT, field="reported")
    if report.product not in (None, OTHER) and report.product not in {
        one.id for one in await products.every(tx) if one.listed
    }:
        raise Refused(Why.BAD_INPUT, field="product")
    course = Course(
        report.origin, min(reported, tx.at), report.proposed, report.product, testing=report.testing
    )
    if report.contact is None:
        said, covered = told(report.text, report.caller, report.callback)
        fresh = Open(await known(tx, course.reported), course)
        found = await incidents.add(tx, *open_(fresh.known, course), actor=actor, opening=_opening(tx, said))
    else:
        before = contact(await incidents.load(tx, tx.tenant, report.contact))
        said, covered = await _confirmed(tx, before, report.text)
        after, record = open_(before.known, course)
        await incidents.move(tx, before, after, record, actor=actor, opening=_opening(tx, said), texts=True)
        found = await incidents.load(tx, tx.tenant, report.contact)
    assert isinstance(found, Open)  # as it was written just now
    if (first := await treats_first(tx, report.origin, report.product)) is not None:
        await to_reseller(tx, found, first, BROKER)
        return Reported(found.known.id, covered, first)
    if report.reseller is not None:
        found = await from_reseller(tx, found, actor, report.reseller, report.tried)
    if found.known.category == 1:
        queued, ready_record = ready(found, tx.at, "reported")
        await incidents.move(tx, found, queued, ready_record, actor=BROKER)
    return Reported(found.known.id, covered)


async def known(tx: Tx, at: datetime) -> Known:
    """A new number of this customer's, with the category that holds then; `not_found` of the vendor itself."""
    customer = await estate.tenant(tx.work, tx.tenant)
    if customer is None or customer.kind != "customer":
        raise Refused(Why.NOT_FOUND)
    year = tx.at.astimezone(ZoneInfo(customer.zone)).year
    category = await categories.at(tx.work, tx.tenant, at)
    return Known(tx.tenant, await incidents.next_id(tx, tx.tenant, year), category, tx.at, 0)


def _opening(tx: Tx, said: Told) -> Opening:
    return Opening(tx.chance.octets(SALT_BYTES), said.to_value())


async def _confirmed(tx: Tx, before: Contact, text: str) -> tuple[Told, int]:
    """What the report says, else what was said on the phone; the number to ring stays."""
    kept = await openings.get(tx.work, tx.tenant, before.known.n, tx.keys.wrapping_key())
    call = Told("") if kept is None else Told.from_value(kept.data)
    said, covered = told(text or call.incident_text)
    return Told(said.incident_text, call.caller, call.callback), covered
