"""The minute that a yearly verification ends with: what it says, of this moment."""

from __future__ import annotations

from audit.canonical import Value
from broker.cases.see_verifications import looked_at, people_of
from broker.domain.document import day
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import Who
from broker.domain.verification import Administrator, Conclusion, LogState, Verification, minute
from broker.parts import Parts
from broker.store import accesses, appointments, estate, log, reading, verifications
from broker.store.database import Work


async def minute_of(
    parts: Parts,
    work: Work,
    who: Who,
    tenant: str,
    found: Verification,
    *,
    conclusion: Conclusion,
    place: str,
    remarks: str,
) -> dict[str, Value]:
    """What the minute says, of this moment."""
    customer, house, head = (
        await estate.tenant(work, tenant), await estate.house(work), await log.head(work, tenant),
    )  # fmt: skip
    assert customer is not None
    assert house is not None
    assert head is not None
    seen = await verifications.accesses(work, tenant, found.size)
    known = await people_of(work, tenant, seen)
    stamps, gaps = await verifications.told(work, tenant, found.size)
    return minute(
        found,
        await looked_at(parts, work, tenant, found, seen, known),
        seen,
        administrators=await _administrators(work, customer, found),
        log=LogState(head.origin, stamps, gaps),
        names=known,
        customer=customer.name,
        vendor=house.name,
        verifier=who.name,
        place=place,
        conclusion=conclusion,
        remarks=remarks,
        on=day_of(parts.clock.now(), customer.zone),
    )


async def _administrators(work: Work, customer: Tenant, found: Verification) -> list[Administrator]:
    """Whoever was one at the beginning or at the end of the period, or was appointed within it."""
    register = await accesses.register(work, customer.id)
    tenures = {
        (one.person, one.since, one.until): one
        for on in (found.first, found.until)
        for one in register.on(on)
    }
    known = await reading.names(work, [person for person, _, _ in tenures], customer.id)
    lines = [
        Administrator(known[one.person], day(day_of(one.since, customer.zone)), day(day_of(one.until, customer.zone)),
                      "nomina" if one.source == "appointment" else "elenco firmato")
        for one in tenures.values()
    ]  # fmt: skip
    held = await appointments.every(work, customer.id)
    named = await reading.names(work, [one.person for one in held], customer.id)
    lines += [
        Administrator(named[one.person], day(one.first), day(one.last), "nomina")
        for one in held
        if found.first < one.first <= found.until and one.last < found.until
    ]
    return sorted(lines, key=lambda one: (one.name, one.first))
