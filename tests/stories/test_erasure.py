"""Erasure: the customer's order or the end of a term; the log whole, the text nowhere, the verifier content."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from audit.canonical import unb64
from audit.commitment import Opening
from audit.retention import ends
from broker.cases import erase
from broker.cases.close_month import close_month
from broker.cases.close_session import close_session
from broker.cases.decide_erasure import begin_erasure
from broker.cases.erase import erase_due
from broker.cases.flag_moment import explain_flag, flag_moment
from broker.cases.hold_erasure import lift_hold, place_hold
from broker.cases.join_session import join_session
from broker.cases.read_report import read_report
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.see_erasures import see_erasures
from broker.cases.see_requests import see_request
from broker.cases.send_message import send_message
from broker.cases.withdraw import withdraw
from broker.domain.estate import Tenant
from broker.domain.refusal import Refused, Why
from broker.jobs import erase as daily
from broker.store import erasures, estate
from broker.store import reports as issued_reports
from broker.store.database import PostgresDatabase, SqliteDatabase
from broker.store.tables import channels, openings, reports, subject_keys
from tests.stories.telling import GEST, Story
from tests.stories.test_months import DECEMBER, days_pass, judged

FAULT, WHY, NOTE, COMMAND = "MARKER-FAULT-7f3a", "MARKER-WHY-91bc", "MARKER-NOTE-d20e", "MARKER-COMMAND-4e55"
SAID, SAW = "MARKER-SAID-20fa", "MARKER-SAW-77d1"
MARKERS = (FAULT, WHY, NOTE, COMMAND, SAID, SAW)
ZONE = "Europe/Rome"


async def customer(story: Story) -> Tenant:
    async with story.parts.store.read() as work:
        found = await estate.tenant(work, story.world.tenant)
    assert found is not None
    return found


async def worked(story: Story) -> str:
    """A session with a marker in every text it leaves: the request's id."""
    session = await story.running(text=FAULT, reason=WHY)
    joined = await join_session(
        story.parts, session, via="ssh", kind="exec", terminal="192.0.2.5",
        ssh_fingerprint=story.world.technician.ssh_fingerprint, command=COMMAND,
    )  # fmt: skip
    assert joined.params is not None
    command = Opening(unb64(joined.params["command_salt"]), {"command": COMMAND})
    await story.agent.run_command(session, joined.channel, command, (0, "00" * 32))
    ads = story.world.ads.who
    await send_message(story.parts, ads, session, SAID)
    await explain_flag(story.parts, ads, session, await flag_moment(story.parts, ads, session), SAW)
    story.clock.advance(minutes=7)
    await close_session(
        story.parts, story.world.technician.who, session, outcome="solved", activities=(GEST,), note=NOTE
    )
    await story.agent.obey()
    return (await story.session(session)).permit.request


