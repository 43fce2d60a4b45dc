"""Who has left: until his name goes he is listed by it, and then by his pseudonym."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.cases.deny import allow
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import name_terms, people


@dataclass(frozen=True, slots=True)
class Leaver:
    """`name` is what is shown; `erased`: it is no name any more."""

    id: str
    role: str
    name: str
    left: datetime
    erased: bool


async def see_left(parts: Parts, who: Who, tenant: str) -> list[Leaver]:
    """The last to leave first."""
    await allow(parts, who, Action.SEE_PEOPLE, tenant, "person")
    async with parts.store.read() as work:
        gone = await name_terms.erased(work, tenant)
        found = [
            Leaver(one.id, one.role, gone.get(one.id, one.name), one.left, one.id in gone)
            for one in await people.everybody(work, tenant)
            if one.left is not None
        ]
    return sorted(found, key=lambda one: (one.left, one.id), reverse=True)
