"""Heads stamped by an authority outside: daily, at each month's end, later when it was away; never waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit import bundle
from audit.checkpoint import Checkpoint
from audit.findings import Verdict
from audit.verify import verify
from broker.cases.close_month import close_month
from broker.cases.export_trust import tenant_trust
from broker.cases.open_tenant import open_tenant
from broker.cases.read_report import read_report
from broker.domain.months import month_of
from broker.jobs import heartbeat
from broker.jobs.stamps import stamping
from broker.live.heads import Heads
from broker.out.reporter import SealedReports
from broker.out.timestamp_authority import HttpAuthority
from broker.parts import Parts
from broker.store.standing import Ahead
from broker.store.tx import Announcement
from tests.broker.world import World
from tests.doubles import FakeClock
from tests.stories.telling import Story
from tests.timestamping import Authority, Server

BEGUN = timedelta(days=35)  # ago: the month in which the customer came has ended, whatever day is today


@pytest.fixture
def clock() -> FakeClock:
    """An authority of `openssl ts` knows the present alone, so a story of it ends today."""
    return FakeClock(datetime.now(UTC).replace(microsecond=0) - BEGUN)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def authority(made: Authority) -> Iterator[Authority]:
    made.asked, made.answer = 0, {}
    with Server(made) as one:
        yield one


@pytest.fixture
async def story(parts: Parts, made: Authority) -> Story:
    configured = replace(
        parts, settings=replace(parts.settings, tsa=made.url, tsa_ca=made.root + made.revoked)
    )
    return await Story.begin(await World.make(configured))


def made_pem(authority: Authority) -> str:
    return authority.root[authority.root.index("-----BEGIN") :]


async def today(story: Story) -> None:
    """The log beats every day until now."""
    now = datetime.now(UTC).replace(microsecond=0)
    while story.clock.now() < now:
        story.clock.at = min(story.clock.now() + timedelta(days=1), now)
        await heartbeat.tick(story.parts)


async def tick(story: Story, authority: Authority) -> None:
    await stamping(HttpAuthority(authority.url, authority.root))(story.parts)


async def close(story: Story) -> str:
    first = month_of(datetime.now(UTC) - BEGUN, "Europe/Rome")
    return (await close_month(story.parts, story.world.tenant, first)).number


async def zipped(story: Story, number: str) -> bytes:
    heads = Heads(story.parts.hub, story.parts.store)
    await heads.noticed(Announcement(story.world.tenant, "log", "0"))
    await heads.tick()
    await story.agent.obey()
    return (await read_report(story.parts, story.world.titolare.who, number, "zip")).data


async def verdict(story: Story, data: bytes) -> Verdict:
    trust = await tenant_trust(story.parts, story.world.tenant)
    return (await asyncio.to_thread(verify, data, trust=trust)).verdict


async def stamped(story: Story) -> list[int]:
    return [leaf.record.size for leaf in await story.leaves() if leaf.record.KIND == "head.stamped"]


async def test_the_newest_head_once_a_day(story: Story, authority: Authority) -> None:
    await today(story)
    size = len(await story.leaves())
    await tick(story, authority)
    await tick(story, authority)
    assert await stamped(story) == [size]
    assert authority.asked == 1
    story.clock.advance(days=1)
    await tick(story, authority)
    assert await stamped(story) == [size, size + 1]


async def test_no_head_of_a_log_below_its_witnesses_is_stamped(story: Story, authority: Authority) -> None:
    await today(story)
    story.parts.store.standing.found(story.world.tenant, Ahead("h-1", 9_999, forked=False))
    await tick(story, authority)
    assert (await stamped(story), authority.asked) == ([], 0)


async def test_a_months_end_is_stamped_and_verifier_and_openssl_agree(
    story: Story, authority: Authority, tmp_path: Path
) -> None:
    """C-20."""
    await today(story)
    trust = await tenant_trust(story.parts, story.world.tenant)
    assert trust.tsa_ca == made_pem(authority), "without lists that age"
    number = await close(story)
    before = await zipped(story, number)
    assert not [n for n in bundle.unpack(before) if n.endswith(".tsr")], "nobody waited for the authority"
    found = await verdict(story, before)
    assert (found.sound, found.steps[12].state) == (True, "unknown")
    await tick(story, authority)
    end = (await story.last("period.closed")).n + 1
    assert end in await stamped(story)
    data = await zipped(story, number)
    found = await verdict(story, data)
    assert found.sound, found.findings
    assert found.steps[12].state == "ok"
    assert not [n for n in found.notes if n.code == "unstamped"]
    files = bundle.unpack(data)
    assert {n for n in files if n.endswith(".tsr")} == {f"heads/{size}.tsr" for size in await stamped(story)}
    for size in await stamped(story):
        text = files[f"heads/{size}.note"].decode().partition("\n\n")[0] + "\n"
        assert Checkpoint(text.split("\n")[0], size, b"\1" * 32).text.count("\n") == text.count("\n") == 3
        (tmp_path / "head").write_text(text)
        (tmp_path / "head.tsr").write_bytes(files[f"heads/{size}.tsr"])
        assert "Verification: OK" in authority.verify(tmp_path / "head.tsr", tmp_path / "head")
    assert await zipped(story, number) == data, "made anew for the stamp, once"


async def test_while_the_authority_is_away_heads_wait_and_nothing_else_does(
    story: Story, made: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """C-20: Another customer is not asked for in the same turn; what is due survives a restart, for it stands in the log."""
    await open_tenant(story.parts, story.world.owner.who, name="Scuola Altra", details={})
    await today(story)
    made.answer = {"status": 503, "body": b""}
    made.asked = 0
    with Server(made) as away:
        await tick(story, away)
        assert away.asked == 1
    assert "heads wait for their timestamp" in caplog.text
    number = await close(story)
    assert (await verdict(story, await zipped(story, number))).sound
    made.answer = {}
    with Server(made) as back:
        await tick(story, back)
    end = (await story.last("period.closed")).n + 1
    assert end in await stamped(story)
    assert (await verdict(story, await zipped(story, number))).steps[12].state == "ok"


async def test_a_clock_that_disagrees_is_said_and_nothing_is_recorded(
    story: Story, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """The broker's clock is days behind: its reader would find every token too late."""
    await tick(story, authority)
    assert await stamped(story) == []
    assert "disagree" in caplog.text


async def test_the_report_itself_is_timestamped_and_its_twin_travels_in_the_bundle(
    story: Story, authority: Authority
) -> None:
    await today(story)
    stamping = HttpAuthority(authority.url, authority.root + authority.revoked)
    settings = story.parts.settings
    lasting = replace(
        story.parts, reporter=SealedReports(settings.state, settings.vendor, authority=stamping)
    )
    story.world.parts = lasting
    number = await close(story)
    data = await zipped(story, number)
    files = bundle.unpack(data)
    assert b"/ETSI.RFC3161" in files[f"reports/{number}.pdf"]
    assert files[f"reports/{number}.pdf"] in files[f"reports/{number}.pdf.p7m"]
    twin = await read_report(story.parts, story.world.titolare.who, number, "pdf.p7m")
    assert (twin.name, twin.data) == (f"{number}.pdf.p7m", files[f"reports/{number}.pdf.p7m"])
    found = await verdict(story, data)
    assert found.sound, found.findings
    assert found.steps[13].state == "ok"
