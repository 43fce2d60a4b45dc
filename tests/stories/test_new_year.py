"""The year turns while people work: the next log goes on by itself, hosts follow, the first year's pins suffice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.wire import frames
from audit.bundle import unpack
from audit.canonical import b64
from audit.checkpoint import Checkpoint
from audit.trust_file import SeenHeads, Trust
from audit.verify import Verified, verify
from broker.cases.check_logs import check_completely
from broker.cases.close_month import close_month
from broker.cases.export_trust import tenant_trust
from broker.cases.read_report import read_report
from broker.cases.rotate_log_key import rotate_log_key
from broker.cases.stop import stop
from broker.jobs import heartbeat
from broker.jobs.publish import publishing
from broker.live.heads import Heads
from broker.store import log, shards
from broker.store.tile_folder import VKEY, TileFolder, place
from broker.store.tx import Announcement
from tests.audit import second_verifier
from tests.broker.world import new_host
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, worked
from tests.stories.test_random_walks import Walk

TURN = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # midnight in Rome


async def told(story: Story) -> None:
    """The host is shown the newest head, and cosigns."""
    heads = Heads(story.parts.hub, story.parts.store)
    await heads.noticed(Announcement(story.world.tenant, "log", "0"))
    await heads.tick()
    await story.agent.obey()


async def judged(story: Story, number: str, trust: Trust, seen: SeenHeads | None = None) -> Verified:
    await told(story)
    file = await read_report(story.parts, story.world.titolare.who, number, "zip")
    found = await asyncio.to_thread(verify, file.data, trust=trust, seen=seen)
    if seen is None:
        await asyncio.to_thread(second_verifier.agrees, found.verdict, file.data, trust)
    assert [(f.code, f.where, f.en) for f in found.verdict.findings] == []
    return found


async def labels(story: Story) -> list[str]:
    async with story.parts.store.read() as work:
        return [one.origin.rpartition("/")[2] for one in await shards.chain(work, story.world.tenant)]


async def test_a_session_crosses_midnight_and_the_first_years_pins_judge_january(story: Story) -> None:
    kept = await tenant_trust(story.parts, story.world.tenant)
    await days_pass(story, datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
    november = await close_month(story.parts, story.world.tenant, "2026-11")
    before = await judged(story, november.number, kept)
    assert before.head is not None
    await days_pass(story, TURN - timedelta(minutes=20))
    session = await story.running()
    story.clock.at = TURN + timedelta(minutes=5)
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    assert await labels(story) == ["2026", "2027"]
    inside = [leaf for leaf in await story.leaves() if leaf.session == session]
    assert [leaf.session_n for leaf in inside] == list(range(len(inside)))
    opened = await story.last("shard.opened")
    assert inside[0].n < opened.n < inside[-1].n
    assert await worked(story)
    await days_pass(story, TURN + timedelta(days=1))
    december = await close_month(story.parts, story.world.tenant, "2026-12")
    await judged(story, december.number, kept)
    await days_pass(story, datetime(2027, 2, 1, 6, 30, tzinfo=UTC))
    january = await close_month(story.parts, story.world.tenant, "2027-01")
    last = await judged(story, january.number, kept)
    assert last.head is not None
    assert last.head.origin.endswith("/2027")
    seen = SeenHeads().seen(before.head)
    await judged(story, january.number, kept, seen)
    assert await story.findings() == []


async def test_the_next_key_is_said_in_good_time(story: Story) -> None:
    await days_pass(story, datetime(2026, 11, 20, 6, 30, tzinfo=UTC))
    assert "key.rotated" not in await story.kinds()
    await days_pass(story, datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
    assert (await story.kinds("key.rotated")) == ["key.rotated"]
    trust = await tenant_trust(story.parts, story.world.tenant)
    assert [key.name.rpartition("/")[2] for key in trust.log_vkeys] == ["2026", "2027"]
    assert trust.origin.endswith("/2026")
    await days_pass(story, TURN + timedelta(days=3))
    assert (await story.kinds("key.rotated", "shard.opened")) == ["key.rotated", "shard.opened"]
    later = await tenant_trust(story.parts, story.world.tenant)
    assert later.log_vkeys == trust.log_vkeys
    assert later.origin.endswith("/2027")


async def test_a_host_that_was_off_follows_through_every_log(story: Story) -> None:
    await told(story)
    await story.agent.cut()
    await days_pass(story, datetime(2026, 12, 20, 6, 30, tzinfo=UTC))
    await rotate_log_key(story.parts, story.world.tenant)
    await days_pass(story, TURN + timedelta(days=60))
    assert await labels(story) == ["2026", "2026b", "2027b"]
    await story.agent.dial()
    await told(story)
    async with story.parts.store.read() as work:
        head = await log.head(work, story.world.tenant)
    assert head is not None
    assert story.agent.head_size == head.size
    assert story.agent.witness.log_vkey(story.agent.pins) == shards.vkey(story.parts.keys, head.origin)
    await worked(story)
    assert await story.findings() == []


async def test_an_order_takes_the_host_along_when_no_head_came_before_it(story: Story) -> None:
    await days_pass(story, TURN - timedelta(minutes=20))
    story.clock.at = TURN + timedelta(minutes=5)
    await heartbeat.tick(story.parts)
    session = await story.running()
    assert session in story.agent.admitted
    assert story.agent.refusals == []
    assert story.agent.witness.log_vkey(story.agent.pins).name.endswith("/2027")


async def test_a_host_enrolled_after_the_turn_pins_the_new_log(story: Story) -> None:
    await days_pass(story, TURN + timedelta(days=1))
    host, _ = await new_host(story.parts, story.world.titolare, "srv-nuovo")
    trust = await tenant_trust(story.parts, story.world.tenant)
    pinned = trust.host(host.id)
    old = trust.host(story.world.host.id)
    assert pinned is not None
    assert old is not None
    assert pinned.agent.name.rpartition("/host/")[0].endswith("/2027")
    assert old.agent.name.rpartition("/host/")[0].endswith("/2026")
    await days_pass(story, datetime(2027, 1, 2, 6, 30, tzinfo=UTC))
    await close_month(story.parts, story.world.tenant, "2026-11")
    issued = await close_month(story.parts, story.world.tenant, "2026-12")
    await judged(story, issued.number, trust)


async def test_a_head_of_a_log_that_was_never_announced_is_not_followed(story: Story) -> None:
    """Whoever has the broker's database but no key of the log in use cannot lead a host away."""
    await told(story)
    size = story.agent.head_size
    origin = story.agent.pins.enrolment.log_origin.replace("2026", "2027")
    async with story.parts.store.read() as work:
        head = await log.head(work, story.world.tenant)
        assert head is not None
        first = await log.leaf_bytes(work, story.world.tenant, 0)
        path = await log.inclusion(work, story.world.tenant, 0, size)
        proof = await log.consistency(work, story.world.tenant, size, head.size)
    assert first is not None
    moved = frames.LeafProof(b64(first), 0, tuple(h.hex() for h in path))
    note = log.signed_head(origin, head.size, head.root, story.world.agent.witness).note.decode()
    for said in (None, moved):
        frame = frames.Head(note, size, tuple(h.hex() for h in proof), said)
        answer = story.agent.witness.take(story.agent.pins, frame, story.world.host.id, story.clock.now())
        assert isinstance(answer, frames.HeadRefused)
        assert answer.reason == ("bad_signature" if said is None else "unannounced")


