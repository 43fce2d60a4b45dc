"""Who looked at what in this hour, so that looking again makes no second record. Earlier hours are forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from audit import instant
from broker.store.database import Work
from broker.store.tables import readings
from broker.store.tx import Tx

_HOUR = len("2026-11-10T09")


def _hour(at: datetime) -> str:
    return instant.to_text(at)[:_HOUR]


async def noted(work: Work, tenant: str, person: str, subject: str, at: datetime) -> bool:
    """Whether he looked at it in the hour of `at` (UTC) before."""
    found = await work.run(
        select(readings.c.hour).where(
            readings.c.tenant == tenant,
            readings.c.person == person,
            readings.c.subject == subject,
            readings.c.hour == _hour(at),
        )
    )
    return bool(found)


async def note(tx: Tx, person: str, subject: str) -> None:
    hour = _hour(tx.at)
    await tx.mark(delete(readings).where(readings.c.tenant == tx.tenant, readings.c.hour < hour))
    await tx.mark(insert(readings).values(tenant=tx.tenant, person=person, subject=subject, hour=hour))
