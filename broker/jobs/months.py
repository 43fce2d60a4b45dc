"""On the first of the month, at six in the tenant's own morning: the month before is closed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broker.cases.close_month import close_month
from broker.domain.estate import Tenant
from broker.domain.refusal import Refused
from broker.jobs.tenants import customers
from broker.parts import Parts
from broker.store import log, reports

_log = logging.getLogger("verbale.months")
HOUR = 6


async def tick(parts: Parts) -> None:
    at = parts.clock.now()
    for tenant in await customers(parts):
        period = due(tenant, at)
        if period is not None and await _open(parts, tenant, period):
            try:
                await close_month(parts, tenant.id, period)
            except Refused as no:
                # Nothing is lost: it is asked again at the next turn, and by hand with close-month.
                _log.warning("the month %s of %s was not closed: %s", period, tenant.id, no.why.value)


def due(tenant: Tenant, at: datetime) -> str | None:
    """The month (`YYYY-MM`) that should be closed by now, if the tenant lived in it."""
    here = ZoneInfo(tenant.zone)
    local = at.astimezone(here)
    if local.day == 1 and local.hour < HOUR:
        return None
    before = local.replace(day=1) - timedelta(days=1)
    opened = tenant.opened.astimezone(here)
    return f"{before:%Y-%m}" if (opened.year, opened.month) <= (before.year, before.month) else None


async def _open(parts: Parts, tenant: Tenant, period: str) -> bool:
    async with parts.store.read() as work:
        issued = await reports.every(work, tenant.id)
        return await log.head(work, tenant.id) is not None and not any(
            r.period == period and not r.partial for r in issued
        )
