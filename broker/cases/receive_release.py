"""What a customer has: a version received, by him or with his receipt, and the one that is installed (S-37, S-40).

Of a customisation the receipt opens its window of fifteen days. When the vendor put it somewhere counts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit import instant
from audit.forms import DIGEST, REFERENCE
from audit.instant import whole_ms
from audit.program_records import AcceptanceOpened, ReleaseReceived, VersionInstalled
from audit.record import BROKER
from broker.cases.deny import allow, attempt
from broker.cases.publish_release import MAX_VERSION, line
from broker.cases.tell_programs import announced, settled
from broker.domain.acceptance import last_instant, reminders
from broker.domain.people import Action, Who
from broker.domain.programs import RECEIPTS, How, Release, may_receive
from broker.domain.public_holidays import parse_patron
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import contracts, estate, outbox, people, products, programs
from broker.store.tx import Tx

_AFTER = timedelta(seconds=1)  # its last instant is within the window


@dataclass(frozen=True, slots=True)
class Receipt:
    """`pec`: its delivery receipt; `note`: one the customer signed. `reference` is how it is found again."""

    how: str
    received: datetime
    reference: str
    file: str = ""


async def receive_release(parts: Parts, who: Who, tenant: str, release: str, receipt: Receipt | None) -> None:
    """By the titolare or an ADS, who fetches it now (`receipt` None); by the vendor with what proves it."""
    await allow(parts, who, Action.RECEIVE_RELEASE, tenant, "tenant")
    if (receipt is None) == who.house:
        raise Refused(Why.BAD_INPUT, field="how")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        found = await announced(tx, release)
        may_receive(found)
        record = _received(found, receipt, at)
        await tx.append(record, actor=who.actor)
        if found.told.customer is not None:
            await _open_window(tx, found, instant.parse(record.received))
    await settled(parts, tenant)


def _received(found: Release, receipt: Receipt | None, at: datetime) -> ReleaseReceived:
    how: How = "portal"
    if receipt is None:
        return ReleaseReceived(found.id, how, instant.to_text(at))
    if receipt.how not in RECEIPTS:
        raise Refused(Why.BAD_INPUT, field="how")
    if receipt.received > at:
        raise Refused(Why.BAD_INPUT, field="received")
    reference = " ".join(receipt.reference.split())
    if not REFERENCE.fits(reference):
        raise Refused(Why.BAD_INPUT, field="reference")
    file = receipt.file.strip().lower()
    if file and not DIGEST.fits(file):
        raise Refused(Why.BAD_INPUT, field="file")
    received = instant.to_text(whole_ms(receipt.received))
    return ReleaseReceived(found.id, receipt.how, received, reference, file or None)


async def _open_window(tx: Tx, found: Release, received: datetime) -> None:
    customer = await estate.tenant(tx.work, tx.tenant)
    assert customer is not None  # whose log it is
    contract = await contracts.at(tx, tx.tenant, received, customer.zone)
    patron = None if contract is None or contract.patron is None else parse_patron(contract.patron)
    peremptory = bool(found.told.peremptory)
    until = last_instant(received, customer.zone, patron, peremptory=peremptory)
    opened = AcceptanceOpened(found.id, instant.to_text(received), instant.to_text(until), peremptory)
    await tx.append(opened, actor=BROKER)
    await programs.owe(tx, tx.tenant, until + _AFTER)
    for one in await people.tenant_people(tx.work, tx.tenant, role="titolare"):
        for due in reminders(received, customer.zone):
            if due > tx.at:
                told = {"letter": "testing", "release": found.id, "to": one.id}
                await tx.tell(outbox.PROGRAM, told, due=due)


async def install_version(parts: Parts, who: Who, tenant: str, product: str, version: str) -> None:
    """A program is at that version now, at that customer's."""
    await allow(parts, who, Action.RECORD_VERSION, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    kept = line(version, "version", MAX_VERSION, needed=True)
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        place = await estate.tenant(tx.work, tenant)
        if place is None or place.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        found = next((one for one in await products.every(tx) if one.id == product), None)
        if found is None:
            raise Refused(Why.BAD_INPUT, field="product")
        await tx.append(VersionInstalled(found.id, found.name, kept), actor=who.actor)
        await programs.owe(tx, tenant, at)
    await settled(parts, tenant)
