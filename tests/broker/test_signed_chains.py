from __future__ import annotations

from dataclasses import replace

from broker.cases.change_policy import begin_policy
from broker.live import signed_chains
from broker.parts import Parts
from broker.store import statements
from tests.broker.world import ACCOUNT, DRAFT, World


async def test_they_are_read_again_only_when_the_log_has_grown(parts: Parts, clock, monkeypatch) -> None:
    world = await World.make(parts)
    asked: list[str] = []
    plain = statements.chain

    async def counted(work, tenant: str, kind: str):
        asked.append(kind)
        return await plain(work, tenant, kind)

    monkeypatch.setattr(statements, "chain", counted)
    async with parts.store.read() as work:
        first = await parts.chains.of(work, world.tenant)
        assert await parts.chains.of(work, world.tenant) is first
    assert asked == ["approvers", "policy"]
    clock.advance(minutes=1)
    draft = replace(DRAFT, accounts=((world.host.id, ACCOUNT),), longest_s=600)
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, draft))
    async with parts.store.read() as work:
        later = await parts.chains.of(work, world.tenant)
    assert [one.number for one in later.policies] == [*(one.number for one in first.policies), 2]
    assert later.policies[-1].digest != first.policies[-1].digest


async def test_of_many_customers_those_asked_for_last_are_kept(parts: Parts, monkeypatch) -> None:
    world = await World.make(parts)
    monkeypatch.setattr(signed_chains, "MAX_TENANTS", 1)
    async with parts.store.read() as work:
        first = await parts.chains.of(work, world.tenant)
        of_house = await parts.chains.of(work, world.house)
        assert of_house.approvers == of_house.policies == of_house.by_paper == ()
        assert await parts.chains.of(work, world.tenant) is not first


async def test_nobody_knows_that_customer(parts: Parts) -> None:
    async with parts.store.read() as work:
        found = await parts.chains.of(work, "t-00000000")
    assert (found.size, found.approvers) == (0, ())
