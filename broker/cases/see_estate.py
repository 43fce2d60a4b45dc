"""What a person may see of tenants, people and hosts: for lists and pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from audit.bare_host import BareHost
from audit.policy import Policy
from audit.statement_parts import Account
from broker.cases.deny import allow
from broker.cases.person_view import PersonView
from broker.domain.estate import (
    EnrolledHost,
    Host,
    HostWithoutAgent,
    PreparedHost,
    RevokedHost,
    SignedHost,
    Tenant,
)
from broker.domain.months import begun
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, people, statements


@dataclass(frozen=True, slots=True)
class HostView:
    """`confirmed` is None while no agent has come, `list` (of the month that ended last) where it owes none."""

    id: str
    tenant: str
    label: str
    place: str
    state: Literal["prepared", "signed", "enrolled", "revoked", "bare", "bare_gone"]
    confirmed: bool | None
    connected: bool
    last_seen: datetime | None
    account: str | None
    administrator: bool
    list: Literal["received", "missing"] | None
    bare: BareHost | None = None  # as the rules in force name it: it has no agent


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


async def see_hosts(parts: Parts, who: Who, tenant: str) -> list[HostView]:
    await allow(parts, who, Action.SEE_HOSTS, tenant, "host")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None:
            raise Refused(Why.NOT_FOUND)
        policy = await statements.policy(work, tenant)
        hosts = await estate.tenant_hosts(work, tenant)
    accounts = {} if policy is None else dict(policy.accounts)
    bare = {} if policy is None else {one.id: one for one in policy.bare_hosts}
    return [
        replace(_view(parts, host, customer, accounts.get(host.id)), bare=bare.get(host.id)) for host in hosts
    ]


def _view(parts: Parts, host: Host, customer: Tenant, account: Account | None) -> HostView:
    enrolled = host if isinstance(host, EnrolledHost) else None
    return HostView(
        id=host.id,
        tenant=host.tenant,
        label=host.label,
        place=host.place,
        state=_state(host),
        confirmed=None if enrolled is None else enrolled.confirmed,
        connected=enrolled is not None and parts.hub.connected(host.id),
        last_seen=None if enrolled is None else parts.hub.last_seen(host.id) or enrolled.last_seen,
        account=None if account is None else account.name,
        administrator=account is not None and account.administrator,
        list=None if enrolled is None else enrolled.list_of(begun(customer, parts.clock.now())),
    )


def _state(host: Host) -> Literal["prepared", "signed", "enrolled", "revoked", "bare", "bare_gone"]:
    match host:
        case HostWithoutAgent(named=named):
            return "bare" if named else "bare_gone"
        case PreparedHost():
            return "prepared"
        case SignedHost():
            return "signed"
        case EnrolledHost():
            return "enrolled"
        case RevokedHost():
            return "revoked"
