"""An external witness is shown each head; what it holds beyond the log stops the log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit import checkpoint, merkle, note
from audit.checkpoint import Checkpoint
from audit.external_witness import ExternalWitness
from audit.keys import SigningKey
from broker.cases.ask_witness import NotCosigned, ask_witness
from broker.cases.change_policy import begin_policy
from broker.cases.export_trust import tenant_trust
from broker.cases.gather_bundle import gather
from broker.cases.heartbeat import heartbeat
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import WitnessAnswer
from broker.store import estate, log, reports, witnesses
from tests.broker.outside import ME, NAMED, Outside, name_it, size
from tests.broker.world import ACCOUNT, DRAFT, World

pytestmark = pytest.mark.usefixtures("store")


async def grow(world: World) -> None:
    """One record more."""
    async with world.parts.store.read() as work:
        customer = await estate.tenant(work, world.tenant)
    assert customer is not None
    world.parts.clock.advance(days=1)  # type: ignore[attr-defined]
    await heartbeat(world.parts, customer, world.parts.clock.now())


async def kept(parts: Parts, tenant: str) -> tuple[int, list[str]]:
    """(how far it is known to have witnessed, lines over the newest head)."""
    async with parts.store.read() as work:
        far = await witnesses.cosigned_to(work, tenant, witnesses.external_id(NAMED.key))
        return far, await reports.cosigned(work, tenant, far)


async def test_each_head_is_cosigned_and_kept(parts: Parts, tmp_path: Path) -> None:
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    await ask_witness(parts, outside, world.tenant, NAMED)
    first = await size(parts, world.tenant)
    await grow(world)
    await ask_witness(parts, outside, world.tenant, NAMED)
    assert [a.old_size for a in outside.asked] == [0, first]
    far, lines = await kept(parts, world.tenant)
    assert far == await size(parts, world.tenant) > first
    assert [note.Signature.parse(line).name for line in lines] == [ME.name]
    await ask_witness(parts, outside, world.tenant, NAMED)
    assert outside.asked[-1].old_size == far  # the same head once more, and no second line of it
    assert await kept(parts, world.tenant) == (far, lines)


async def test_a_witness_that_knows_the_log_longer_than_this_broker(parts: Parts, tmp_path: Path) -> None:
    """Its cosignatures are not in this database: it says its size, and is asked again from there."""
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    parts.store.standing.expect(world.tenant, [witnesses.external_id(NAMED.key)], 60)
    outside.says = [WitnessAnswer(409, "text/x.tlog.size", b"0\n")]
    await ask_witness(parts, outside, world.tenant, NAMED)
    assert (await kept(parts, world.tenant))[0] == await size(parts, world.tenant)
    await parts.store.standing.settled(world.tenant)


async def test_a_witness_that_holds_more_stops_the_log(parts: Parts, tmp_path: Path) -> None:
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    before = await size(parts, world.tenant)
    outside.says = [WitnessAnswer(409, "text/x.tlog.size", b"%d\n" % (before + 7))]
    await ask_witness(parts, outside, world.tenant, NAMED)
    ahead = parts.store.standing.ahead(world.tenant)
    assert ahead is not None
    assert (ahead.size, ahead.forked, ahead.witness) == (before + 7, False, ME.name)
    with pytest.raises(Refused) as no:
        await grow(world)
    assert no.value.why is Why.LOG_BEHIND
    assert await size(parts, world.tenant) == before
    async with parts.store.read() as work:
        with pytest.raises(Refused) as no:
            await gather(parts, work, world.tenant)
    assert no.value.why is Why.LOG_BEHIND
    await ask_witness(parts, outside, world.tenant, NAMED)
    assert len(outside.asked) == 1  # nothing more is shown of this log


@pytest.mark.parametrize("at", ["same", "below"])
async def test_another_history_stops_the_log(parts: Parts, tmp_path: Path, at: str) -> None:
    """The witness holds a head the log signed, of other records: this database was set back and went on."""
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    here = await size(parts, world.tenant)
    other = merkle.Tree()
    for n in range(here if at == "same" else here - 2):
        other.append(b"%d" % n)
    async with parts.store.read() as work:
        head = await log.head(work, world.tenant)
    assert head is not None
    signed = checkpoint.sign(
        Checkpoint(head.origin, other.size, other.root()), parts.keys.log_key(head.origin)
    )
    await outside.ask(NAMED.url, b"old 0\n\n" + signed)
    await ask_witness(parts, outside, world.tenant, NAMED)
    ahead = parts.store.standing.ahead(world.tenant)
    assert ahead is not None
    assert (ahead.size, ahead.forked) == (other.size, True)
    with pytest.raises(Refused):
        await grow(world)


LINE = note.cosign("x\n1\nAA==\n", ME.name, ME.key, note.datetime(2026, 11, 10, tzinfo=note.UTC)).encode()


@pytest.mark.parametrize(
    "said",
    [
        [WitnessAnswer(200, "text/plain", b"")],
        [WitnessAnswer(200, "text/plain", LINE)],
        [WitnessAnswer(404, "text/plain", b"")],
        [WitnessAnswer(503, "text/plain", b"")],
        [WitnessAnswer(409, "text/plain", b"5\n")],
        [WitnessAnswer(409, "text/x.tlog.size", b"five\n")],
        [WitnessAnswer(409, "text/x.tlog.size", b"1\n"), WitnessAnswer(409, "text/x.tlog.size", b"2\n")],
        [ConnectionError("not there")],
    ],
)
async def test_what_is_no_cosignature_is_tried_again(parts: Parts, tmp_path: Path, said: list) -> None:
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    outside.says = list(said)
    with pytest.raises((NotCosigned, OSError)):
        await ask_witness(parts, outside, world.tenant, NAMED)
    assert await kept(parts, world.tenant) == (0, [])
    assert parts.store.standing.ahead(world.tenant) is None
    await grow(world)


async def test_the_line_of_another_key_is_none(parts: Parts, tmp_path: Path) -> None:
    world = await World.make(parts)
    outside = await Outside.make(world, tmp_path / "w")
    async with parts.store.read() as work:
        head = await log.head(work, world.tenant)
    assert head is not None
    text = note.parse_note(head.note).text
    foreign = note.cosign(text, ME.name, SigningKey(b"y" * 32), parts.clock.now())
    outside.says = [WitnessAnswer(200, "text/plain", foreign.encode())]
    with pytest.raises(NotCosigned):
        await ask_witness(parts, outside, world.tenant, NAMED)


async def test_bundle_and_trust_file_name_whom_the_titolare_named(parts: Parts) -> None:
    world = await World.make(parts)
    await name_it(world)
    async with parts.store.read() as work:
        found = await gather(parts, work, world.tenant)
    assert found.witnesses.keys() == {world.host.id, f"external/{ME.name}"}
    assert found.witnesses[f"external/{ME.name}"] == ME.vkey
    assert ME.vkey in (await tenant_trust(parts, world.tenant)).witnesses


async def test_a_witness_on_the_brokers_own_machine_is_for_demos(parts: Parts) -> None:
    world = await World.make(parts)
    here = ExternalWitness("http://127.0.0.1:8470", ME.vkey.text)
    draft = replace(DRAFT, accounts=((world.host.id, ACCOUNT),), external=(here,))
    with pytest.raises(Refused) as no:
        await begin_policy(parts, world.titolare.who, draft)
    assert (no.value.why, no.value.facts) == (Why.BAD_INPUT, {"field": "external"})
