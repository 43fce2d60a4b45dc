"""Appointments of administrators, customer by customer: rows to domain values and back."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from audit import instant
from audit.administrator_records import AdministratorAppointed
from broker.domain.appointments import Appointment
from broker.store import estate
from broker.store.database import Work
from broker.store.tables import appointments
from broker.store.tx import Tx


def _appointment(row: Row[Any]) -> Appointment:
    return Appointment(
        row.id,
        row.person,
        tuple(json.loads(row.areas)),
        tuple(json.loads(row.hosts)),
        date.fromisoformat(row.first),
        date.fromisoformat(row.last),
        row.n,
        None if row.ended is None else instant.parse(row.ended),
    )


async def every(work: Work, tenant: str, person: str | None = None) -> list[Appointment]:
    """Of a customer, oldest first, with what is over; `person`: his alone."""
    query = select(appointments).where(appointments.c.tenant == tenant)
    if person is not None:
        query = query.where(appointments.c.person == person)
    return [_appointment(row) for row in await work.run(query.order_by(appointments.c.n))]


async def standing(work: Work, tenant: str, person: str, at: datetime) -> list[Appointment]:
    """What counts for him there at that instant; areas and hosts say how far."""
    place = await estate.tenant(work, tenant)
    if place is None:
        return []
    return [one for one in await every(work, tenant, person) if one.stands(at, place.zone)]


async def appointed(work: Work, tenant: str, person: str, at: datetime) -> bool:
    """Whether he is an appointed system administrator of that customer at that instant."""
    return bool(await standing(work, tenant, person, at))


async def not_over(work: Work, tenant: str, person: str) -> list[Appointment]:
    """What nobody ended: it counts, or will, or its last day has passed."""
    return [one for one in await every(work, tenant, person) if one.ended is None]


async def keep(tx: Tx, new: AdministratorAppointed, n: int) -> None:
    await tx.change(
        insert(appointments).values(
            tenant=tx.tenant, id=new.appointment, person=new.person, n=n,
            areas=json.dumps(new.areas), hosts=json.dumps(new.hosts), first=new.first, last=new.last,
            appointed=instant.to_text(tx.at), ended=None,
        )
    )  # fmt: skip


async def end(tx: Tx, appointment: str) -> bool:
    """Whether it stood."""
    return bool(
        await tx.change(
            update(appointments)
            .where(
                appointments.c.tenant == tx.tenant,
                appointments.c.id == appointment,
                appointments.c.ended.is_(None),
            )
            .values(ended=instant.to_text(tx.at))
        )
    )
