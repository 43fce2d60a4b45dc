"""The log's daily sign of life, and the days it has none of: the broker was not running."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from audit.log_records import LogGap, LogHeartbeat
from audit.record import BROKER
from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import log
from broker.store.database import Work


async def heartbeat(parts: Parts, tenant: Tenant, at: datetime) -> bool:
    """Whether today's was still to be written. Missed days before it are said first (`log.gap`)."""
    zone = ZoneInfo(tenant.zone)
    today = at.astimezone(zone).date()
    async with parts.store.read() as work:
        if await _last_day(work, tenant, zone) >= today:
            return False
    async with parts.store.tx(tenant.id, at) as tx:
        last = await _last_day(tx.work, tenant, zone)
        first_missed, last_missed = last + timedelta(days=1), today - timedelta(days=1)
        if first_missed <= last_missed:
            await tx.append(LogGap(first_missed.isoformat(), last_missed.isoformat()), actor=BROKER)
        await tx.append(LogHeartbeat(today.isoformat()), actor=BROKER)
    return True


async def _last_day(work: Work, tenant: Tenant, zone: ZoneInfo) -> date:
    """The day of the last heartbeat; for a new log, the day before it was opened."""
    found = await log.select_leaves(work, tenant.id, kinds=(LogHeartbeat.KIND,), limit=1)
    match [leaf.record for leaf in found]:
        case [LogHeartbeat(day=day)]:
            return date.fromisoformat(day)
        case _:
            return tenant.opened.astimezone(zone).date() - timedelta(days=1)
