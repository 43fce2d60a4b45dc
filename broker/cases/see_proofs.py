"""By what somebody may show anew who he is, and at which providers of his tenant he is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.domain.people import Who
from broker.domain.provider import Provider
from broker.parts import Parts
from broker.store import logins, providers


@dataclass(frozen=True, slots=True)
class Door:
    """`linked`: since when it is his; None where it is not."""

    provider: Provider
    linked: datetime | None


@dataclass(frozen=True, slots=True)
class Proofs:
    """His passkey always counts."""

    password: bool
    elsewhere: list[Provider]


async def see_links(parts: Parts, who: Who) -> list[Door]:
    async with parts.store.read() as work:
        his = {one.provider: one.added for one in await providers.identities_of(work, who.person)}
        return [Door(one, his.get(one.id)) for one in await providers.of_tenant(work, who.tenant)]


async def see_proofs(parts: Parts, who: Who) -> Proofs:
    """A provider of his whose levels can be enough; whether one is shows when he comes back."""
    found = [one.provider for one in await see_links(parts, who) if one.linked is not None]
    async with parts.store.read() as work:
        secret = await logins.password(work, who.person)
    return Proofs(secret is not None, [one for one in found if one.national or one.acr])
