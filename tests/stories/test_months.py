"""Months closed by the broker itself, and what the customer's own verifier says of them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import FrameType

import pytest

from audit.bundle import build, pack, unpack
from audit.month import evidence_part
from audit.month_report import merge
from audit.verifica.page import page
from audit.verify import Verified, verify
from broker.cases.change_policy import begin_policy
from broker.cases.close_month import close_month
from broker.cases.export_trust import export_trust, tenant_trust
from broker.cases.open_tenant import open_tenant
from broker.cases.read_report import read_report
from broker.cases.stop import stop
from broker.domain.refusal import Refused, Why
from broker.jobs import heartbeat, months
from broker.live.heads import Heads
from broker.store import estate, reports
from broker.store.reports import Files, Issued
from broker.store.tx import Announcement
from tests.audit import second_verifier
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import Story

DECEMBER = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)


async def days_pass(story: Story, until: datetime) -> None:
    """The clock goes on to that instant, the log beating every day."""
    while story.clock.now() + timedelta(days=1) < until:
        story.clock.advance(days=1)
        await heartbeat.tick(story.parts)
    story.clock.at = until
    await heartbeat.tick(story.parts)


async def worked(story: Story) -> str:
    session = await story.running()
    story.clock.advance(minutes=7)
    await stop(story.parts, story.world.ads.who, session)
    await story.agent.obey()
    return session


async def files_of(story: Story, number: str) -> Files:
    async with story.parts.store.read() as work:
        found = await reports.files(work, story.world.tenant, number)
    assert found is not None
    return found


async def judged(story: Story, number: str) -> Verified:
    """By the customer's verifier, once the host has cosigned the head: his rules ask for one witness."""
    heads = Heads(story.parts.hub, story.parts.store)
    await heads.noticed(Announcement(story.world.tenant, "log", "0"))
    await heads.tick()
    await story.agent.obey()
    file = await read_report(story.parts, story.world.titolare.who, number, "zip")
    trust = await tenant_trust(story.parts, story.world.tenant)
    assert unpack(file.data)["verifica.html"] == page()
    # In a thread: the PDF library runs an event loop of its own.
    found = await asyncio.to_thread(verify, file.data, trust=trust, seen=None)
    await asyncio.to_thread(second_verifier.agrees, found.verdict, file.data, trust)
    return found


async def test_a_month_is_closed_and_checks_out(story: Story) -> None:
    session = await worked(story)
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    found = await judged(story, issued.number)
    assert [f.code for f in found.verdict.findings] == []
    assert found.verdict.to_value()["verdict"] == "sound"
    files = await files_of(story, issued.number)
    report = json.loads(files.json)
    assert [s["id"] for s in report["sessions"]] == [session]
    assert report["totals"]["minutes"] == 7
    assert "partial" not in report
    assert report["log"]["size"] == issued.size
    kinds = [k for k in await story.kinds() if k.startswith(("period.", "report."))]
    assert kinds == ["period.closed", "period.figures", "report.issued"]
    record = (await story.last("report.issued")).record
    assert record.pdf_sha256 == hashlib.sha256(files.pdf).hexdigest()


async def test_a_bundle_ends_no_earlier_than_the_rules_that_a_trust_file_of_today_pins(story: Story) -> None:
    await days_pass(story, DECEMBER)
    await story.agent.cut()
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    await story.agent.dial()
    assert (await judged(story, issued.number)).verdict.to_value()["verdict"] == "sound"
    titolare = story.world.titolare
    rules = replace(DRAFT, accounts=((story.world.host.id, ACCOUNT),), longest_s=1800)
    await titolare.sign(await begin_policy(story.parts, titolare.who, rules))
    await story.agent.obey()
    assert (await judged(story, issued.number)).verdict.to_value()["verdict"] == "sound"


async def test_the_next_month_cites_this_one_and_an_idle_month_is_reported_too(story: Story) -> None:
    await worked(story)
    await days_pass(story, DECEMBER)
    first = await close_month(story.parts, story.world.tenant, "2026-11")
    await days_pass(story, datetime(2027, 1, 1, 6, 30, tzinfo=UTC))
    second = await close_month(story.parts, story.world.tenant, "2026-12")
    report = json.loads((await files_of(story, second.number)).json)
    pdf = (await files_of(story, first.number)).pdf
    assert report["report"]["previous"] == {
        "number": first.number, "pdf_sha256": hashlib.sha256(pdf).hexdigest(), "size": first.size,
    }  # fmt: skip
    assert report["totals"]["sessions"] == 0
    assert (await judged(story, second.number)).verdict.to_value()["verdict"] == "sound"
    # Whoever of the house the log speaks of is named in it once, before the first report names him.
    named = [leaf.record.person for leaf in await story.leaves() if leaf.record.KIND == "person.admitted"]
    assert named.count(story.world.technician.id) == 1
    assert len(named) == len(set(named))


