"""Somebody of the customer rings (S-30, S-55): in category 1 that is a report, in category 2 it authorises nothing."""

from __future__ import annotations

from dataclasses import dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.cases.open_incident import Report, known, opened
from broker.domain.incident import log_contact
from broker.domain.people import APPROVING_ROLES, Action, Who
from broker.domain.told import told
from broker.parts import Parts
from broker.store import categories, incidents, outbox, people
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Call:
    """The four fields: who rang, of which customer (`tenant`), about what, and where to ring back."""

    tenant: str
    caller: str
    anomaly: str
    callback: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """`authorisable` False: Case 1. Whoever rang is told so, titolare and ADS have been written to."""

    tenant: str
    incident: str
    authorisable: bool
    covered: int


async def log_call(parts: Parts, who: Who, call: Call) -> Logged:
    await allow(parts, who, Action.LOG_CALL, call.tenant, "request")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", call.tenant), parts.store.tx(call.tenant, at) as tx:
        told(call.anomaly, call.caller, call.callback, call=True)
        if await categories.at(tx.work, call.tenant, at) == 2:
            return await _contact(tx, who, call)
        report = Report(call.anomaly, "phone", caller=call.caller, callback=call.callback)
        done = await opened(tx, who.actor, report)
        return Logged(call.tenant, done.incident, True, done.covered)


async def _contact(tx: Tx, who: Who, call: Call) -> Logged:
    said, covered = told(call.anomaly, call.caller, call.callback, call=True)
    new, record = log_contact(await known(tx, tx.at))
    opening = Opening(tx.chance.octets(SALT_BYTES), said.to_value())
    await incidents.add(tx, new, record, actor=who.actor, opening=opening)
    await tell_of_call(tx, new.known.id)
    return Logged(call.tenant, new.known.id, False, covered)


async def tell_of_call(tx: Tx, incident: str) -> None:
    """To everybody who may authorise, with a link that has no power by itself."""
    for person in await people.tenant_people(tx.work, tx.tenant):
        if person.role in APPROVING_ROLES and person.active:
            await tx.tell(outbox.CALL, {"incident": incident, "to": person.id})
