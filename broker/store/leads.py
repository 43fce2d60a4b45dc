"""Who asked about a plan: rows to domain values and back. Marks of the house, no fact of any log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from audit import instant
from broker.domain.sales_lead import LeadForm, SalesLead
from broker.store.database import Work
from broker.store.post_tables import leads
from broker.store.tx import Tx


async def add(tx: Tx, one: SalesLead) -> None:
    form = one.form
    await tx.mark(
        insert(leads).values(
            id=one.id, came=instant.to_text(one.came), name=form.name, email=form.email, company=form.company,
            phone=form.phone, plan=form.plan, text=form.text, answered=None,
        )
    )  # fmt: skip


async def every(work: Work) -> list[SalesLead]:
    """Those nobody answered before the others, newest first."""
    rows = await work.run(
        select(leads).order_by(leads.c.answered.is_not(None), leads.c.came.desc(), leads.c.id)
    )
    return [_lead(row) for row in rows]


async def one(work: Work, id: str) -> SalesLead | None:
    rows = await work.run(select(leads).where(leads.c.id == id))
    return _lead(rows[0]) if rows else None


async def count(work: Work, *, open_only: bool = False) -> int:
    where = [leads.c.answered.is_(None)] if open_only else []
    return int((await work.run(select(func.count().label("n")).select_from(leads).where(*where)))[0].n)


async def answered(tx: Tx, id: str) -> None:
    await tx.mark(update(leads).where(leads.c.id == id).values(answered=instant.to_text(tx.at)))


async def drop(tx: Tx, id: str) -> None:
    await tx.mark(delete(leads).where(leads.c.id == id))


async def forget(tx: Tx, before: datetime) -> int:
    """How many there were whose time is over."""
    return await tx.mark(delete(leads).where(leads.c.came < instant.to_text(before)))


def _lead(row: Row[Any]) -> SalesLead:
    return SalesLead(
        row.id,
        instant.parse(row.came),
        LeadForm(row.name, row.email, row.company, row.phone, row.plan, row.text),
        None if row.answered is None else instant.parse(row.answered),
    )
