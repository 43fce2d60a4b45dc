"""Mails that came: their lines; the mails themselves are evidence, or, a stranger's, kept here for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from audit import instant
from broker.domain.received_mail import Mail
from broker.store.database import Work
from broker.store.post_tables import mails
from broker.store.tables import evidence
from broker.store.tx import Tx

_FACTS = [column for column in mails.c if column.name != "raw"]


async def add(tx: Tx, one: Mail, raw: bytes | None = None) -> None:
    """A customer's has its record in this transaction; a stranger's (`raw`) is no fact of any log."""
    values = {
        "tenant": one.tenant, "id": one.id, "n": one.n, "came": instant.to_text(one.came),
        "recorded": instant.to_text(one.recorded), "way": one.way, "digest": one.digest, "replay": one.replay,
        "size": one.size, "transport": one.transport, "level": one.level, "code": one.code,
        "reasons": ",".join(one.reasons), "person": one.person, "request": one.request, "incident": one.incident,
        "done_by": one.done_by, "raw": raw,
        "sender": None if raw is None else one.sender, "subject": None if raw is None else one.subject,
    }  # fmt: skip
    if one.n is None:
        await tx.mark(insert(mails).values(**values))
    else:
        await tx.change(insert(mails).values(**values))


async def load(work: Work, id: str) -> Mail | None:
    """Of whichever customer: a link names nothing else."""
    rows = await work.run(select(*_FACTS).where(mails.c.id == id))
    return _mail(rows[0]) if rows else None


async def raw(work: Work, one: Mail) -> bytes | None:
    """The bytes as they came; None once they are gone."""
    if one.n is None:
        rows = await work.run(select(mails.c.raw).where(mails.c.tenant == one.tenant, mails.c.id == one.id))
        return bytes(rows[0].raw) if rows and rows[0].raw is not None else None
    rows = await work.run(
        select(evidence.c.data).where(evidence.c.tenant == one.tenant, evidence.c.sha256 == one.digest)
    )
    return bytes(rows[0].data) if rows else None


async def seen(work: Work, tenant: str, replay: str) -> bool:
    """Whether a mail of this Message-ID and body is in this customer's log, or the house's list."""
    where = (mails.c.tenant == tenant, mails.c.replay == replay)
    return bool(await work.run(select(mails.c.id).where(*where).limit(1)))


async def known_bytes(work: Work, digest: str) -> bool:
    """Whether these very bytes were kept before, of anybody."""
    return bool(await work.run(select(mails.c.id).where(mails.c.digest == digest).limit(1)))


async def listed(work: Work, tenants: Sequence[str], limit: int) -> list[Mail]:
    """Newest first."""
    rows = await work.run(
        select(*_FACTS)
        .where(mails.c.tenant.in_(tenants))
        .order_by(mails.c.came.desc(), mails.c.id)
        .limit(limit)
    )
    return [_mail(row) for row in rows]


async def about(work: Work, tenant: str, request: str) -> int:
    """How many are bound to it."""
    where = (mails.c.tenant == tenant, mails.c.request == request)
    return int((await work.run(select(func.count().label("n")).select_from(mails).where(*where)))[0].n)


async def unproven_since(work: Work, tenant: str, at: datetime) -> int:
    """How many came since that prove nothing."""
    where = (mails.c.tenant == tenant, mails.c.level == "e0", mails.c.recorded >= instant.to_text(at))
    return int((await work.run(select(func.count().label("n")).select_from(mails).where(*where)))[0].n)


async def unread(work: Work) -> int:
    """Of every customer's and of strangers': how many nobody has said anything of (`Mail.state` is open)."""
    where = (
        mails.c.request.is_(None),
        mails.c.incident.is_(None),
        mails.c.done_by.is_(None),
        mails.c.code != "duplicate",
        mails.c.transport != "receipt",
    )
    return int((await work.run(select(func.count().label("n")).select_from(mails).where(*where)))[0].n)


async def weight(work: Work, tenant: str) -> tuple[int, int]:
    """How many a list holds, and their bytes."""
    total = func.coalesce(func.sum(mails.c.size), 0).label("bytes")
    rows = await work.run(
        select(func.count().label("n"), total).select_from(mails).where(mails.c.tenant == tenant)
    )
    return int(rows[0].n), int(rows[0].bytes)


async def bind(tx: Tx, one: Mail, request: str) -> None:
    where = (mails.c.tenant == one.tenant, mails.c.id == one.id)
    await tx.change(update(mails).where(*where).values(request=request))


async def report(tx: Tx, one: Mail, incident: str) -> None:
    """It is the report of this incident, which has its record in this transaction."""
    where = (mails.c.tenant == one.tenant, mails.c.id == one.id)
    await tx.change(update(mails).where(*where).values(incident=incident))


async def set_aside(tx: Tx, one: Mail, by: str) -> None:
    """Somebody looked, and nothing is to be done: nobody's fact but the list's."""
    where = (mails.c.tenant == one.tenant, mails.c.id == one.id)
    await tx.mark(update(mails).where(*where).values(done_by=by))


async def forget(tx: Tx, before: datetime) -> None:
    """Strangers' mails whose time is over, of the transaction's tenant: the house."""
    where = (mails.c.tenant == tx.tenant, mails.c.recorded < instant.to_text(before))
    await tx.mark(delete(mails).where(*where, mails.c.n.is_(None)))


async def drop(tx: Tx, id: str) -> None:
    """One of the house's list that was given to a customer's log."""
    await tx.mark(delete(mails).where(mails.c.id == id, mails.c.n.is_(None)))


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        id=row.id,
        tenant=row.tenant,
        n=row.n,
        came=instant.parse(row.came),
        recorded=instant.parse(row.recorded),
        way=row.way,
        digest=row.digest,
        replay=row.replay,
        size=row.size,
        transport=row.transport,
        level=row.level,
        code=row.code,
        reasons=tuple(filter(None, row.reasons.split(","))),
        person=row.person,
        request=row.request,
        incident=row.incident,
        done_by=row.done_by,
        sender=row.sender or "",
        subject=row.subject or "",
    )
