"""*Esporta evidenze incidente*: what happened in some days, to be handed on with a notification (L-61)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from audit import bundle
from audit.incident_export import MAX_DAYS, files
from audit.instant import whole_ms
from audit.person_records import RecordRead
from broker.cases.deny import allow
from broker.cases.export_accesses import AccessFile
from broker.domain.accesses import midnight
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, incident_evidence, log


async def export_incident(parts: Parts, who: Who, tenant: str, since: date, until: date) -> AccessFile:
    """The ZIP of both days and those between, local to the log. That it was taken out is a record."""
    await allow(parts, who, Action.READ_ACCESSES, tenant, "log")
    parts.store.standing.demand(tenant)  # the log's key signs what is taken out
    if not timedelta(0) <= until - since < timedelta(days=MAX_DAYS):
        raise Refused(Why.BAD_INPUT, field="until")
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        head = await log.head(work, tenant)
        if place is None or head is None:
            raise Refused(Why.NOT_FOUND)
        first, after = midnight(since, "since", place.zone), midnight(until, "until", place.zone, after=True)
        found = await incident_evidence.taken(work, tenant, first, after, head, parts.keys)
    at = whole_ms(parts.clock.now())
    key = parts.keys.log_key(found.origin)
    data = await asyncio.to_thread(lambda: bundle.pack(files(found, first, after, at, key)))
    record = RecordRead(who.person, "incident_evidence", who.terminal)
    await parts.store.append(tenant, at, record, actor=who.actor)
    return AccessFile(f"incidente-{tenant}-{since}-{until}.zip", "application/zip", data)
