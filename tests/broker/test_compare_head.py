"""What a host shows of the log at link-up: believed only under the log's own signature."""

from __future__ import annotations

import logging

import pytest

from audit import checkpoint, merkle
from audit.checkpoint import Checkpoint
from audit.keys import SigningKey
from broker.cases.link_up import link_up
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import log
from tests.broker.test_link_up import NONCE, hello
from tests.broker.world import HERE, World


async def signed(world: World, more: int, *, first: bytes = b"x", key: SigningKey | None = None) -> str:
    """A head of that many records more than the log has, of other records."""
    async with world.parts.store.read() as work:
        head = await log.head(work, world.tenant)
    assert head is not None
    tree = merkle.Tree()
    for n in range(head.size + more):
        tree.append(b"%d" % n if n else first)
    new = Checkpoint(head.origin, tree.size, tree.root())
    return checkpoint.sign(new, key or world.parts.keys.log_key(head.origin)).decode()


async def linked(world: World, note: str | None) -> None:
    await link_up(world.parts, hello(world, head=note), NONCE, terminal=HERE)


async def refused(world: World) -> Refused | None:
    try:
        async with world.parts.store.tx(world.tenant, world.parts.clock.now()):
            world.parts.store.standing.demand(world.tenant)
    except Refused as no:
        return no
    return None


async def test_the_head_it_has_and_none_are_fine(parts: Parts) -> None:
    world = await World.make(parts)
    async with parts.store.read() as work:
        head = await log.head(work, world.tenant)
    assert head is not None
    parts.store.standing.expect(world.tenant, [world.host.id], 60)
    await linked(world, head.note.decode())
    assert await refused(world) is None
    await linked(world, None)
    assert await refused(world) is None


@pytest.mark.parametrize("more", [3, 0, -2])
async def test_a_longer_or_another_history_stops_the_log_and_says_so(
    parts: Parts, caplog: pytest.LogCaptureFixture, more: int
) -> None:
    world = await World.make(parts)
    note = await signed(world, more)
    await linked(world, note)
    no = await refused(world)
    assert no is not None
    assert no.why is Why.LOG_BEHIND
    ahead = parts.store.standing.ahead(world.tenant)
    assert ahead is not None
    assert (ahead.forked, ahead.note, ahead.witness) == (more <= 0, note, world.host.id)
    said = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert len(said) == 1
    assert said[0].startswith(f"REGISTRO FERMO / LOG STOPPED: {world.host.id} ")


async def test_no_host_can_invent_a_head(parts: Parts) -> None:
    """Else one stolen machine would stop the whole customer."""
    world = await World.make(parts)
    for note in (await signed(world, 3, key=SigningKey(b"o" * 32)), "x", "x\n\n— a QUJDREVG\n"):
        await linked(world, note)
        assert await refused(world) is None
