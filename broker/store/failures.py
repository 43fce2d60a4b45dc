"""How often somebody guessed wrong lately, by source or by whom he claimed to be.

Count inside a transaction of the house: its log's row is the turn that keeps two counters apart.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from audit import instant
from broker.store.database import Work
from broker.store.tables import failures
from broker.store.tx import Tx

WINDOW = timedelta(minutes=15)


async def count(work: Work, subject: str, at: datetime) -> int:
    """Wrong guesses in the window that is running."""
    rows = await work.run(
        select(failures.c.since, failures.c.count.label("times")).where(failures.c.subject == subject)
    )
    if not rows or instant.parse(rows[0].since) + WINDOW <= at:
        return 0
    return int(rows[0].times)


async def add(tx: Tx, subject: str) -> int:
    """One more; how many in this window. Windows long over are forgotten."""
    await tx.mark(delete(failures).where(failures.c.since <= instant.to_text(tx.at - WINDOW)))
    if not await tx.mark(
        update(failures).where(failures.c.subject == subject).values(count=failures.c.count + 1)
    ):
        await tx.mark(insert(failures).values(subject=subject, count=1, since=instant.to_text(tx.at)))
    return await count(tx.work, subject, tx.at)


async def clear(tx: Tx, subject: str) -> None:
    await tx.mark(delete(failures).where(failures.c.subject == subject))
