"""The check-ins of a request's watcher: the last one counts."""

from __future__ import annotations

from audit.leaf import Leaf
from audit.request_records import SupervisionTaken
from audit.signed import SignedStatement
from broker.store import log, requests, statements
from broker.store.database import Work


async def last_check_in(work: Work, tenant: str, request: str) -> SignedStatement | None:
    """What the watcher signed last; None while nobody has."""
    n = await requests.supervised_n(work, tenant, request)
    data = None if n is None else await log.leaf_bytes(work, tenant, n)
    record = None if data is None else Leaf.parse(data).record
    if not isinstance(record, SupervisionTaken):
        return None
    return await statements.by_digest(work, tenant, record.statement)
