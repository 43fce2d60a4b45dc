"""What is done with a customer's data (art. 30(2), 35): read together, at one moment, from the settings in force."""

from __future__ import annotations

from broker.cases.deny import allow
from broker.domain.category import category_at
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.processing_facts import Company, HasAccess, ProcessingFacts, ToolRelay, kept, measures
from broker.domain.refusal import Refused, Why
from broker.domain.register import Register, Subprocessor
from broker.parts import Parts
from broker.store import appointments, breaches, estate, people, statements, subprocessors
from broker.store.database import Work
from broker.store.duties import Duties
from broker.store.relays import noted

_DETAILS = ("street", "town", "vat", "email", "pec", "phone")


async def see_processing(parts: Parts, who: Who, tenant: str) -> ProcessingFacts:
    """Of a customer, for whoever may see its duties."""
    await allow(parts, who, Action.SEE_DUTIES, tenant, "tenant")
    async with parts.store.read() as work:
        return await processing_facts(parts, work, tenant)


async def processing_facts(parts: Parts, work: Work, tenant: str) -> ProcessingFacts:
    """`Refused` with `not_found` for what is no customer."""
    at = parts.clock.now()
    customer, house = await estate.tenant(work, tenant), await estate.house(work)
    if customer is None or house is None or customer.kind != "customer":
        raise Refused(Why.NOT_FOUND)
    duties = Duties(work)
    _, register = await duties.of(tenant)
    today = day_of(at, customer.zone)
    policy = await statements.policy(work, tenant)
    companies = {one.id: one for one in await subprocessors.every(work)}
    relays = await noted(work, tenant)
    return ProcessingFacts(
        customer=customer,
        details=_entered(await estate.details(work, tenant)),
        vendor=house.name,
        contact=_entered(await estate.details(work, house.id)),
        at=at,
        day=today,
        category=category_at(register.categories, at),
        policy=policy,
        recording=None if policy is None else policy.recording,
        kept=kept(policy),
        access=await _access(parts, work, customer, house, await duties.house(), companies),
        companies=tuple(
            Company(companies[one], told, told.counts(today))
            for one, told in register.subprocessors.items()
            if one in companies
        ),
        tools=tuple(
            ToolRelay(one.id, relays.get(one.id)) for one in (() if policy is None else policy.tools)
        ),
        papers=tuple(one for one in register.filed if one.holds(today)),
        measures=measures(policy, secure=parts.settings.secure, stamped=parts.settings.tsa is not None),
        hosts=len(await estate.tenant_hosts(work, tenant)),
        notify_hours=await breaches.hours(work),
    )


def _entered(details: dict[str, object]) -> dict[str, str]:
    return {name: str(details[name]) for name in _DETAILS if details.get(name)}


async def _access(
    parts: Parts,
    work: Work,
    customer: Tenant,
    house: Tenant,
    of_house: Register,
    companies: dict[str, Subprocessor],
) -> tuple[HasAccess, ...]:
    """The customer's own people who come in, and the vendor's technicians: all may be assigned, and of those who are
    appointed its administrators the register says so."""
    found = [
        HasAccess(one.id, one.name, one.function, one.role)
        for one in await people.tenant_people(work, customer.id)
        if one.active
    ]
    for one in await people.tenant_people(work, house.id):
        if one.active:
            employer = companies.get(of_house.employers.get(one.id) or "")
            appointed = await appointments.appointed(work, customer.id, one.id, parts.clock.now())
            role = "administrator" if appointed and one.role == "technician" else one.role
            found.append(
                HasAccess(one.id, one.name, one.function, role, "" if employer is None else employer.name)
            )
    return tuple(found)
