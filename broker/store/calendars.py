"""Secret addresses of calendars, and which requests concern a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from audit import instant
from broker.domain.request import AnyRequest
from broker.store import requests
from broker.store.database import Work
from broker.store.plug_tables import calendars
from broker.store.tables import requests as rows_of
from broker.store.tx import Tx


async def renew(tx: Tx, person: str, digest: str) -> None:
    await tx.change(delete(calendars).where(calendars.c.person == person))
    await tx.change(
        insert(calendars).values(
            person=person, tenant=tx.tenant, digest=digest, opened=instant.to_text(tx.at)
        )
    )


async def drop(tx: Tx, person: str) -> None:
    await tx.change(delete(calendars).where(calendars.c.person == person))


async def digest_of(work: Work, person: str) -> str | None:
    rows = await work.run(select(calendars.c.digest).where(calendars.c.person == person))
    return str(rows[0].digest) if rows else None


async def whose(work: Work, digest: str) -> str | None:
    rows = await work.run(select(calendars.c.person).where(calendars.c.digest == digest))
    return str(rows[0].person) if rows else None


async def requests_since(
    work: Work, tenant: str | None, technician: str | None, at: datetime, limit: int
) -> list[AnyRequest]:
    """Whose window ends after `at`, of a customer or of a technician, the latest windows first."""
    query = select(rows_of.c.tenant, rows_of.c.id).where(rows_of.c.not_after > instant.to_text(at))
    if tenant is not None:
        query = query.where(rows_of.c.tenant == tenant)
    if technician is not None:
        query = query.where(rows_of.c.technician == technician)
    rows = await work.run(query.order_by(rows_of.c.not_before.desc(), rows_of.c.id).limit(limit))
    return [await requests.load(work, row.tenant, row.id) for row in rows]
