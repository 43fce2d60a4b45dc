"""Timestamp tokens over heads of a tenant's log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from audit import instant
from broker.store.database import Work
from broker.store.tables import stamps
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Stamp:
    """A head that was stamped: its size, and when the token was recorded."""

    size: int
    at: datetime


async def every(work: Work, tenant: str) -> list[Stamp]:
    """Oldest first."""
    rows = await work.run(
        select(stamps.c.size, stamps.c.at).where(stamps.c.tenant == tenant).order_by(stamps.c.at)
    )
    return [Stamp(row.size, instant.parse(row.at)) for row in rows]


async def tokens(work: Work, tenant: str) -> dict[int, bytes]:
    """By the size of the head each is over."""
    rows = await work.run(select(stamps.c.size, stamps.c.token).where(stamps.c.tenant == tenant))
    return {row.size: bytes(row.token) for row in rows}


async def add(tx: Tx, size: int, token: bytes) -> None:
    await tx.change(
        insert(stamps).values(tenant=tx.tenant, size=size, token=token, at=instant.to_text(tx.at))
    )
