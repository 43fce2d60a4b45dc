"""Last night's copy on a new machine: the next log goes on without what is lost, once the titolare signs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.wire import frames
from agent.witness import Witness
from audit.verify import Verified, verify
from broker.cases.close_month import close_month
from broker.cases.compare_head import compare_head
from broker.cases.export_trust import tenant_trust
from broker.cases.read_report import read_report
from broker.cases.recover_log import NotHeard, recover_log
from broker.cases.see_customer import see_customer
from broker.cases.sign_recovery import begin_recovery
from broker.domain.refusal import Refused, Why
from broker.domain.session import Active
from broker.live.heads import Heads
from broker.live.hub import Hub
from broker.store import log, next_log, shards
from broker.store.database import SqliteDatabase, open_database
from broker.store.tx import Announcement, Store
from tests.audit import second_verifier
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, worked


@pytest.fixture
def sqlite_only(story: Story) -> None:
    if not isinstance(story.parts.store.database, SqliteDatabase):
        pytest.skip("a copy of a file: PostgreSQL's are made by its own tools")


class Copy:
    """Last night's copy of the database, and the broker that begins on it."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.story = story
        self.path = folder / "copy.db"
        source = sqlite3.connect(folder / "verbale.db")
        with sqlite3.connect(self.path) as target:
            source.backup(target)
        source.close()
        self.database = open_database(f"sqlite:///{self.path}")

    async def begin(self) -> None:
        """Everybody is at the new broker; the host has not dialled in yet."""
        old = self.story.parts
        await self.story.agent.cut()
        store = Store(self.database, old.keys, old.chance)
        parts = replace(old, store=store, hub=Hub(old.chance))
        world = self.story.world
        world.parts = self.story.agent.parts = parts
        for person in (world.owner, world.technician, world.titolare, world.ads):
            person.parts = parts


@pytest.fixture
async def copy(story: Story, sqlite_only: None, tmp_path: Path) -> AsyncIterator[Copy]:
    await told(story)
    found = Copy(story, tmp_path)
    yield found
    await found.database.close()


async def told(story: Story) -> None:
    heads = Heads(story.parts.hub, story.parts.store)
    await heads.noticed(Announcement(story.world.tenant, "log", "0"))
    await heads.tick()
    await story.agent.obey()


async def lose(story: Story, copy: Copy) -> int:
    """A day's work that the copy lacks; the size that the host holds afterwards."""
    await worked(story)
    await told(story)
    held = story.agent.head_size
    await copy.begin()
    await story.agent.dial()
    return held


async def judged(story: Story, number: str) -> Verified:
    await told(story)
    file = await read_report(story.parts, story.world.titolare.who, number, "zip")
    trust = await tenant_trust(story.parts, story.world.tenant)
    found = await asyncio.to_thread(verify, file.data, trust=trust, seen=None)
    await asyncio.to_thread(second_verifier.agrees, found.verdict, file.data, trust)
    return found


async def test_the_log_goes_on_and_exactly_the_lost_range_is_reported(story: Story, copy: Copy) -> None:
    world = story.world
    held = await lose(story, copy)
    with pytest.raises(Refused) as no:
        await story.ask()
    assert no.value.why is Why.LOG_BEHIND
    async with story.parts.store.read() as work:
        restored = await log.head(work, world.tenant)
    assert restored is not None
    done = await recover_log(story.parts, world.tenant)
    assert (done.first, done.last) == (restored.size, held - 1)
    assert done.origin.endswith("/2026b")
    assert (await see_customer(story.parts, world.titolare.who)).loss == (restored.size, held - 1)
    # Work goes on at the broker; the host is not shown a head, and opens nothing.
    await told(story)
    assert story.agent.head_size == held
    request = (await story.ask()).request
    await story.approve(request)
    await story.supervise(request)
    session = (await story.session_of(request)).permit.id
    with pytest.raises(Refused) as no:
        await story.activate(session)
    assert no.value.why is Why.LOG_UNPROVEN
    await world.titolare.sign(await begin_recovery(story.parts, world.titolare.who))
    assert (await see_customer(story.parts, world.titolare.who)).loss is None
    await told(story)
    async with story.parts.store.read() as work:
        now = await log.head(work, world.tenant)
    assert now is not None
    assert story.agent.head_size == now.size
    assert story.agent.witness.log_vkey(story.agent.pins) == shards.vkey(story.parts.keys, now.origin)
    session = await story.running()
    assert isinstance(await story.session(session), Active)
    await story.agent.end(session, "closed_by_technician")
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, world.tenant, "2026-11")
    found = await judged(story, issued.number)
    (lost,) = found.verdict.findings
    assert (lost.cls, lost.code, lost.where) == ("INCOMPLETE", "records_lost", f"n={restored.size}")
    assert f"records {restored.size} to {held - 1}" in lost.en


