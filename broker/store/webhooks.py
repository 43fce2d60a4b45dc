"""Webhooks and their deliveries: rows to domain values and back. The facts themselves stay in the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, delete, func, insert, select, update

from audit import instant
from audit.leaf import Leaf
from broker.domain.people import Role
from broker.domain.webhook import KEPT_DELIVERIES, Delivery, State, Webhook
from broker.store import log, shards
from broker.store.database import Work
from broker.store.plug_tables import webhook_deliveries, webhooks
from broker.store.tables import entries
from broker.store.tx import Tx


async def add(tx: Tx, one: Webhook) -> None:
    await tx.change(insert(webhooks).values(tenant=one.tenant, id=one.id, **_values(one)))


async def keep(tx: Tx, one: Webhook) -> None:
    """Its state as its owner or its records have it."""
    await tx.change(update(webhooks).where(*_is(one)).values(**_values(one)))


async def went(tx: Tx, one: Webhook) -> None:
    """How far deliveries came: no fact of its own."""
    await tx.mark(
        update(webhooks)
        .where(*_is(one))
        .values(
            cursor=one.cursor, tries=one.tries, due=instant.to_text(one.due), troubled=_text(one.troubled)
        )
    )


async def drop(tx: Tx, one: Webhook) -> None:
    await tx.change(delete(webhooks).where(*_is(one)))
    await tx.mark(delete(webhook_deliveries).where(*_of(one)))


async def every(work: Work, tenant: str) -> list[Webhook]:
    rows = await work.run(
        select(webhooks).where(webhooks.c.tenant == tenant).order_by(webhooks.c.opened, webhooks.c.id)
    )
    return [_webhook(row) for row in rows]


async def find(work: Work, tenant: str, id: str) -> Webhook | None:
    rows = await work.run(select(webhooks).where(webhooks.c.tenant == tenant, webhooks.c.id == id))
    return _webhook(rows[0]) if rows else None


async def due(work: Work, at: datetime) -> list[Webhook]:
    """Of every log, those that are active and whose pause is over."""
    rows = await work.run(
        select(webhooks)
        .where(webhooks.c.state == "active", webhooks.c.due <= instant.to_text(at))
        .order_by(webhooks.c.due, webhooks.c.tenant, webhooks.c.id)
    )
    return [_webhook(row) for row in rows]


# ------------------------------------------------------------------------------------------------------ the log


async def facts(work: Work, tenant: str, kinds: Sequence[str], first: int, limit: int) -> list[Leaf]:
    """Records of these kinds from number `first` on, in order."""
    rows = await work.run(
        select(entries.c.leaf)
        .where(entries.c.tenant == tenant, entries.c.n >= first, entries.c.kind.in_(kinds))
        .order_by(entries.c.n)
        .limit(limit)
    )
    return [Leaf.parse(bytes(row.leaf)) for row in rows]


async def before(work: Work, tenant: str, kinds: Sequence[str], n: int) -> int | None:
    """The number of the last record of these kinds before `n`."""
    rows = await work.run(
        select(func.max(entries.c.n).label("n")).where(
            entries.c.tenant == tenant, entries.c.n < n, entries.c.kind.in_(kinds)
        )
    )
    return cast("int | None", rows[0].n)


async def origins(work: Work, tenant: str) -> list[tuple[int, str]]:
    """(records that stand before it, name) of each log of the tenant, oldest first."""
    return [(one.head.since, one.origin) for one in await shards.chain(work, tenant)]


async def path(work: Work, tenant: str, n: int, size: int) -> list[bytes]:
    return await log.inclusion(work, tenant, n, size)


# ------------------------------------------------------------------------------------------------------ deliveries


async def note(tx: Tx, one: Webhook, delivery: Delivery) -> None:
    rows = await tx.run(select(func.max(webhook_deliveries.c.number).label("n")).where(*_of(one)))
    number = int(rows[0].n or 0) + 1
    await tx.mark(
        insert(webhook_deliveries).values(
            tenant=one.tenant, webhook=one.id, number=number, at=instant.to_text(delivery.at), n=delivery.n,
            kind=delivery.kind, status=delivery.status, said=delivery.said,
        )
    )  # fmt: skip
    await tx.mark(
        delete(webhook_deliveries).where(*_of(one), webhook_deliveries.c.number <= number - KEPT_DELIVERIES)
    )


async def deliveries(work: Work, one: Webhook) -> list[Delivery]:
    """The last ones, the newest first."""
    rows = await work.run(
        select(webhook_deliveries).where(*_of(one)).order_by(webhook_deliveries.c.number.desc())
    )
    return [Delivery(instant.parse(row.at), row.n, row.kind, row.status, row.said) for row in rows]


# ------------------------------------------------------------------------------------------------------------ rows


def _is(one: Webhook) -> tuple[Any, ...]:
    return (webhooks.c.tenant == one.tenant, webhooks.c.id == one.id)


def _of(one: Webhook) -> tuple[Any, ...]:
    return (webhook_deliveries.c.tenant == one.tenant, webhook_deliveries.c.webhook == one.id)


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant.to_text(at)


def _values(one: Webhook) -> dict[str, Any]:
    return {
        "person": one.person, "role": one.role, "address": one.address, "kinds": ",".join(one.kinds),
        "state": one.state, "opened": _text(one.opened), "generation": one.generation, "rotated": _text(one.rotated),
        "cursor": one.cursor, "tries": one.tries, "due": _text(one.due), "troubled": _text(one.troubled),
    }  # fmt: skip


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        tenant=row.tenant, id=row.id, person=row.person, role=cast(Role, row.role), address=row.address,
        kinds=tuple(filter(None, row.kinds.split(","))), state=cast(State, row.state),
        opened=instant.parse(row.opened), generation=row.generation,
        rotated=None if row.rotated is None else instant.parse(row.rotated),
        cursor=row.cursor, tries=row.tries, due=instant.parse(row.due),
        troubled=None if row.troubled is None else instant.parse(row.troubled),
    )  # fmt: skip
