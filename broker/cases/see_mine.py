"""What a person himself logs in, signs and connects with."""

from __future__ import annotations

from dataclasses import dataclass

from broker.domain.people import Who
from broker.parts import Parts
from broker.store import people
from broker.store.people import Credential, SshKey


@dataclass(frozen=True, slots=True)
class MineView:
    login: list[Credential]
    signing: list[Credential]
    ssh_keys: list[SshKey]


async def see_mine(parts: Parts, who: Who) -> MineView:
    async with parts.store.read() as work:
        return MineView(
            await people.credentials(work, who.tenant, who.person, "login"),
            await people.credentials(work, who.tenant, who.person, "signing"),
            await people.ssh_keys_of(work, who.tenant, who.person),
        )
