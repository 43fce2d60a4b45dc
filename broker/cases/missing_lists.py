"""Which hosts have not listed their sessions up to a month's end, said in the log as the month is closed."""

from __future__ import annotations

from datetime import datetime

from audit.list_coverage import Coverage
from audit.log_records import ListsMissing
from audit.record import BROKER
from broker.parts import Parts
from broker.store import estate, log
from broker.store.reports import Issued
from broker.store.tx import Tx


async def say_missing(tx: Tx, period: str, first: datetime, until: datetime) -> None:
    """Record them just before `period.closed`, in its transaction; to wait for them is the timer's."""
    told = await log.select_leaves(tx.work, tx.tenant, kinds=Coverage.KINDS, limit=log.ALL)
    missing = Coverage(told).missing(first, until)
    if missing:
        await tx.append(ListsMissing(period, tuple(missing)), actor=BROKER)


async def missing_lists(parts: Parts, issued: Issued) -> list[str]:
    """Labels of the hosts without whose list that month was closed; a month so far asks for none."""
    if issued.partial:
        return []
    async with parts.store.read() as work:
        said = await log.select_leaves(work, issued.tenant, kinds=(ListsMissing.KIND,), limit=log.ALL)
        labels = estate.labels(await estate.tenant_hosts(work, issued.tenant))
    found = [leaf.record for leaf in said if isinstance(leaf.record, ListsMissing)]
    return [labels.get(host, host) for one in found if one.period == issued.period for host in one.hosts]
