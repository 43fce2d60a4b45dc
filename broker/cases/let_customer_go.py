"""The end of a contract: begun by one person, confirmed by another, stopped by either side, then carried out (L-35)."""

from __future__ import annotations

from audit.duty_records import CustomerLeft, LeavingBegun, LeavingConfirmed, LeavingStopped
from audit.erasure_records import ErasureExecuted
from audit.instant import whole_ms
from audit.person_records import PersonAdmitted
from audit.record import BROKER
from audit.records import KINDS
from audit.terms import TERMS
from broker.cases.deny import allow, attempt
from broker.cases.erase import as_now, erase_due
from broker.domain.erasing import Kept, Printed
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.leaving import GRACE, Remains, certificate, may_begin, may_confirm, may_stop
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import documents, duty_log, erasures, estate, log, people, reports
from broker.store.database import Work


async def begin_leaving(parts: Parts, who: Who, tenant: str) -> str:
    await allow(parts, who, Action.LET_GO, tenant, "tenant")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        place = await estate.tenant(tx.work, tenant)
        if place is None or place.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        may_begin(await duty_log.leaving(tx.work, tenant))
        name = f"u-{parts.chance.octets(4).hex()}"
        await tx.append(LeavingBegun(name), actor=who.actor)
        tx.announce("people", tenant)
    return name


async def confirm_leaving(parts: Parts, who: Who, tenant: str) -> str:
    """The last day on which it can be stopped."""
    await allow(parts, who, Action.LET_GO, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        place = await estate.tenant(tx.work, tenant)
        if place is None:
            raise Refused(Why.NOT_FOUND)
        found = may_confirm(await duty_log.leaving(tx.work, tenant), who)
        last = (day_of(at, place.zone) + GRACE).isoformat()
        await tx.append(LeavingConfirmed(found.id, last), actor=who.actor)
        tx.announce("people", tenant)
    return last


async def stop_leaving(parts: Parts, who: Who, tenant: str) -> None:
    await allow(parts, who, Action.LET_GO, tenant, "tenant")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = may_stop(await duty_log.leaving(tx.work, tenant))
        await tx.append(LeavingStopped(found.id), actor=who.actor)
        tx.announce("people", tenant)


async def carry_out_leaving(parts: Parts, tenant: Tenant) -> None:
    """Once the grace is over: the shortest terms count, what they have ended for goes, and a certificate says so; and
    again whenever more has gone, until nothing is left. Whatever a stop left half done is finished by the next run."""
    at = whole_ms(parts.clock.now())
    async with parts.store.read() as work:
        found = await duty_log.leaving(work, tenant.id)
        before = await duty_log.keys(work, tenant.id)
    if found is None or not (found.state == "left" or found.over(day_of(at, tenant.zone))):
        return
    if found.state == "confirmed":
        async with parts.store.tx(tenant.id, at) as tx:
            await tx.append(CustomerLeft(found.id), actor=BROKER)
            tx.announce("people", tenant.id)
    gone = await erase_due(parts, tenant)
    async with parts.store.read() as work:
        earlier = await documents.versions(work, tenant.id, "closing_certificate", found.id)
    if gone.refs or not earlier:
        await _certify(parts, tenant, found.id, before)


async def _certify(parts: Parts, tenant: Tenant, leaving: str, before: list[str]) -> None:
    async with parts.store.tx(tenant.id, whole_ms(parts.clock.now())) as tx:
        house, head = await estate.house(tx.work), await log.head(tx.work, tenant.id)
        assert house is not None
        assert head is not None
        earlier = await documents.versions(tx.work, tenant.id, "closing_certificate", leaving)
        keys = set(before) - set(await duty_log.keys(tx.work, tenant.id))
        for one in earlier:
            text = await documents.text(tx.work, tenant.id, one.n, parts.keys.wrapping_key())
            if text is not None:
                keys |= {
                    str(row[0])
                    for part in text["parts"]
                    if part["head"] == ["Chiave"]
                    for row in part["rows"]
                }
        written = certificate(
            await _remains(tx.work, tenant),
            sorted(keys),
            customer=tenant.name,
            vendor=house.name,
            bundle={"Registro": head.origin, "Registrazioni": str(head.size), "Radice": head.root.hex()},
            on=day_of(tx.at, tenant.zone),
            version=len(earlier) + 1,
        )
        await documents.issue(tx, "closing_certificate", len(earlier) + 1, written, BROKER, leaving)


async def _remains(work: Work, tenant: Tenant) -> list[Remains]:
    """By class: what records say was erased, and what is still there with its last day."""
    issued = [one for one in await reports.every(work, tenant.id) if not one.erased]
    printed = tuple(Printed(r.n, r.number, r.period, r.issued, frozenset()) for r in issued)
    kept = await as_now(
        work, tenant, Kept(await erasures.texts(work, tenant.id), printed, (), {}, tenant.zone)
    )
    erased = dict.fromkeys(TERMS, 0)
    for leaf in await log.select_leaves(work, tenant.id, kinds=(ErasureExecuted.KIND,), limit=log.ALL):
        for kind in (await log.kinds_of(work, tenant.id, leaf.refs)).values():
            erased["access" if kind == PersonAdmitted.KIND else KINDS[kind].RETAIN] += 1
    found = []
    for retain in TERMS:
        left = [kept.free(one) for one in kept.texts if one.retain == retain]
        left += [kept.free(one) for one in kept.reports] if retain == "report" else []
        names = await people.tenant_people(work, tenant.id) if retain == "access" else []
        until = None if kept.holds or not left else day_of(max(left), tenant.zone)
        found.append(Remains(retain, erased[retain], len(left) + len(names), until))
    return found