async def test_a_host_that_holds_less_comes_along_without_losing_anything(
    story: Story, copy: Copy, tmp_path: Path
) -> None:
    """The longest head is another host's; this one was off."""
    folder = tmp_path / "small"
    folder.mkdir()
    small = Witness(folder, story.world.agent.witness)
    first = story.agent.witness.held
    assert first is not None
    small.held = first
    await worked(story)
    await told(story)
    held, note = story.agent.head_size, story.agent.witness.note
    assert small.size < held
    await copy.begin()
    async with story.parts.store.read() as work:
        await compare_head(story.parts, work, story.world.tenant, "h-other", note)
    with pytest.raises(NotHeard, match="srv-gestionale"):
        await recover_log(story.parts, story.world.tenant)
    await recover_log(story.parts, story.world.tenant, now=True)
    await story.world.titolare.sign(await begin_recovery(story.parts, story.world.titolare.who))
    async with story.parts.store.read() as work:
        closed = await shards.closed(work, story.world.tenant)
    assert [(s.lost, s.cosigned) for s in closed] == [(True, held)]
    story.agent.witness = small
    await story.agent.dial()
    await told(story)
    async with story.parts.store.read() as work:
        head = await log.head(work, story.world.tenant)
    assert head is not None
    assert story.agent.head_size == head.size
    await worked(story)


async def test_l23_a_copy_restored_on_an_empty_machine_verifies(
    story: Story, copy: Copy, tmp_path: Path
) -> None:
    """L-23: database and keys alone, in a folder where there was nothing: the log goes on and its month verifies."""
    empty = tmp_path / "empty"
    empty.mkdir()
    restored = empty / "verbale.db"
    restored.write_bytes(copy.path.read_bytes())
    database = open_database(f"sqlite:///{restored}")
    try:
        copy.database, before = database, copy.database
        await before.close()
        await copy.begin()
        await story.agent.dial()
        await worked(story)
        await days_pass(story, DECEMBER)
        number = (await close_month(story.parts, story.world.tenant, "2026-11")).number
        assert (await judged(story, number)).verdict.sound
    finally:
        await database.close()


async def test_nothing_lost_nothing_to_recover(story: Story) -> None:
    with pytest.raises(Refused) as no:
        await recover_log(story.parts, story.world.tenant)
    assert no.value.why is Why.WRONG_STATE
    with pytest.raises(Refused) as no:
        await recover_log(story.parts, "t-99999999")
    assert no.value.why is Why.NOT_FOUND
    with pytest.raises(Refused) as no:
        await begin_recovery(story.parts, story.world.titolare.who)
    assert no.value.why is Why.WRONG_STATE
    with pytest.raises(Refused) as no:
        await begin_recovery(story.parts, story.world.ads.who)
    assert no.value.why is Why.NOT_ALLOWED


async def test_a_host_that_knows_of_more_than_was_signed_for_stays_out_and_stops_nobody(
    story: Story, copy: Copy
) -> None:
    await worked(story)
    await told(story)
    note = story.agent.witness.note
    await worked(story)
    await told(story)
    more = story.agent.head_size
    await copy.begin()
    async with story.parts.store.read() as work:
        await compare_head(story.parts, work, story.world.tenant, "h-other", note)
    await recover_log(story.parts, story.world.tenant, now=True)
    await story.world.titolare.sign(await begin_recovery(story.parts, story.world.titolare.who))
    await story.agent.dial()
    assert story.parts.store.standing.ahead(story.world.tenant) is None
    heads = Heads(story.parts.hub, story.parts.store)
    await heads.noticed(Announcement(story.world.tenant, "log", "0"))
    await heads.tick()
    (frame,) = [one for one in story.agent.inbox if isinstance(one, frames.Head)]
    answer = story.agent.witness.take(story.agent.pins, frame, story.world.host.id, story.clock.now())
    assert answer == frames.HeadRefused(more, "unannounced")


async def test_a_copy_of_before_the_turn_signs_nothing_below_the_next_log(story: Story, copy: Copy) -> None:
    """Its key was announced, so a head of it is known for what it is; only the lost data mend that."""
    tenant = story.world.tenant
    async with story.parts.store.tx(tenant, story.clock.now()) as tx:
        origin = await next_log.announce(tx, tx.grown, "year")
        size, root = tx.size, tx.grown.root
    note = log.signed_head(origin, size + 5, root, story.parts.keys.log_key(origin)).note.decode()
    async with story.parts.store.read() as work:
        await compare_head(story.parts, work, tenant, "h-other", note)
    ahead = story.parts.store.standing.ahead(tenant)
    assert ahead is not None
    assert ahead.size == size + 5
    with pytest.raises(Refused) as no:
        await recover_log(story.parts, tenant, now=True)
    assert no.value.why is Why.WRONG_STATE


async def test_the_restored_log_stays_closed_after_another_start(story: Story, copy: Copy) -> None:
    """What hosts hold of the lost records is known, and stops nobody a second time."""
    await lose(story, copy)
    await recover_log(story.parts, story.world.tenant)
    await story.agent.cut()
    await story.agent.dial()
    assert story.parts.store.standing.ahead(story.world.tenant) is None
    story.clock.advance(timedelta(minutes=1))
    await story.ask()
