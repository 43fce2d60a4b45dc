"""Weeks and quarters that ended, and interventions, are told of where that was agreed: from six in the morning on."""

from __future__ import annotations

from audit.periods import intervention
from broker.cases.tell_period import tell_period
from broker.domain.cadence import due, interventions
from broker.domain.estate import Tenant
from broker.jobs.tenants import customers
from broker.parts import Parts
from broker.store import told


async def tick(parts: Parts) -> None:
    async def tell(tenant: Tenant) -> None:
        at = parts.clock.now()
        async with parts.store.read() as work:
            agreements = await told.agreements(work, tenant.id)
            if not agreements:
                return
            known = await told.periods(work, tenant.id)
            each = any(one.cadence == "intervention" for one in agreements)
            done = await told.done(work, tenant.id) if each else []
        for period in due(agreements, known, tenant.zone, at):
            await tell_period(parts, tenant.id, period)
        for one in interventions(agreements, known, done, tenant.zone, at):
            await tell_period(parts, tenant.id, intervention(one.session))

    await customers(parts, "the period", tell)
