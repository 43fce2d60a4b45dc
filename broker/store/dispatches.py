"""Letters with receipts, and how far each has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, insert, select, update

from audit import instant
from broker.domain.dispatch import FINAL, Certified, Dispatch, Handed
from broker.domain.refusal import Refused, Why
from broker.store.database import Work
from broker.store.post_tables import dispatches
from broker.store.tx import Tx

_FACTS = [column for column in dispatches.c if column.name != "message"]


async def add(tx: Tx, one: Dispatch, message: bytes) -> None:
    """Its record is made once it is handed over: nothing has happened yet."""
    await tx.mark(insert(dispatches).values(**_values(one), message=message))


async def load(work: Work, tenant: str, id: str) -> Dispatch:
    rows = await work.run(select(*_FACTS).where(dispatches.c.tenant == tenant, dispatches.c.id == id))
    if not rows:
        raise Refused(Why.NOT_FOUND)
    return _dispatch(rows[0])


async def message(work: Work, tenant: str, id: str) -> bytes:
    rows = await work.run(
        select(dispatches.c.message).where(dispatches.c.tenant == tenant, dispatches.c.id == id)
    )
    if not rows:
        raise Refused(Why.NOT_FOUND)
    return bytes(rows[0].message)


async def by_message_id(work: Work, message_id: str) -> Dispatch | None:
    """Of whichever customer: a receipt names nothing else."""
    rows = await work.run(select(*_FACTS).where(dispatches.c.message_id == message_id))
    return _dispatch(rows[0]) if rows else None


async def told_of(work: Work, tenant: str, about: str) -> bool:
    """Whether a letter about it was ever put on its way."""
    where = (dispatches.c.tenant == tenant, dispatches.c.about == about)
    return bool(await work.run(select(dispatches.c.id).where(*where).limit(1)))


async def due(work: Work, at: datetime, limit: int) -> list[Dispatch]:
    """What waits to be handed over, oldest first."""
    return await _found(
        work,
        limit,
        dispatches.c.handed == "waiting",
        dispatches.c.due <= instant.to_text(at),
    )


async def in_hand(work: Work, before: datetime, limit: int) -> list[Dispatch]:
    """What was being handed over at that time, and whose outcome nobody wrote down."""
    return await _found(
        work,
        limit,
        dispatches.c.handed == "sending",
        dispatches.c.due <= instant.to_text(before),
    )


async def unsettled(work: Work, sent_before: datetime, limit: int) -> list[Dispatch]:
    """Handed over before that time, and nobody knows how it ended, nor was told so."""
    return await _found(
        work,
        limit,
        dispatches.c.ended.is_(False),
        dispatches.c.overdue.is_(False),
        dispatches.c.sent <= instant.to_text(sent_before),
    )


async def of_tenant(work: Work, tenant: str, limit: int) -> list[Dispatch]:
    """Newest first."""
    rows = await work.run(
        select(*_FACTS)
        .where(dispatches.c.tenant == tenant)
        .order_by(dispatches.c.made.desc(), dispatches.c.id)
        .limit(limit)
    )
    return [_dispatch(row) for row in rows]


async def keep(tx: Tx, one: Dispatch) -> None:
    """A fact of its way, which has its record in this transaction."""
    await tx.change(_update(one))


async def mark(tx: Tx, one: Dispatch) -> None:
    """Bookkeeping: an attempt begins, or is to be made again."""
    await tx.mark(_update(one))


def _update(one: Dispatch) -> Any:
    where = (dispatches.c.tenant == one.tenant, dispatches.c.id == one.id)
    return update(dispatches).where(*where).values(**_values(one))


async def _found(work: Work, limit: int, *where: Any) -> list[Dispatch]:
    rows = await work.run(
        select(*_FACTS).where(*where).order_by(dispatches.c.due, dispatches.c.id).limit(limit)
    )
    return [_dispatch(row) for row in rows]


def _values(one: Dispatch) -> dict[str, Any]:
    return {
        "tenant": one.tenant, "id": one.id, "channel": one.channel, "purpose": one.purpose,
        "message_id": one.message_id, "recipient": one.recipient, "person": one.person,
        "about": one.about,
        "handed": one.handed, "receipts": ",".join(sorted(one.receipts)),
        "made": instant.to_text(one.made), "due": instant.to_text(one.due), "tries": one.tries,
        "sent": None if one.sent is None else instant.to_text(one.sent), "overdue": one.overdue,
        "ended": one.state in FINAL,
    }  # fmt: skip


def _dispatch(row: Row[Any]) -> Dispatch:
    kinds: Iterable[str] = filter(None, row.receipts.split(","))
    return Dispatch(
        id=row.id,
        tenant=row.tenant,
        channel=row.channel,
        purpose=row.purpose,
        message_id=row.message_id,
        recipient=row.recipient,
        person=row.person,
        about=row.about,
        handed=cast(Handed, row.handed),
        receipts=frozenset(cast(Certified, kind) for kind in kinds),
        made=instant.parse(row.made),
        due=instant.parse(row.due),
        tries=row.tries,
        sent=None if row.sent is None else instant.parse(row.sent),
        overdue=row.overdue,
    )
