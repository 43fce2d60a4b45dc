"""The access log of a customer, from what people do to what he reads, carries away and verifies."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest

from audit import bundle
from audit.access_export import CSV, JSONL, Claim
from audit.access_log import Entry
from audit.note import parse_note
from audit.verify_export import verify_export
from broker.cases.decide_erasure import begin_erasure
from broker.cases.dismiss import dismiss
from broker.cases.erase_name import erase_name
from broker.cases.export_accesses import export_accesses, export_own_accesses
from broker.cases.export_trust import export_trust
from broker.cases.log_out import log_out
from broker.cases.presume_ended import presume_ended
from broker.cases.see_accesses import count_accesses, see_accesses, see_own_accesses
from broker.cases.see_sessions import see_session
from broker.cases.watch import join_watch, leave_watch
from broker.domain.accesses import Asked
from broker.domain.people import MAY, Action
from broker.domain.refusal import Refused, Why
from broker.jobs import erase as daily
from broker.store import accesses
from tests.broker.test_log_in import ELSEWHERE, log_in
from tests.broker.world import newcomer
from tests.stories.telling import Story

ALL = Asked(limit=200)


async def entries(story: Story, tenant: str | None = None, **asked: Any) -> list[Entry]:
    """Oldest first, read by nobody: no record is made of it."""
    tenant = tenant or story.world.tenant
    async with story.parts.store.read() as work:
        found = await accesses.page(
            work, tenant, Asked(limit=200, **asked).selection(10**6, "Europe/Rome"), 200
        )
    return found.entries[::-1]


async def one(story: Story, deed: Awaitable[Any], tenant: str | None = None) -> Entry:
    """The one entry that this deed made."""
    before = len(await entries(story, tenant))
    with suppress(Refused):
        await deed
    after = await entries(story, tenant)
    assert len(after) == before + 1, [entry.event for entry in after[before:]]
    return after[-1]


async def test_l07_each_deed_of_a_scripted_run_is_exactly_one_entry(story: Story) -> None:
    world, parts = story.world, story.parts
    auditor = await newcomer(parts, world.titolare, world.tenant, "auditor", "Augusta Auditor")
    house = world.house
    entered = await log_in(parts, world.technician.login, ELSEWHERE)
    assert (await entries(story, house))[-1].event == "access.succeeded"
    out = await one(story, log_out(parts, entered.who, entered.token), house)
    assert (out.event, out.person, out.name) == ("access.ended", world.technician.id, "Tiziana Tecnica")
    failed = await one(story, log_in(parts, world.technician.login, ELSEWHERE, challenge=b"x" * 32), house)
    assert (failed.event, failed.terminal, failed.outcome) == ("access.failed", ELSEWHERE, "failed")
    session = await story.granted()
    activated = await one(story, story.activate(session))
    assert (activated.event, activated.auth, activated.role) == ("grant.activated", "passkey", "technician")
    started = await one(story, story.agent.obey())
    assert (started.event, started.person, started.host_name) == (
        "session.started", world.technician.id, "srv-gestionale",
    )  # fmt: skip
    assert (started.account, started.privileged, started.request[:2]) == ("assistenza", False, "r-")
    assert started.incident
    assert started.grant
    joined = await one(story, join_watch(parts, world.ads.who, session))
    left = await one(story, leave_watch(parts, world.ads.who, session))
    assert (joined.event, left.event, joined.person) == (
        "supervision.joined",
        "supervision.left",
        world.ads.id,
    )
    assert joined.administrator
    denied = await one(story, see_accesses(parts, world.technician.who, world.tenant, ALL))
    assert (denied.event, denied.reason, denied.what) == ("access.denied", "not_allowed", "log")
    read = await one(story, see_session(parts, auditor.who, session))
    assert (read.event, read.person, read.role) == ("log.read", auditor.id, "auditor")
    ended = await one(story, story.agent.end(session, "closed_by_technician"))
    assert (ended.event, ended.reason) == ("session.ended", "closed_by_technician")
    assert await story.findings() == []


async def test_l07_a_refused_start_and_a_presumed_end_are_one_entry_each(story: Story) -> None:
    session = await story.granted()
    await story.activate(session)
    refused = await one(
        story, story.agent.note("session.refused", session, grant=(await story.session(session)).permit.grant.digest.hex(), reason="replayed")
    )  # fmt: skip
    assert (refused.event, refused.outcome, refused.reason) == ("session.refused", "denied", "replayed")
    other = await story.running(text="Altra anomalia.")
    heard = story.clock.now()
    await story.agent.cut()
    story.clock.advance(hours=2)
    presumed = await one(story, presume_ended(story.parts, story.world.tenant, other, last_seen=heard))
    assert (presumed.event, presumed.outcome) == ("session.presumed_ended", "presumed")
    assert presumed.last_seen < presumed.value()["time"]


async def test_l08_ten_minutes_without_network_leave_no_gap_and_both_times(story: Story) -> None:
    session = await story.running()
    await story.agent.cut()
    cut = story.clock.now()
    await story.agent.end(session, "expired")
    story.clock.advance(minutes=10)
    await story.agent.dial()
    await story.agent.deliver()
    ended = (await entries(story))[-1]
    assert (ended.event, ended.time, ended.received) == ("session.ended", cut, cut + timedelta(minutes=10))
    assert [leaf.n for leaf in await story.leaves()] == list(range(len(await story.leaves())))
    assert await story.findings() == []


async def test_filters_and_pages_give_each_entry_once(story: Story) -> None:
    world = story.world
    await story.running()
    everything = await entries(story)
    view = await see_accesses(story.parts, world.titolare.who, world.tenant, Asked(limit=3))
    found = list(view.page.entries)
    while view.page.before is not None:
        view = await see_accesses(
            story.parts, world.titolare.who, world.tenant, Asked(limit=3, before=view.page.before)
        )
        found += view.page.entries
    assert [entry.seq for entry in found[::-1]][: len(everything)] == [entry.seq for entry in everything]
    assert view.people[world.technician.id] == "Tiziana Tecnica"
    his = await entries(story, person=world.technician.id)
    assert his
    assert {entry.person for entry in his} == {world.technician.id}
    assert {entry.host for entry in await entries(story, host="portal")} == {"portal"}
    ads = await entries(story, administrators=True)
    assert {entry.person for entry in ads} == {world.ads.id}
    today = story.clock.now().date()
    assert await entries(story, since=today + timedelta(days=1)) == []
    assert len(await entries(story, since=today, until=today)) == len(everything) + 1
    assert await entries(story, until=today - timedelta(days=1)) == []


async def test_a_page_reads_no_more_than_its_bound(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.running()
    monkeypatch.setattr(accesses, "_AT_ONCE", 2)
    monkeypatch.setattr(accesses, "MOST_READ", 2)
    async with story.parts.store.read() as work:
        found = await accesses.page(
            work, story.world.tenant, Asked(person="p-nobody").selection(10**6, "Europe/Rome"), 50
        )
    assert found.entries == []
    assert found.before is not None
    assert len(await entries(story)) == 2


async def test_l13_what_a_titolare_carries_away_verifies_by_his_own_keys(story: Story) -> None:
    world, parts = story.world, story.parts
    await story.running()
    trust = await export_trust(parts, world.titolare.who)
    for asked in (
        Asked(),
        Asked(administrators=True),
        Asked(person=world.technician.id),
        Asked(host="portal"),
    ):
        file = await export_accesses(parts, world.titolare.who, world.tenant, asked, "zip")
        verdict = verify_export(file.data, trust=trust)
        assert verdict.sound, verdict.findings
        assert verdict.trust == "pinned"
        held = bundle.unpack(file.data)
        claim = Claim.parse(parse_note(held["claim"]).text)
        lines = [json.loads(line) for line in held[JSONL].splitlines()]
        assert claim.count == len(lines) == verdict.counts["accesses"]
        size = claim.selection.after
        assert [line["seq"] for line in lines] == [
            entry.seq for entry in await entries(story, administrators=asked.administrators, person=asked.person, host=asked.host)
            if entry.seq < size
        ]  # fmt: skip
        for form in ("csv", "jsonl"):
            plain = await export_accesses(parts, world.titolare.who, world.tenant, asked, form)  # type: ignore[arg-type]
            assert plain.name.endswith(form)
            if asked == Asked(host="portal"):
                continue  # it reads what its own reading before wrote
            head = held[CSV if form == "csv" else JSONL].splitlines()[0]
            assert plain.data.startswith(head)
    read = [leaf.record for leaf in await story.leaves() if leaf.record.KIND == "record.read"]
    assert [getattr(record, "what", "") for record in read].count("accesses") == 12


async def test_more_than_a_file_holds_is_refused(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.running()
    monkeypatch.setattr(accesses, "MAX_ENTRIES", 3)
    with pytest.raises(Refused) as no:
        await export_accesses(story.parts, story.world.titolare.who, story.world.tenant, ALL, "csv")
    assert no.value.why is Why.TOO_LARGE


async def test_l43_whoever_works_for_the_vendor_reads_his_own_entries_and_no_others(story: Story) -> None:
    world, parts = story.world, story.parts
    await story.running()
    view = await see_own_accesses(parts, world.technician.who, world.tenant, Asked(person=world.ads.id))
    assert view.page.entries
    assert {entry.person for entry in view.page.entries} == {world.technician.id}
    assert view.people == {}
    file = await export_own_accesses(parts, world.technician.who, world.tenant, ALL, "jsonl")
    lines = [json.loads(line) for line in file.data.splitlines()]
    assert {line["person"] for line in lines} == {world.technician.id}
    with pytest.raises(Refused) as no:
        await export_own_accesses(parts, world.technician.who, world.tenant, ALL, "zip")
    assert no.value.why is Why.BAD_INPUT
    stranger = await story.stranger()
    for ask in (see_own_accesses, see_accesses):
        with pytest.raises(Refused) as no:
            await ask(parts, stranger.who, world.tenant, ALL)
        assert no.value.why is Why.NOT_FOUND
    with pytest.raises(Refused) as no:
        await see_own_accesses(parts, world.owner.who, "t-nobody", ALL)
    assert no.value.why is Why.NOT_FOUND


async def test_l43_the_owner_gets_counts_and_of_few_people_a_total_alone(story: Story) -> None:
    world, parts = story.world, story.parts
    await story.running()
    for someone in (world.owner, world.technician):
        with pytest.raises(Refused) as no:
            await see_accesses(parts, someone.who, world.tenant, ALL)
        assert no.value.why is Why.NOT_ALLOWED
    [house, customer] = await count_accesses(parts, world.owner.who, Asked())
    assert (house.tenant, customer.tenant) == (world.house, world.tenant)
    assert customer.total == len(await entries(story))
    assert customer.outcomes is None
    for n in range(2):
        await newcomer(parts, world.owner, world.house, "technician", f"N{n} Tecnico")
    [_, customer] = await count_accesses(parts, world.owner.who, Asked())
    assert customer.outcomes is not None
    assert sum(customer.outcomes.values()) == customer.total
    assert customer.outcomes["denied"] == 2
    with pytest.raises(Refused):
        await count_accesses(parts, world.titolare.who, Asked())


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked(person="non valido"), "person"), (Asked(host="/"), "host"), (Asked(limit=0), "limit"),
        (Asked(limit=201), "limit"), (Asked(before=-1), "before"),
        (Asked(since=date(9999, 12, 31)), "since"),
        (Asked(until=date(1, 1, 1)), "until"),
        (Asked(since=date(2026, 2, 2), until=date(2026, 2, 1)), "until"),
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_refused_and_no_reading(story: Story, asked: Asked, field: str) -> None:
    before = len(await story.leaves())
    with pytest.raises(Refused) as no:
        await see_accesses(story.parts, story.world.titolare.who, story.world.tenant, asked)
    assert (no.value.why, no.value.facts) == (Why.BAD_INPUT, {"field": field})
    assert len(await story.leaves()) == before


async def test_l14_the_vendor_purges_nothing_before_its_term(story: Story) -> None:
    """No deed of his erases: not texts, not a name before its end, not a record ever."""
    world, parts = story.world, story.parts
    await story.running()
    request = (await story.last("request.opened")).record.request  # type: ignore[union-attr]
    for someone in (world.owner, world.technician):
        with pytest.raises(Refused) as no:
            await begin_erasure(parts, someone.who, request, reason="no_longer_needed")
        assert no.value.why is Why.NOT_ALLOWED
    assert MAY[Action.DECIDE_ERASURE] == MAY[Action.CHANGE_NOTICE] == {"titolare"}
    await dismiss(parts, world.owner.who, world.house, world.technician.id)
    with pytest.raises(Refused) as no:
        await erase_name(parts, world.owner.who, world.house, world.technician.id)
    assert no.value.why is Why.NAME_KEPT
    before = await entries(story)
    story.clock.advance(days=5 * 30)
    await daily.tick(parts)
    after = await entries(story)
    assert after[: len(before)] == before
    assert next(one.name for one in after if one.person == world.technician.id) == "Tiziana Tecnica"
