"""The window of a request ended and nobody used it: the request lapses, and with it an unused grant."""

from __future__ import annotations

from datetime import datetime

from audit.record import BROKER
from broker.domain.request import AwaitingApproval, lapse, unfinished
from broker.domain.session import Granted, expire
from broker.parts import Parts
from broker.store import outbox, people, requests, sessions


async def lapse_overdue(parts: Parts, tenant: str, at: datetime) -> int:
    """How many of the tenant's requests lapsed."""
    async with parts.store.read() as work:
        if not await requests.overdue(work, tenant, at):
            return 0
    async with parts.store.tx(tenant, at) as tx:
        overdue = await requests.overdue(tx, tenant, at)
        for one in overdue:
            found = unfinished(one)
            after, record = lapse(found, at)
            await requests.move(tx, found, after, record, actor=BROKER)
            session = await sessions.of_request(tx, tenant, found.asked.id)
            if isinstance(session, Granted):
                unused, expired = expire(session, at)
                await sessions.move(tx, session, unused, expired, actor=BROKER)
            to = [found.asked.technician]
            if isinstance(found, AwaitingApproval):
                to += [p.id for p in await people.tenant_people(tx.work, tenant)]
            await outbox.letters(tx, "lapsed", found.asked.id, to)
    return len(overdue)
