"""A broker begins: no log is written before those who witnessed it last have said what they hold."""

from __future__ import annotations

from broker.parts import Parts
from broker.store import estate, log, statements, witnesses

# An agent that is on has dialled again by then: its back-off is at most a minute.
WITHIN_S = 75.0


async def expect_witnesses(parts: Parts) -> None:
    """Of every customer: hosts that were connected and have cosigned, and his external witnesses."""
    async with parts.store.read() as work:
        for customer in await estate.customers(work):
            head = await log.head(work, customer.id)
            rules = await statements.policy(work, customer.id)
            if head is None or rules is None:
                continue
            hosts = await estate.enrolled_hosts(work, customer.id)
            there = {h.id for h in hosts if h.witnessed and h.silent_since is None}
            outside = {witnesses.external_id(w.key) for w in rules.external}
            asked = {w for w in outside if await witnesses.cosigned_to(work, customer.id, w)}
            parts.store.standing.expect(customer.id, there | asked, WITHIN_S)
