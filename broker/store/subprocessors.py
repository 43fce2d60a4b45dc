"""Names of the companies whose people work for the vendor: rows to domain values and back."""

from __future__ import annotations

from sqlalchemy import insert, select

from broker.domain.register import Subprocessor
from broker.store.database import Work
from broker.store.tables import subprocessors
from broker.store.tx import Tx


async def every(work: Work) -> list[Subprocessor]:
    """By name."""
    rows = await work.run(select(subprocessors).order_by(subprocessors.c.name))
    return [Subprocessor(row.id, row.name, row.place) for row in rows]


async def find(work: Work, subprocessor: str) -> Subprocessor | None:
    rows = await work.run(select(subprocessors).where(subprocessors.c.id == subprocessor))
    return Subprocessor(rows[0].id, rows[0].name, rows[0].place) if rows else None


async def add(tx: Tx, new: Subprocessor) -> None:
    await tx.change(insert(subprocessors).values(id=new.id, name=new.name, place=new.place))