async def test_the_bundle_holds_the_link(story: Story) -> None:
    await days_pass(story, datetime(2027, 1, 2, 6, 30, tzinfo=UTC))
    await close_month(story.parts, story.world.tenant, "2026-11")
    issued = await close_month(story.parts, story.world.tenant, "2026-12")
    file = await read_report(story.parts, story.world.titolare.who, issued.number, "zip")
    (link,) = [leaf for leaf in await story.leaves() if leaf.record.KIND == "shard.opened"]
    files = unpack(file.data)
    (head,) = [f"evidence/{e.sha256}" for e in link.evidence if e.kind == "head"]
    assert bytes(files[head]).startswith(f"registro.localhost/{story.world.tenant}/2026\n{link.n}\n".encode())


@pytest.mark.parametrize("seed", range(3))
async def test_the_auditor_accepts_whatever_happens_around_midnight(story: Story, seed: int) -> None:
    await days_pass(story, TURN - timedelta(minutes=90))
    walk = Walk(story, 2000 + seed)
    await walk.ask()
    for step in range(40):
        await walk.step()
        if step == 30:
            story.clock.at = max(story.clock.now(), TURN + timedelta(minutes=1))
    await heartbeat.tick(story.parts)
    assert (await labels(story))[-1] == "2027"
    assert await story.findings() == []


async def test_each_log_is_published_to_its_end_under_its_own_name(story: Story, tmp_path: Path) -> None:
    publish = publishing(tmp_path / "log")
    await publish(story.parts)
    await days_pass(story, TURN - timedelta(minutes=5))
    story.clock.at = TURN + timedelta(minutes=5)
    await heartbeat.tick(story.parts)
    for _ in range(4):
        await publish(story.parts)
    async with story.parts.store.read() as work:
        chain = await shards.chain(work, story.world.tenant)
    assert len(chain) == 2
    for shard in chain:
        folder = TileFolder(place(tmp_path / "log", shard.origin))
        assert folder.head() == Checkpoint(shard.origin, shard.head.size, shard.head.root)
        assert folder.read(VKEY) == f"{shards.vkey(story.parts.keys, shard.origin).text}\n".encode()
    assert not story.parts.store.is_closed(story.world.tenant)
    assert all(one.wrong is None for one in await check_completely(story.parts, story.world.tenant))
