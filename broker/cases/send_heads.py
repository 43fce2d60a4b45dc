"""Once a local week, each titolare of a customer is sent the log's head, to keep where we cannot reach it."""

from __future__ import annotations

from datetime import datetime

from audit.log_records import HeadSent
from audit.record import BROKER
from broker.domain.estate import Tenant
from broker.domain.head_letter import week_of
from broker.parts import Parts
from broker.store import outbox, people
from broker.store.database import Work
from broker.store.outbox import Due
from broker.store.tx import Tx


async def send_heads(parts: Parts, customer: Tenant, at: datetime) -> bool:
    """Whether this week's letters were still to be put into the outbox, and now are.

    The first week is that after the one in which the customer came: on that day he gets the keys.
    """
    async with parts.store.read() as work:
        if not await _due(work, customer, at):
            return False
    async with parts.store.tx(customer.id, at) as tx:
        if not await _due(tx.work, customer, at):
            return False
        assert tx.head is not None  # a customer has a log from its first day on
        for one in await people.tenant_people(tx.work, customer.id, role="titolare"):
            if one.email:
                told = {"week": week_of(at, customer.zone), "size": tx.head.size, "to": one.id}
                await tx.tell(outbox.HEAD, told)
    return True


async def _due(work: Work, customer: Tenant, at: datetime) -> bool:
    last = await outbox.last(work, customer.id, outbox.HEAD)
    before = week_of(customer.opened, customer.zone) if last is None else str(last.payload["week"])
    return week_of(at, customer.zone) > before


async def record_sent(tx: Tx, due: Due) -> None:
    """A mail server took it: that is what we know of its way."""
    await tx.append(HeadSent(int(due.payload["size"]), str(due.payload["to"])), actor=BROKER)
