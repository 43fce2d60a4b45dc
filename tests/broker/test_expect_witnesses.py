"""Whom a broker that begins waits for, before it writes to a customer's log."""

from __future__ import annotations

from pathlib import Path

from audit import note
from audit.host_note import key_name
from broker.cases.expect_witnesses import expect_witnesses
from broker.cases.take_cosignature import take_cosignature
from broker.jobs.witnesses import Collection
from broker.parts import Parts
from broker.store import log, witnesses
from broker.store.witnesses import external_id
from tests.broker.outside import NAMED, Outside, name_it
from tests.broker.test_ask_witness import grow
from tests.broker.world import World


async def test_external_witnesses_that_have_cosigned(parts: Parts, tmp_path: Path) -> None:
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    await expect_witnesses(parts)
    await parts.store.standing.settled(world.tenant)  # nobody has cosigned anything
    await name_it(world)
    await Collection(outside)(parts)
    await expect_witnesses(parts)
    assert parts.store.standing.awaits(world.tenant) == {external_id(NAMED.key)}
    await Collection(outside)(parts)
    assert parts.store.standing.awaits(world.tenant) == frozenset()
    await grow(world)


async def test_hosts_that_have_cosigned_and_were_there(parts: Parts) -> None:
    """A host that was silent already is not waited for."""
    world = await World.make(parts)
    async with parts.store.read() as work:
        head = await log.head(work, world.tenant)
    assert head is not None
    text = note.parse_note(head.note).text
    line = note.cosign(text, key_name(head.origin, world.host.id), world.agent.witness, parts.clock.now())
    assert await take_cosignature(parts, world.host, head.size, line)
    await expect_witnesses(parts)
    assert parts.store.standing.awaits(world.tenant) == {world.host.id}
    parts.store.standing.heard(world.tenant, world.host.id)
    async with parts.store.tx(world.tenant, parts.clock.now()) as tx:
        await witnesses.silent(tx, world.host.id, parts.clock.now())
    await expect_witnesses(parts)
    assert parts.store.standing.awaits(world.tenant) == frozenset()
