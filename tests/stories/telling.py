"""The steps stories are told in, and the auditor who reads the log afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from audit.canonical import unb64
from audit.incident_order import INCIDENT_MOVES
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.statement_parts import Activity, Channel
from broker.cases.ask import Draft, Receipt, ask
from broker.cases.begin_approval import begin_approval
from broker.cases.open_session import begin_activation, open_session
from broker.cases.open_tenant import open_tenant
from broker.cases.sign_stop import begin_signed_stop
from broker.cases.take_supervision import begin_supervision
from broker.domain.grants import Wish
from broker.domain.session import AnySession
from broker.parts import Parts
from broker.store import log, sessions
from broker.store.tables import evidence
from tests.audit.people import PAGE_KEY
from tests.broker.world import Someone, World, newcomer
from tests.stories.auditor import findings
from tests.stories.memory_agent import MemoryAgent

TERMINAL = Channel("terminal")
EXEC = Channel("exec")
GEST = Activity("GEST", "ASS")


def wish(
    *channels: Channel, not_before: datetime | None = None, not_after: datetime | None = None,
    longest_s: int | None = None,
) -> Wish:  # fmt: skip
    return Wish(channels or (TERMINAL, EXEC), (GEST,), not_before, not_after, longest_s)


@dataclass
class Story:
    """One customer, one host, its agent connected."""

    world: World
    agent: MemoryAgent

    @classmethod
    async def begin(cls, world: World) -> Story:
        agent = await MemoryAgent.enrolled(world)
        await agent.dial()
        return cls(world, agent)

    @property
    def parts(self) -> Parts:
        return self.world.parts

    @property
    def clock(self) -> Any:
        return self.world.parts.clock

    async def ask(self, asked: Wish | None = None, text: str = "La stampa si ferma.", **more: Any) -> Receipt:
        draft = Draft(
            self.world.host.id, text, more.pop("reason", "Riavviare la stampa."), asked or wish(), **more
        )
        return await ask(self.parts, self.world.technician.who, draft)

    async def approve(
        self, request: str, by: Someone | None = None, supervision: str = "self", watcher: str | None = None
    ) -> None:
        by = by or self.world.ads
        url = await begin_approval(self.parts, by.who, request, supervision=supervision, watcher=watcher)
        await by.sign(url)

    async def session_of(self, request: str) -> AnySession:
        async with self.parts.store.read() as work:
            found = await sessions.of_request(work, self.world.tenant, request)
        assert found is not None
        return found

    async def session(self, session: str) -> AnySession:
        async with self.parts.store.read() as work:
            return await sessions.load(work, self.world.tenant, session)

    async def supervise(self, request: str, by: Someone | None = None, page: SigningKey = PAGE_KEY) -> None:
        """The watcher signs for a page of his."""
        by = by or self.world.ads
        await by.sign(await begin_supervision(self.parts, by.who, request, page.public.text))

    async def stop_signed(self, session: str, by: Someone | None = None) -> None:
        by = by or self.world.ads
        await by.sign(await begin_signed_stop(self.parts, by.who, session))

    async def answer(self, session: str) -> dict[str, Any]:
        """What the technician's browser would send for *Avvia sessione*."""
        asked = await begin_activation(self.parts, self.world.technician.who, session)
        return self.world.technician.login.authentication(unb64(asked["challenge"]))

    async def activate(self, session: str) -> None:
        await open_session(self.parts, self.world.technician.who, session, await self.answer(session))

    async def granted(self, **more: Any) -> str:
        """Asked, approved by the ADS who watches himself, supervision taken: the session's id."""
        receipt = await self.ask(**more)
        await self.approve(receipt.request)
        await self.supervise(receipt.request)
        return (await self.session_of(receipt.request)).permit.id

    async def running(self, **more: Any) -> str:
        session = await self.granted(**more)
        await self.activate(session)
        await self.agent.obey()
        return session

    async def stranger(self) -> Someone:
        """The titolare of another customer."""
        owner = self.world.owner
        other = await open_tenant(self.parts, owner.who, name="Scuola Altra", details={})
        return await newcomer(self.parts, owner, other.id, "titolare", "Sara Straniera")

    # ---- the auditor

    async def leaves(self) -> list[Leaf]:
        async with self.parts.store.read() as work:
            head = await log.head(work, self.world.tenant)
            assert head is not None
            found = await log.leaves(work, self.world.tenant, 0, head.size)
        return [Leaf.parse(data) for data in found]

    async def kinds(self, *wanted: str) -> list[str]:
        """Kinds of the log in order, but for those that tell of incidents; with `wanted`, those among them."""
        found = [leaf.record.KIND for leaf in await self.leaves()]
        return [kind for kind in found if (kind in wanted if wanted else kind not in INCIDENT_MOVES)]

    async def last(self, kind: str) -> Leaf:
        return [leaf for leaf in await self.leaves() if kind == leaf.record.KIND][-1]

    async def findings(self) -> Sequence[str]:
        """What the auditor has to say about this customer's log: nothing, if all is well."""
        async with self.parts.store.read() as work:
            rows = await work.run(select(evidence).where(evidence.c.tenant == self.world.tenant))
        kept = {row.sha256: bytes(row.data) for row in rows}
        return findings(self.world.tenant, await self.leaves(), kept)


__all__ = ["EXEC", "GEST", "TERMINAL", "Story", "wish"]
