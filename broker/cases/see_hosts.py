"""The hosts of a customer as a person may see them, and all there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from audit.bare_host import BareHost
from audit.statement_parts import Account
from broker.cases.deny import allow
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
from broker.store import estate, statements
from broker.store.database import Work


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


async def see_hosts(parts: Parts, who: Who, tenant: str) -> list[HostView]:
    await allow(parts, who, Action.SEE_HOSTS, tenant, "host")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None:
            raise Refused(Why.NOT_FOUND)
        return await _hosts(parts, work, customer)


async def see_all_hosts(parts: Parts, who: Who) -> list[HostView]:
    """Of every customer, for the vendor's people; each customer's of a moment of its own."""
    async with parts.store.read() as work:
        customers = await estate.customers(work)
    found = list[HostView]()
    for one in customers:
        await allow(parts, who, Action.SEE_HOSTS, one.id, "host")
        async with parts.store.read() as work:
            found += await _hosts(parts, work, one)
    return found


async def _hosts(parts: Parts, work: Work, customer: Tenant) -> list[HostView]:
    hosts = await estate.tenant_hosts(work, customer.id)
    if not hosts:
        return []
    policy = await statements.policy(work, customer.id)
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
