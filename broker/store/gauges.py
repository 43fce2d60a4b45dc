"""Counts over all customers for whoever keeps the broker running: numbers and ages, and nobody's name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select

from audit import instant
from broker.store.database import Work
from broker.store.plug_tables import webhooks
from broker.store.tables import entries, outbox, sessions, shards


@dataclass(frozen=True, slots=True)
class Gauges:
    """`quiet` is when the log that was quiet longest got its last record, `owed` since when the oldest letter waits,
    `troubled` since when the webhook in longest trouble delivers nothing."""

    sessions: int
    records: int
    quiet: datetime | None
    letters: int
    owed: datetime | None
    webhooks: dict[str, int] = field(default_factory=dict)
    troubled: datetime | None = None
    behind: int = 0


async def read(work: Work, at: datetime) -> Gauges:
    live = await work.run(
        select(func.count().label("n")).where(sessions.c.state.in_(("opening", "active", "paused")))
    )
    last = and_(entries.c.tenant == shards.c.tenant, entries.c.n == shards.c.size - 1)
    logs = await work.run(
        select(func.sum(shards.c.size).label("n"), func.min(entries.c.time).label("quiet")).select_from(
            shards.outerjoin(entries, last)
        )
    )
    letters = await work.run(
        select(func.count().label("n"), func.min(outbox.c.due).label("owed")).where(
            outbox.c.done.is_(None), outbox.c.due <= instant.to_text(at)
        )
    )
    states = await work.run(
        select(
            webhooks.c.state, func.count().label("n"), func.min(webhooks.c.troubled).label("troubled")
        ).group_by(webhooks.c.state)
    )
    behind = await work.run(
        select(func.max(shards.c.size - webhooks.c.cursor).label("n")).where(
            webhooks.c.tenant == shards.c.tenant, webhooks.c.state == "active"
        )
    )
    troubles = [row.troubled for row in states if row.troubled is not None]
    return Gauges(
        sessions=live[0].n,
        records=int(logs[0].n or 0),
        quiet=_at(logs[0].quiet),
        letters=letters[0].n,
        owed=_at(letters[0].owed),
        webhooks={row.state: row.n for row in states},
        troubled=_at(min(troubles, default=None)),
        behind=int(behind[0].n or 0),
    )


def _at(text: str | None) -> datetime | None:
    return None if text is None else instant.parse(text)