async def test_months_are_closed_in_order_and_none_before_the_customer_came(story: Story) -> None:
    """Whatever is asked for, the log stays one that verifies."""
    await days_pass(story, datetime(2027, 1, 1, 6, 30, tzinfo=UTC))
    before = len(await story.leaves())
    for period, why in (("2026-12", Why.MONTH_OUT_OF_TURN), ("2026-10", Why.MONTH_BEFORE_CUSTOMER)):
        with pytest.raises(Refused) as no:
            await close_month(story.parts, story.world.tenant, period)
        assert no.value.why is why
    assert len(await story.leaves()) == before
    await close_month(story.parts, story.world.tenant, "2026-11")
    december = await close_month(story.parts, story.world.tenant, "2026-12")
    assert (await judged(story, december.number)).verdict.to_value()["verdict"] == "sound"


async def test_two_who_close_the_same_month_make_one_report(story: Story) -> None:
    await days_pass(story, DECEMBER)
    closing = [close_month(story.parts, story.world.tenant, "2026-11") for _ in range(2)]
    done, late = await asyncio.gather(*closing, return_exceptions=True)
    assert isinstance(done, Issued)
    assert isinstance(late, Refused)
    assert late.why is Why.MONTH_CLOSED
    kinds = [k for k in await story.kinds() if k.startswith(("period.", "report."))]
    assert kinds == ["period.closed", "period.figures", "report.issued"]


async def test_a_big_month_keeps_nobody_waiting(story: Story) -> None:
    """What takes long for a big log is not done where *Termina* waits to be heard: in the loop's thread."""
    await days_pass(story, DECEMBER)
    long = {f"{one.__module__}.{one.__name__}" for one in (evidence_part, merge, build, pack)}
    done_here: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            done_here.add(f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}")

    sys.setprofile(note)  # of this thread alone
    try:
        await close_month(story.parts, story.world.tenant, "2026-11")
    finally:
        sys.setprofile(None)
    assert "broker.cases.close_month.close_month" in done_here
    assert not done_here & long


async def test_a_bundle_is_made_anew_only_for_witnesses_that_can_be_had(story: Story) -> None:
    """The host is out of reach: what the titolare downloads twice is the same file."""
    await days_pass(story, DECEMBER)
    await story.agent.cut()
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    titolare = story.world.titolare.who
    first, second = [(await read_report(story.parts, titolare, issued.number, "zip")).data for _ in range(2)]
    assert first == second == (await files_of(story, issued.number)).bundle


@pytest.mark.parametrize("period", ["2026-12", "2027-01"])
async def test_a_month_that_has_not_ended_is_refused(story: Story, period: str) -> None:
    await days_pass(story, DECEMBER)
    before = len(await story.leaves())
    with pytest.raises(Refused) as no:
        await close_month(story.parts, story.world.tenant, period)
    assert no.value.why is Why.MONTH_NOT_ENDED
    assert len(await story.leaves()) == before


@pytest.mark.parametrize("period", ["2026-13", "2026-1", "novembre", "2026-11-01", "٢٠٢٦-١١", ""])
async def test_what_is_no_month_is_bad_input(story: Story, period: str) -> None:
    with pytest.raises(Refused) as no:
        await close_month(story.parts, story.world.tenant, period)
    assert no.value.why is Why.BAD_INPUT


async def test_a_snapshot_is_for_demos_only(story: Story) -> None:
    with pytest.raises(Refused) as no:
        await close_month(story.parts, story.world.tenant, "2026-11", partial=True)
    assert no.value.why is Why.MONTH_NOT_ENDED


async def test_a_closed_month_stays_closed_and_nobody_elses_is_found(story: Story) -> None:
    await days_pass(story, DECEMBER)
    await close_month(story.parts, story.world.tenant, "2026-11")
    with pytest.raises(Refused) as no:
        await close_month(story.parts, story.world.tenant, "2026-11")
    assert no.value.why is Why.MONTH_CLOSED
    with pytest.raises(Refused) as no:
        await close_month(story.parts, "t-ffffffff", "2026-11")
    assert no.value.why is Why.NOT_FOUND


