"""How far each mailbox was read, and what was left on its server. Marks of the house: no fact of any customer's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from audit import instant
from broker.domain.arrived import Cursor, Left, Place
from broker.store.database import Work
from broker.store.post_tables import left_mails, mailboxes
from broker.store.tx import Tx


async def cursor(work: Work, mailbox: str) -> Cursor | None:
    rows = await work.run(select(mailboxes).where(mailboxes.c.mailbox == mailbox))
    return Cursor(rows[0].mailbox, rows[0].validity, rows[0].uid, rows[0].again) if rows else None


async def begin(tx: Tx, one: Cursor) -> None:
    """Read it from there on, whatever was known of it."""
    await tx.mark(delete(mailboxes).where(mailboxes.c.mailbox == one.mailbox))
    await tx.mark(
        insert(mailboxes).values(mailbox=one.mailbox, validity=one.validity, uid=one.uid, again=one.again)
    )


async def reached(tx: Tx, place: Place) -> None:
    """This mail was dealt with, in this transaction; numbers only rise."""
    where = (mailboxes.c.mailbox == place.mailbox, mailboxes.c.validity == place.validity)
    await tx.mark(update(mailboxes).where(*where, mailboxes.c.uid < place.uid).values(uid=place.uid))
    await tx.mark(delete(left_mails).where(*_at(place)))


async def leave(tx: Tx, one: Left) -> None:
    """It stays on the server, to be tried again when it is due."""
    await reached(tx, one.place)
    await tx.mark(
        insert(left_mails).values(
            mailbox=one.place.mailbox, validity=one.place.validity, uid=one.place.uid, why=one.why,
            tries=one.tries, due=instant.to_text(one.due),
        )
    )  # fmt: skip


async def left(work: Work, mailbox: str | None = None, due: datetime | None = None) -> list[Left]:
    """Of one mailbox or of all; those to be tried by `due`, or all."""
    found = select(left_mails).order_by(left_mails.c.mailbox, left_mails.c.uid).limit(1000)
    if mailbox is not None:
        found = found.where(left_mails.c.mailbox == mailbox)
    if due is not None:
        found = found.where(left_mails.c.due <= instant.to_text(due))
    return [
        Left(Place(row.mailbox, row.validity, row.uid), row.why, row.tries, instant.parse(row.due))
        for row in await work.run(found)
    ]


async def forget_left(tx: Tx, mailbox: str) -> None:
    """Its numbers changed: it is read again from the first."""
    await tx.mark(delete(left_mails).where(left_mails.c.mailbox == mailbox))


def _at(place: Place) -> tuple[Any, ...]:
    return (
        left_mails.c.mailbox == place.mailbox,
        left_mails.c.validity == place.validity,
        left_mails.c.uid == place.uid,
    )
