"""Versions and defects as the logs have them, their words, and whose log has still to tell of something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from audit import instant
from broker.domain.programs import KINDS, Defect, Programs
from broker.store import log, openings
from broker.store.database import Work
from broker.store.desk_tables import programs_due
from broker.store.tx import Tx


async def of(work: Work, tenant: str) -> Programs:
    """Of a customer, or of the vendor."""
    return Programs.of(await log.select_leaves(work, tenant, kinds=KINDS, limit=log.ALL))


async def words(work: Work, tenant: str, found: Programs, wrapping: bytes) -> dict[int, str]:
    """What was written of the defects, by record; a text that was erased is left out."""
    said: dict[int, str] = {}
    for one in found.defects.values():
        for part in (one.opened, one.remedy, one.solution):
            if part is not None and (text := await word(work, tenant, part.n, wrapping)) is not None:
                said[part.n] = text
    return said


async def word(work: Work, tenant: str, n: int, wrapping: bytes) -> str | None:
    opening = await openings.get(work, tenant, n, wrapping)
    return None if opening is None else str(opening.data["text"])


async def owe(tx: Tx, tenant: str, due: datetime) -> None:
    """That customer's log has something to tell from then on."""
    await tx.mark(insert(programs_due).values(tenant=tenant, due=instant.to_text(due)))


async def owed(work: Work, at: datetime) -> list[str]:
    """Whose logs have something to tell now."""
    rows = await work.run(
        select(programs_due.c.tenant)
        .where(programs_due.c.due <= instant.to_text(at))
        .distinct()
        .order_by(programs_due.c.tenant)
    )
    return [row.tenant for row in rows]


async def paid(tx: Tx) -> None:
    """All of this log's that was due by now."""
    due = programs_due.c.due <= instant.to_text(tx.at)
    await tx.mark(delete(programs_due).where(programs_due.c.tenant == tx.tenant, due))


def customers_of(defect: Defect) -> list[str]:
    """Who met a defect, by the vendor's own log."""
    return list(dict.fromkeys(incident.partition(".")[0] for incident, _ in defect.links))
