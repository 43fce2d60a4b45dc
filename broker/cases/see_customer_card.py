"""A customer at one glance, for the vendor's people: what is open there, which hosts, which contract."""

from __future__ import annotations

from dataclasses import dataclass

from broker.cases.deny import allow
from broker.cases.see_hosts import HostView, see_hosts
from broker.cases.seen_incident import Around, Seen, seen_incident
from broker.domain.contract import Contract
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import contracts, estate, incidents


@dataclass(frozen=True, slots=True)
class CustomerCard:
    customer: Tenant
    contract: Contract | None
    incidents: list[Seen]
    hosts: list[HostView]


async def see_customer_card(parts: Parts, who: Who, tenant: str) -> CustomerCard:
    await allow(parts, who, Action.LOG_CALL, tenant, "tenant")
    at = parts.clock.now()
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        around = Around(work)
        open_ = [
            await seen_incident(parts, around, one, [], at) for one in await incidents.unclosed(work, tenant)
        ]
        contract = await contracts.at(work, tenant, at, customer.zone)
    return CustomerCard(customer, contract, open_, await see_hosts(parts, who, tenant))
