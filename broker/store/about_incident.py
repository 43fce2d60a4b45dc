"""Everything the log holds about one incident: its own records, and the requests that hang on it."""

from __future__ import annotations

from sqlalchemy import select

from audit import instant
from audit.incident_order import HEARD
from audit.incident_records import QueueJumped
from audit.leaf import Leaf
from broker.domain.incident import Known
from broker.store.database import Work
from broker.store.tables import entries, requests

MAX_READ = 20_000  # records of these kinds after the incident's first; a page shows the oldest of more


async def about_incident(work: Work, known: Known) -> list[Leaf]:
    """Oldest first."""
    rows = await work.run(
        select(entries.c.leaf)
        .where(
            entries.c.tenant == known.tenant,
            entries.c.time >= instant.to_text(known.logged),
            entries.c.kind.in_((*HEARD, QueueJumped.KIND)),
        )
        .order_by(entries.c.n)
        .limit(MAX_READ)
    )
    named = f'"{known.id}"'.encode()
    return [Leaf.parse(bytes(row.leaf)) for row in rows if named in bytes(row.leaf)]


async def requests_on(work: Work, tenant: str, incident: str) -> list[str]:
    """The ids of requests that name it, newest first."""
    rows = await work.run(
        select(requests.c.id)
        .where(requests.c.tenant == tenant, requests.c.incident == incident)
        .order_by(requests.c.asked.desc(), requests.c.id)
    )
    return [row.id for row in rows]
