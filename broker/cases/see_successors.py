"""Whose witnesses beside the hosts have to be told of another log: hosts follow by themselves, these cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.policy import Policy
from broker.cases.see_estate import see_tenants
from broker.domain.people import Who
from broker.parts import Parts
from broker.store import log, reports, statements
from broker.store.log import Head
from broker.store.reports import LastCosigned
from broker.store.witnesses import external_id


@dataclass(frozen=True, slots=True)
class Successor:
    """A customer's log that is announced for `begins`, or was begun (None) and is not cosigned outside yet."""

    customer: str
    begins: datetime | None


def to_be_told(
    head: Head, rules: Policy | None, cosigned: Sequence[LastCosigned], customer: str
) -> Successor | None:
    """None where nobody outside witnesses, or all of them do under the present name already."""
    if rules is None or not rules.external:
        return None
    if head.successor is not None:
        return Successor(customer, head.ends)
    reached = {one.host: one.size for one in cosigned}
    behind = any(reached.get(external_id(w.key), 0) <= head.since for w in rules.external)
    return Successor(customer, None) if head.since and behind else None


async def see_successors(parts: Parts, who: Who) -> list[Successor]:
    """Of the customers the caller sees."""
    found = []
    for customer in await see_tenants(parts, who):
        async with parts.store.read() as work:
            head = await log.head(work, customer.id)
            rules = await statements.policy(work, customer.id)
            cosigned = await reports.last_cosigned(work, customer.id)
        one = None if head is None else to_be_told(head, rules, cosigned, customer.name)
        if one is not None:
            found.append(one)
    return found