async def secrets(story: Story, request: str) -> list[bytes]:
    """Bytes that must be nowhere afterwards: markers, what sealed them, and a piece of each report."""
    async with story.parts.store.read() as work:
        sealed = await work.run(select(openings.c.sealed).where(openings.c.subject == request))
        keys = await work.run(select(subject_keys.c.wrapped).where(subject_keys.c.subject == request))
        files = await work.run(select(reports.c.pdf))
    found = [marker.encode() for marker in MARKERS]
    found += [bytes(row[0])[:64] for row in (*sealed, *keys)]
    found += [bytes(row.pdf)[len(row.pdf) // 2 :][:64] for row in files]
    assert len(found) >= len(MARKERS) + 4
    return found


def hunted(story: Story, wanted: list[bytes]) -> list[str]:
    """Where any of it still lies, in any file of the broker's folder: database, write-ahead log, keys …"""
    found = []
    for path in story.parts.settings.state.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path.name}: {one[:20]!r}" for one in wanted if one in data]
    return found


async def decided(story: Story, request: str) -> None:
    url = await begin_erasure(story.parts, story.world.titolare.who, request, reason="asked_by_person")
    await story.world.titolare.sign(url)


# --------------------------------------------------------------------------- the titolare's order


async def test_what_the_titolare_orders_is_gone_from_every_file(story: Story) -> None:
    """Also the report that printed it, and the bundle kept beside it. The log goes on as if nothing were."""
    request = await worked(story)
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    before = await judged(story, issued.number)
    assert before.verdict.sound, before.verdict.findings
    wanted = await secrets(story, request)
    if isinstance(story.parts.store.database, SqliteDatabase):
        assert hunted(story, wanted)
    await decided(story, request)
    assert hunted(story, wanted) == []
    assert await story.findings() == []
    after = await judged(story, issued.number)
    assert after.verdict.sound, after.verdict.findings
    assert {"erased", "erased_report"} <= {note.code for note in after.verdict.notes}
    assert after.verdict.counts["erased"] == 6
    view = await see_request(story.parts, story.world.titolare.who, request)
    assert (view.line.erased, view.line.texts.incident_text) == (True, "")
    async with story.parts.store.read() as work:
        (kept,) = await issued_reports.every(work, story.world.tenant)
    assert (kept.erased, kept.sessions, kept.minutes) == (True, None, None)
    for form in ("pdf", "en.pdf"):
        with pytest.raises(Refused) as no:
            await read_report(story.parts, story.world.titolare.who, issued.number, form)  # type: ignore[arg-type]
        assert no.value.why is Why.REPORT_ERASED


async def test_the_next_month_cites_a_report_that_was_erased(story: Story) -> None:
    request = await worked(story)
    await days_pass(story, DECEMBER)
    await close_month(story.parts, story.world.tenant, "2026-11")
    await decided(story, request)
    await days_pass(story, DECEMBER + timedelta(days=31))
    issued = await close_month(story.parts, story.world.tenant, "2026-12")
    found = await judged(story, issued.number)
    assert found.verdict.sound, found.verdict.findings


async def test_erased_before_its_month_is_closed_the_report_has_no_text(story: Story) -> None:
    request = await worked(story)
    await decided(story, request)
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    found = await judged(story, issued.number)
    assert found.verdict.sound, found.verdict.findings
    data = await read_report(story.parts, story.world.titolare.who, issued.number, "json")
    assert FAULT.encode() not in data.data


async def test_a_refused_requests_reason_goes_too(story: Story) -> None:
    receipt = await story.ask(text=FAULT, reason=WHY)
    await refuse(story.parts, story.world.ads.who, receipt.request)
    await explain_refusal(story.parts, story.world.ads.who, receipt.request, NOTE)
    await decided(story, receipt.request)
    async with story.parts.store.read() as work:
        left = await erasures.texts(work, story.world.tenant)
    assert receipt.request not in {text.request for text in left}


async def test_what_somebody_still_has_to_read_stays(story: Story) -> None:
    receipt = await story.ask()
    with pytest.raises(Refused) as no:
        await begin_erasure(story.parts, story.world.titolare.who, receipt.request, reason="no_longer_needed")
    assert no.value.why is Why.WRONG_STATE


async def test_erased_twice_is_refused_the_second_time(story: Story) -> None:
    request = await worked(story)
    await decided(story, request)
    with pytest.raises(Refused) as no:
        await begin_erasure(story.parts, story.world.titolare.who, request, reason="asked_by_person")
    assert no.value.why is Why.WRONG_STATE


async def test_nobody_else_orders_it(story: Story) -> None:
    request = await worked(story)
    for somebody in (story.world.ads, story.world.owner, story.world.technician, await story.stranger()):
        with pytest.raises(Refused):
            await begin_erasure(story.parts, somebody.who, request, reason="asked_by_person")
    url = await begin_erasure(story.parts, story.world.titolare.who, request, reason="asked_by_person")
    story.world.titolare.signing = story.world.ads.signing
    with pytest.raises(Refused):
        await story.world.titolare.sign(url)
    assert "erasure.executed" not in await story.kinds()


async def test_a_month_closed_before_he_signs_makes_him_read_again(story: Story) -> None:
    """Its report prints the text as well, and he has not signed for that."""
    request = await worked(story)
    await days_pass(story, DECEMBER - timedelta(minutes=10))
    story.clock.at = DECEMBER - timedelta(minutes=5)
    url = await begin_erasure(story.parts, story.world.titolare.who, request, reason="asked_by_person")
    story.clock.at = DECEMBER
    await close_month(story.parts, story.world.tenant, "2026-11")
    with pytest.raises(Refused) as no:
        await story.world.titolare.sign(url)
    assert no.value.why is Why.WRONG_STATE


# ---------------------------------------------------------------------------------------- terms


async def test_nothing_goes_before_its_term_and_all_of_it_then(story: Story) -> None:
    """L-22: Notes, commands and what was said after two years; the rest with the report that prints it, after ten."""
    request = await worked(story)
    await days_pass(story, DECEMBER)
    await close_month(story.parts, story.world.tenant, "2026-11")
    wanted = await secrets(story, request)
    place, started = await customer(story), (await story.last("session.closed")).time
    story.clock.at = ends(started, 24, ZONE) - timedelta(minutes=1)
    assert (await erase_due(story.parts, place)).refs == ()
    story.clock.at = ends(started, 24, ZONE)
    found = await erase_due(story.parts, place)
    assert (len(found.texts), len(found.reports)) == (4, 0)
    asked = (await story.last("request.opened")).time
    story.clock.at = ends(asked, 120, ZONE) + timedelta(hours=1)
    assert (await erase_due(story.parts, place)).refs == ()
    story.clock.at = ends(DECEMBER, 120, ZONE)
    found = await erase_due(story.parts, place)
    assert (len(found.texts), len(found.reports)) == (3, 1)
    assert hunted(story, wanted) == []
    assert (await erase_due(story.parts, place)).refs == ()
    records = [leaf.record for leaf in await story.leaves() if leaf.record.KIND == "erasure.executed"]
    assert [one.reason for one in records] == ["term", "term"]  # type: ignore[union-attr]


async def test_the_daily_job_does_it_for_every_customer(story: Story) -> None:
    receipt = await story.ask(text=FAULT)
    await withdraw(story.parts, story.world.technician.who, receipt.request, WHY)
    story.clock.at = ends(story.clock.now(), 120, ZONE)
    await daily.tick(story.parts)
    assert await story.kinds("erasure.executed") == ["erasure.executed"]
    async with story.parts.store.read() as work:
        assert await erasures.texts(work, story.world.tenant) == ()
        shown = await see_erasures(work, await customer_in(work, story))
    assert [(one.count, one.decided) for one in shown.done] == [(3, False)]
    assert shown.next_due is None


async def customer_in(work: Any, story: Story) -> Tenant:
    found = await estate.tenant(work, story.world.tenant)
    assert found is not None
    return found


# ---------------------------------------------------------------------------------------- holds


async def test_a_hold_stays_order_and_term(story: Story) -> None:
    """L-50."""
    request = await worked(story)
    who, place = story.world.owner.who, await customer(story)
    review = story.clock.now().date() + timedelta(days=90)
    hold = await place_hold(
        story.parts, who, story.world.tenant, request=request, reason="claim", review=review
    )
    with pytest.raises(Refused) as no:
        await begin_erasure(story.parts, story.world.titolare.who, request, reason="asked_by_person")
    assert no.value.why is Why.ERASURE_HELD
    story.clock.at = ends(story.clock.now(), 130, ZONE)
    assert (await erase_due(story.parts, place)).refs == ()
    await lift_hold(story.parts, who, story.world.tenant, hold)
    assert len((await erase_due(story.parts, place)).texts) == 6


async def test_a_hold_placed_while_he_reads_counts(story: Story) -> None:
    request = await worked(story)
    url = await begin_erasure(story.parts, story.world.titolare.who, request, reason="asked_by_person")
    review = story.clock.now().date() + timedelta(days=1)
    await place_hold(
        story.parts,
        story.world.owner.who,
        story.world.tenant,
        request=None,
        reason="authority",
        review=review,
    )
    with pytest.raises(Refused) as no:
        await story.world.titolare.sign(url)
    assert no.value.why is Why.ERASURE_HELD


async def test_the_vendor_does_not_lift_the_titolares_hold(story: Story) -> None:
    tenant = story.world.tenant
    review = story.clock.now().date() + timedelta(days=90)
    hold = await place_hold(
        story.parts, story.world.titolare.who, tenant, request=None, reason="contest", review=review
    )
    with pytest.raises(Refused) as no:
        await lift_hold(story.parts, story.world.owner.who, tenant, hold)
    assert no.value.why is Why.NOT_ALLOWED
    await lift_hold(story.parts, story.world.titolare.who, tenant, hold)
    with pytest.raises(Refused):
        await lift_hold(story.parts, story.world.titolare.who, tenant, hold)


@pytest.mark.parametrize(("reason", "days"), [("boh", 30), ("claim", 0), ("claim", 185)])
async def test_a_hold_has_a_reason_and_is_looked_at_within_six_months(
    story: Story, reason: str, days: int
) -> None:
    review = date(2026, 11, 10) + timedelta(days=days)
    with pytest.raises(Refused) as no:
        await place_hold(
            story.parts, story.world.owner.who, story.world.tenant, request=None, reason=reason, review=review
        )
    assert no.value.why is Why.BAD_INPUT


# ---------------------------------------------------------------------- a broker that dies half-way


class Dead(Exception):
    """What `kill -9` is to a broker: nothing after this happens."""


@pytest.mark.parametrize("step", ["destroy", "scrub", "spend_fact"])
async def test_whatever_was_left_half_done_is_finished(
    story: Story, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L-50: It dies after the record, after the destruction, or after the scrubbing: the next run goes on there."""
    request = await worked(story)
    await days_pass(story, DECEMBER)
    issued = await close_month(story.parts, story.world.tenant, "2026-11")
    wanted = await secrets(story, request)

    async def dies(*_: Any, **__: Any) -> None:
        raise Dead

    owner: Any = {"destroy": erasures, "scrub": type(story.parts.store.database), "spend_fact": estate}[step]
    with monkeypatch.context() as dying:
        dying.setattr(owner, step, dies)
        with pytest.raises(Dead):
            await decided(story, request)
    half = (await judged(story, issued.number)).verdict
    assert half.sound, half.findings  # the record stands; what was not destroyed yet is still shown
    assert (await erase_due(story.parts, await customer(story))).refs == ()
    assert hunted(story, wanted) == []
    assert len(await story.kinds("erasure.executed")) == 1
    async with story.parts.store.read() as work:
        assert (await erasures.unfinished(work, story.world.tenant)).refs == ()
        assert await estate.fact(work, "scrub_owed") is None
    whole = (await judged(story, issued.number)).verdict
    assert whole.sound, whole.findings


async def test_nothing_is_destroyed_of_an_erasure_that_was_not_recorded(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await worked(story)

    async def dies(*_: Any, **__: Any) -> None:
        raise Dead

    with monkeypatch.context() as dying:
        dying.setattr(estate, "set_fact", dies)
        with pytest.raises(Dead):
            await decided(story, request)
    assert "erasure.decided" not in await story.kinds()
    await erase_due(story.parts, await customer(story))
    async with story.parts.store.read() as work:
        assert len([t for t in await erasures.texts(work, story.world.tenant) if t.request == request]) == 5


async def test_a_command_no_agent_ever_told_of_goes_with_its_request(story: Story) -> None:
    """Its text waits sealed beside the channel, for a note that never came."""
    session = await story.running(text=FAULT)
    await join_session(
        story.parts, session, via="ssh", kind="exec", terminal="192.0.2.5",
        ssh_fingerprint=story.world.technician.ssh_fingerprint, command=COMMAND,
    )  # fmt: skip
    await story.agent.end(session, "expired")
    await decided(story, (await story.session(session)).permit.request)
    async with story.parts.store.read() as work:
        rows = await work.run(select(channels.c.command))
    assert [row.command for row in rows] == [None]


async def test_many_texts_make_several_records(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "MAX_REFS", 2)
    request = await worked(story)
    await decided(story, request)
    done = [leaf for leaf in await story.leaves() if leaf.record.KIND == "erasure.executed"]
    assert [len(leaf.refs) for leaf in done] == [2, 2, 2]
    assert await story.findings() == []


async def test_what_the_database_says_of_it(story: Story) -> None:
    """SQLite keeps nothing at all; of PostgreSQL only the tables are ours to answer for."""
    assert isinstance(story.parts.store.database, SqliteDatabase | PostgresDatabase)
    await story.parts.store.database.scrub(("openings", "reports"))
    wal = Path(str(story.parts.settings.state / "verbale.db-wal"))
    assert not wal.exists() or wal.stat().st_size == 0


KILLED = """
import asyncio, os, signal, sys
from datetime import datetime
from pathlib import Path
from broker.cases.erase import erase_due
from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.parts import Parts
from broker.store import erasures, estate
from broker.store.database import SqliteDatabase, open_database
from broker.store.tx import Store
from tests.doubles import FakeChance, FakeClock, MemoryKeys

async def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, at, step):
    setattr({"destroy": erasures, "scrub": SqliteDatabase, "spend_fact": estate}[step], step, dies)
    keys, chance = MemoryKeys(), FakeChance(b"child")
    store = Store(open_database(url), keys, chance)
    clock = FakeClock(datetime.fromisoformat(at))
    parts = Parts(clock, chance, keys, store, Hub(chance), Bus(), None, None)
    async with store.read() as work:
        place = (await estate.customers(work))[0]
    await erase_due(parts, place)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("step", ["destroy", "scrub", "spend_fact"])
async def test_a_broker_killed_in_the_middle(story: Story, step: str) -> None:
    """Another process, and a signal nobody can catch: what it had recorded the next run carries out."""
    if not isinstance(story.parts.store.database, SqliteDatabase):
        pytest.skip("the other process opens the same file")
    request = await worked(story)
    await days_pass(story, DECEMBER)
    await close_month(story.parts, story.world.tenant, "2026-11")
    wanted = await secrets(story, request)
    story.clock.at = ends(DECEMBER, 120, ZONE)
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED, story.parts.settings.database, story.clock.at.isoformat(), step],
        timeout=120, capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert await story.kinds("erasure.executed") == ["erasure.executed"]
    assert (await erase_due(story.parts, await customer(story))).refs == ()
    assert hunted(story, wanted) == []
    assert await story.kinds("erasure.executed") == ["erasure.executed"]
