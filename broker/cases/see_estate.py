"""What a person may see of tenants and people: for lists and pages."""

from __future__ import annotations

from audit.policy import Policy
from broker.cases.deny import allow
from broker.cases.person_view import PersonView
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, people, statements


async def see_tenants(parts: Parts, who: Who) -> list[Tenant]:
    """The customers, for the house; his own, for an approver."""
    async with parts.store.read() as work:
        if who.house:
            return await estate.customers(work)
        own = await estate.tenant(work, who.tenant)
    return [] if own is None else [own]


async def see_own(parts: Parts, who: Who) -> Tenant:
    """The caller's own: the house, or his customer."""
    async with parts.store.read() as work:
        own = await estate.tenant(work, who.tenant)
    assert own is not None  # a person has a tenant
    return own


async def see_house(parts: Parts) -> Tenant | None:
    """The vendor; None before the first run."""
    async with parts.store.read() as work:
        return await estate.house(work)


async def see_policy(parts: Parts, who: Who, tenant: str) -> Policy | None:
    """The customer's rules in force, if he has signed any."""
    await allow(parts, who, Action.SEE_HOSTS, tenant, "host")
    async with parts.store.read() as work:
        return await statements.policy(work, tenant)


async def see_people(parts: Parts, who: Who, tenant: str) -> list[PersonView]:
    await allow(parts, who, Action.SEE_PEOPLE, tenant, "person")
    found: list[PersonView] = []
    async with parts.store.read() as work:
        if await estate.tenant(work, tenant) is None:
            raise Refused(Why.NOT_FOUND)
        named = await statements.approvers(work, tenant)
        for one in await people.tenant_people(work, tenant):
            logins = await people.credentials(work, tenant, one.id, "login")
            signing = await people.credentials(work, tenant, one.id, "signing")
            lines = [] if named is None else [line for line in named.approvers if line.person == one.id]
            ssh = len(await people.ssh_keys_of(work, tenant, one.id))
            found.append(PersonView.of(one, signing, lines, logins=logins, ssh_keys=ssh))
    return found
