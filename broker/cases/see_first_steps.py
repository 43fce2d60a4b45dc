"""How far a new server has come: from its owner's passkey to the first session, for its owner."""

from __future__ import annotations

from dataclasses import dataclass

from broker.cases.deny import allow
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import estate, first_steps, people, statements


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """`passkeys` are the owner's own. Of copies nothing is known: nobody here sees them."""

    passkeys: int
    customers: int
    appointed: bool
    enrolled: bool
    asked: bool
    began: bool

    @property
    def over(self) -> bool:
        return self.began


async def see_first_steps(parts: Parts, who: Who) -> FirstSteps:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    async with parts.store.read() as work:
        keys = await people.credentials(work, who.tenant, who.person, "login")
        customers = await estate.customers(work)
        appointed = [await statements.approvers(work, one.id) is not None for one in customers]
        enrolled = [bool(await estate.enrolled_hosts(work, one.id)) for one in customers]
        return FirstSteps(
            len(keys),
            len(customers),
            any(appointed),
            any(enrolled),
            await first_steps.asked(work),
            await first_steps.began(work),
        )
