"""A customer's external witness without a network: the real program's own judgement behind the broker's port."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.witness_http import judge
from agent.witness_state import Identity, WitnessBook
from audit.add_checkpoint import AddCheckpoint
from audit.external_witness import ExternalWitness
from audit.keys import SigningKey
from audit.note import VerifierKey
from broker.cases.change_policy import begin_policy
from broker.parts import Parts
from broker.ports import WitnessAnswer
from broker.store import log, statements
from tests.broker.world import ACCOUNT, DRAFT, World

ME = Identity("testimone.esempio.it", SigningKey(b"x" * 32))
NAMED = ExternalWitness("https://testimone.esempio.it", ME.vkey.text)


@dataclass
class Outside:
    """`says`: answers to give instead of its own, first come first."""

    parts: Parts
    book: WitnessBook
    asked: list[AddCheckpoint] = field(default_factory=list)
    says: list[WitnessAnswer | Exception] = field(default_factory=list)

    @classmethod
    async def make(cls, world: World, folder: Path) -> Outside:
        async with world.parts.store.read() as work:
            head = await log.head(work, world.tenant)
        assert head is not None
        vkey = VerifierKey.log(head.origin, world.parts.keys.log_key(head.origin).public)
        folder.mkdir(exist_ok=True)
        return cls(world.parts, WitnessBook(folder, ME, [vkey]))

    async def ask(self, url: str, body: bytes) -> WitnessAnswer:
        assert url == NAMED.url
        self.asked.append(AddCheckpoint.parse(body))
        if self.says:
            said = self.says.pop(0)
            if isinstance(said, Exception):
                raise said
            return said
        answer = judge(self.book, body, self.parts.clock.now())
        return WitnessAnswer(answer.status, answer.kind.partition(";")[0], answer.body)


async def name_it(world: World, **more: object) -> None:
    """The titolare signs rules that name the witness."""
    async with world.parts.store.read() as work:
        held = await statements.policy(work, world.tenant)
    assert held is not None
    draft = replace(DRAFT, accounts=((world.host.id, ACCOUNT),), external=(NAMED,), **more)
    await world.titolare.sign(await begin_policy(world.parts, world.titolare.who, draft))


async def size(parts: Parts, tenant: str) -> int:
    async with parts.store.read() as work:
        head = await log.head(work, tenant)
    assert head is not None
    return head.size
