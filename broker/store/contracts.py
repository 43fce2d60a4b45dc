"""What customers agreed: rows to contracts and back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select

from broker.domain.contract import Contract, in_force
from broker.domain.plans import PLANS
from broker.store.database import Work
from broker.store.desk_tables import contracts
from broker.store.tx import Tx


def _contract(row: Row[Any]) -> Contract:
    return Contract(
        number=row.number,
        plan=None if row.plan is None else PLANS[row.plan],
        first=date.fromisoformat(row.first),
        last=date.fromisoformat(row.last),
        prepaid=row.prepaid,
        paid=None if row.paid is None else date.fromisoformat(row.paid),
        patron=row.patron,
        closures=frozenset(date.fromisoformat(day) for day in row.closures.split()),
        half_shifts=row.half_shifts,
        products=None if row.products is None else frozenset(row.products.split()),
        included=row.included,
        step=row.step,
        least=row.least,
    )


async def every(work: Work | Tx, tenant: str) -> list[Contract]:
    """In the order in which they were agreed."""
    rows = await work.run(select(contracts).where(contracts.c.tenant == tenant).order_by(contracts.c.number))
    return [_contract(row) for row in rows]


async def at(work: Work | Tx, tenant: str, when: datetime, zone: str) -> Contract | None:
    """The one that counts then, by the customer's calendar."""
    return in_force(await every(work, tenant), when, zone)


async def add(tx: Tx, new: Contract) -> None:
    await tx.change(
        insert(contracts).values(
            tenant=tx.tenant,
            number=new.number,
            plan=None if new.plan is None else new.plan.id,
            first=new.first.isoformat(),
            last=new.last.isoformat(),
            prepaid=new.prepaid,
            paid=None if new.paid is None else new.paid.isoformat(),
            patron=new.patron,
            closures=" ".join(day.isoformat() for day in sorted(new.closures)),
            half_shifts=new.half_shifts,
            products=None if new.products is None else " ".join(sorted(new.products)),
            included=new.included,
            step=new.step,
            least=new.least,
        )
    )