class Failing:
    """A typesetter that is out of order until it is mended."""

    def __init__(self, real: object) -> None:
        self.real = real
        self.broken = True

    async def make(self, report_json: bytes, name: str, at: datetime) -> bytes:
        if self.broken:
            raise OSError("no space left")
        return await self.real.make(report_json, name, at)  # type: ignore[attr-defined, no-any-return]

    async def twin(self, pdf: bytes, at: datetime) -> bytes:
        return await self.real.twin(pdf, at)  # type: ignore[attr-defined, no-any-return]

    async def authority(self, at: datetime) -> str:
        return await self.real.authority(at)  # type: ignore[attr-defined, no-any-return]


async def test_what_broke_midway_is_taken_up_where_it_stopped(story: Story) -> None:
    """The close and the figures committed before the fault are the ones the report is made of."""
    await worked(story)
    await days_pass(story, DECEMBER)
    failing = Failing(story.parts.reporter)
    parts = replace(story.parts, reporter=failing)
    with pytest.raises(OSError, match="no space"):
        await close_month(parts, story.world.tenant, "2026-11")
    story.clock.advance(hours=2)
    failing.broken = False
    issued = await close_month(parts, story.world.tenant, "2026-11")
    kinds = [k for k in await story.kinds() if k.startswith(("period.", "report."))]
    assert kinds == ["period.closed", "period.figures", "report.issued"]
    assert (await judged(story, issued.number)).verdict.to_value()["verdict"] == "sound"


class Unprintable:
    """A typesetter that was given what does not make a report."""

    async def make(self, report_json: bytes, name: str, at: datetime) -> bytes:
        raise Refused(Why.REPORT_FAILED, report=name)

    async def twin(self, pdf: bytes, at: datetime) -> bytes:
        raise AssertionError("no PDF, no twin")

    async def authority(self, at: datetime) -> str:
        raise AssertionError("nobody asks for it here")


async def test_a_report_that_cannot_be_printed_keeps_nobody_from_the_next_turn(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    await worked(story)
    await days_pass(story, DECEMBER)
    parts = replace(story.parts, reporter=Unprintable())
    with pytest.raises(Refused) as no:
        await close_month(parts, story.world.tenant, "2026-11")
    assert no.value.why is Why.REPORT_FAILED
    await months.tick(parts)
    assert "report_failed" in caplog.text
    assert "report.issued" not in await story.kinds()
    await months.tick(story.parts)
    assert [k for k in await story.kinds() if k == "report.issued"] == ["report.issued"]


async def test_the_scheduler_closes_what_is_due_once(story: Story) -> None:
    await worked(story)
    await days_pass(story, datetime(2026, 12, 1, 4, 0, tzinfo=UTC))
    await months.tick(story.parts)
    assert "report.issued" not in await story.kinds(), "six in the tenant's own morning, not before"
    await days_pass(story, DECEMBER)
    await story.agent.list_sessions()
    await months.tick(story.parts)
    await months.tick(story.parts)
    assert [k for k in await story.kinds() if k == "report.issued"] == ["report.issued"]


async def test_the_scheduler_makes_up_for_months_it_missed(story: Story) -> None:
    """The broker was off from November to February: three months are closed, oldest first."""
    await worked(story)
    story.clock.at = datetime(2027, 2, 10, 9, 0, tzinfo=UTC)
    await heartbeat.tick(story.parts)
    await months.tick(story.parts)
    closed = [leaf.record.period for leaf in await story.leaves() if leaf.record.KIND == "period.closed"]
    assert closed == ["2026-11", "2026-12", "2027-01"]
    async with story.parts.store.read() as work:
        [newest, *_] = await reports.every(work, story.world.tenant)
    found = await judged(story, newest.number)
    assert found.verdict.to_value()["verdict"] == "sound", found.verdict.to_value()["findings"]


async def test_one_customers_trouble_is_nobody_elses(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    """The report of one cannot be made, by a bug: the other one's is."""
    owner = story.world.owner
    other = await open_tenant(story.parts, owner.who, name="AAA viene prima", details={})
    await days_pass(story, DECEMBER)
    await story.agent.list_sessions()
    real = story.parts.reporter

    class OneBad(Failing):
        async def make(self, report_json: bytes, name: str, at: datetime) -> bytes:
            self.broken = other.id.removeprefix("t-") in name
            return await super().make(report_json, name, at)

    await months.tick(replace(story.parts, reporter=OneBad(real)))
    assert "report.issued" in await story.kinds()
    assert f"the month of {other.id} failed" in caplog.text


async def test_the_trust_file_is_the_titolares_own(story: Story) -> None:
    trust = await export_trust(story.parts, story.world.titolare.who)
    assert trust.tenant == story.world.tenant
    assert len(trust.hosts) == 1
    with pytest.raises(Refused):
        await export_trust(story.parts, story.world.technician.who)
    async with story.parts.store.read() as work:
        assert await estate.house(work) is not None
