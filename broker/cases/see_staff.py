"""The vendor's technicians and the customers that they are appointed for (L-05)."""

from __future__ import annotations

from dataclasses import dataclass

from broker.cases.deny import allow
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import appointments, estate, people


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One of the vendor's people, and the customers for whom he is appointed today."""

    person: str
    name: str
    function: str
    customers: list[str]


async def see_staff(parts: Parts, who: Who) -> list[StaffLine]:
    """All of the vendor's technicians with the customers that they are appointed for (L-05)."""
    await allow(parts, who, Action.SEE_STAFF, who.tenant, "person")
    at = parts.clock.now()
    async with parts.store.read() as work:
        customers = await estate.customers(work)
        return [
            StaffLine(
                one.id,
                one.name,
                one.function,
                [c.name for c in customers if await appointments.appointed(work, c.id, one.id, at)],
            )
            for one in await people.tenant_people(work, who.tenant, role="technician")
        ]
