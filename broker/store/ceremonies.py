"""What a browser was asked to do, until it comes back: once, and not for long."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from audit import instant
from broker.store.database import Work
from broker.store.tables import ceremonies
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Ceremony:
    """`person` and `tenant` are None while nobody is known yet (a login). `data` is plain JSON."""

    purpose: str
    person: str | None
    tenant: str | None
    data: dict[str, Any]
    expires: datetime


async def put(tx: Tx, state_digest: str, ceremony: Ceremony) -> None:
    """Keep it under the digest of the state given out, and forget those whose time has passed."""
    await tx.mark(delete(ceremonies).where(ceremonies.c.expires < instant.to_text(tx.at)))
    await tx.mark(
        insert(ceremonies).values(
            id=state_digest,
            purpose=ceremony.purpose,
            person=ceremony.person,
            tenant=ceremony.tenant,
            data=json.dumps(ceremony.data),
            expires=instant.to_text(ceremony.expires),
        )
    )


async def find(work: Work, state_digest: str) -> Ceremony | None:
    rows = await work.run(select(ceremonies).where(ceremonies.c.id == state_digest))
    if not rows:
        return None
    row = rows[0]
    return Ceremony(row.purpose, row.person, row.tenant, json.loads(row.data), instant.parse(row.expires))


async def take(tx: Tx, state_digest: str) -> Ceremony | None:
    """The ceremony, which nobody can take again; None if there is none or its time has passed."""
    found = await find(tx.work, state_digest)
    if found is None or not await tx.mark(delete(ceremonies).where(ceremonies.c.id == state_digest)):
        return None
    return found if tx.at < found.expires else None
