"""The vendor's programs: versions and who has them, defects that touch several customers, customisations on test."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.incident_records import QueueJumped
from audit.record import BROKER
from broker.cases.accept_release import (
    Malfunction,
    decide_acceptance,
    pass_acceptance,
    report_malfunction,
)
from broker.cases.agree_contract import see_contracts
from broker.cases.defects import give_remedy, link_defect, open_defect, solve_defect
from broker.cases.list_products import list_product
from broker.cases.open_incident import Report, open_incident
from broker.cases.open_tenant import open_tenant
from broker.cases.publish_release import ReleaseDraft, publish_release
from broker.cases.receive_release import Receipt, install_version, receive_release
from broker.cases.take_incident import take_next
from broker.cases.write_program_letter import record_told, write_program_letter
from broker.domain.programs import DEFECT_KINDS, Programs
from broker.domain.refusal import Refused, Why
from broker.jobs import programs as job
from broker.store import outbox, programs
from tests.broker.world import newcomer
from tests.stories.telling import Story
from tests.stories.test_incidents import category_one, queued

WHOLE = Malfunction("1. Apra la cassa.", "Il totale.", "Zero.", "riga;12,50", "b77")


async def refused(doing: Awaitable[object]) -> Refused:
    with pytest.raises(Refused) as no:
        await doing
    return no.value


async def program(story: Story, name: str = "Alberghi") -> str:
    return (await list_product(story.parts, story.world.owner.who, name)).id


async def published(story: Story, product: str, version: str, **more: Any) -> str:
    draft = ReleaseDraft(product, version, more.pop("dated", "2026-11-20"), ("program",), **more)
    return (await publish_release(story.parts, story.world.owner.who, draft)).release


async def known(story: Story, tenant: str = "") -> Programs:
    async with story.parts.store.read() as work:
        return await programs.of(work, tenant or story.world.tenant)


async def letters(story: Story, tenant: str = "") -> list[outbox.Due]:
    async with story.parts.store.read() as work:
        return await outbox.every(work, tenant or story.world.tenant, outbox.PROGRAM)


async def on_test(story: Story, **more: Any) -> str:
    """A customisation that the customer has fetched now."""
    product = await program(story)
    made = await published(story, product, "26.2-P1", customer=story.world.tenant, **more)
    await job.tick(story.parts)
    await receive_release(story.parts, story.world.titolare.who, story.world.tenant, made, None)
    return made


# ------------------------------------------------------------------------------------ versions


async def test_s37_a_third_half_yearly_update_in_a_year_takes_a_reason(story: Story) -> None:
    product = await program(story)
    for version, dated in (("26.1", "2026-03-02"), ("26.2", "2026-09-01")):
        await published(story, product, version, dated=dated, half_yearly=True)
    no = await refused(published(story, product, "26.3", half_yearly=True))
    assert (no.why, no.facts) == (Why.HALF_YEARLY_THIRD, {"year": "2026"})
    await published(story, product, "26.2.1")
    await published(story, product, "27.1", half_yearly=True, dated="2027-03-01")
    third = await published(story, product, "26.3", half_yearly=True, reason="security")
    assert (await known(story, story.world.house)).releases[third].told.reason == "security"
    assert (await refused(published(story, product, "26.3"))).why is Why.DUPLICATE


async def test_s37_who_has_a_program_hears_of_its_versions_and_stands_behind_until_updated(
    story: Story,
) -> None:
    world = story.world
    product, other = await program(story), await program(story, "Scuole")
    await published(story, product, "26.1", dated="2026-03-02", half_yearly=True)
    await install_version(story.parts, world.technician.who, world.tenant, product, "26.1")
    story.clock.advance(minutes=1)
    newest = await published(story, product, "26.2", half_yearly=True, os="Windows 11 26H2")
    await published(story, other, "3.0")
    await job.tick(story.parts)
    mine = await known(story)
    assert [one.told.version for one in mine.releases.values()] == ["26.2"]
    pending = mine.pending(product)
    assert pending is not None
    assert (pending.id, pending.told.os) == (newest, "Windows 11 26H2")
    await receive_release(story.parts, world.ads.who, world.tenant, newest, None)
    assert (await refused(receive_release(story.parts, world.ads.who, world.tenant, newest, None))).why is (
        Why.DUPLICATE
    )
    await install_version(story.parts, world.technician.who, world.tenant, product, "26.2")
    assert (await known(story)).pending(product) is None
    await job.tick(story.parts)
    assert await story.kinds("release.published") == ["release.published"]
    assert await story.findings() == []


async def test_s37_a_program_noted_at_an_older_version_stands_behind_at_once(story: Story) -> None:
    """Whoever comes to it when the newest is out already is not up to date, and has that one to fetch."""
    product = await program(story)
    await published(story, product, "26.1", dated="2026-03-02")
    newest = await published(story, product, "26.2")
    story.clock.advance(minutes=1)
    await install_version(story.parts, story.world.technician.who, story.world.tenant, product, "26.1")
    mine = await known(story)
    pending = mine.pending(product)
    assert pending is not None
    assert (pending.id, list(mine.releases)) == (newest, [newest])
    assert await story.findings() == []


async def test_s37_a_reason_is_of_a_third_half_yearly_update_only(story: Story) -> None:
    product = await program(story)
    for half_yearly in (False, True):
        no = await refused(published(story, product, "26.1", half_yearly=half_yearly, reason="defects"))
        assert (no.why, no.facts["field"]) == (Why.BAD_INPUT, "reason")


async def test_s40_a_receipt_is_the_customers_never_the_vendors_upload(story: Story) -> None:
    world, now = story.world, story.clock.now()
    product = await program(story)
    made = await published(story, product, "26.2-P1", customer=world.tenant, peremptory=True)
    await job.tick(story.parts)
    assert await story.kinds("acceptance.opened") == []
    wrong = (
        (None, "how"),
        (Receipt("upload", now, "Prot. 7/2026"), "how"),
        (Receipt("portal", now, "Prot. 7/2026"), "how"),
        (Receipt("pec", now + timedelta(hours=1), "Prot. 7/2026"), "received"),
        (Receipt("pec", now, ""), "reference"),
        (Receipt("note", now, "Prot. 7/2026", "abc"), "file"),
    )
    for receipt, field in wrong:
        no = await refused(receive_release(story.parts, world.owner.who, world.tenant, made, receipt))
        assert (no.why, no.facts) == (Why.BAD_INPUT, {"field": field})
    received = datetime.fromisoformat("2026-11-10T09:00:00+01:00")
    receipt = Receipt("pec", received, "Prot. 7/2026")
    await receive_release(story.parts, world.owner.who, world.tenant, made, receipt)
    window = (await known(story)).releases[made].window
    assert window is not None
    assert window.until == datetime.fromisoformat("2026-11-25T23:59:59+01:00")
    assert await story.findings() == []


# ------------------------------------------------------------------------------------ customisations


async def test_s40_the_window_opens_with_the_receipt_and_reminds_three_times(story: Story) -> None:
    made = await on_test(story)
    window = (await known(story)).releases[made].window
    assert window is not None
    assert window.open(story.clock.now())
    due = [one.due for one in await letters(story)]
    first = (story.clock.now() + timedelta(hours=1)).date()
    assert [(at + timedelta(hours=1)).date() - first for at in due] == [timedelta(n) for n in (5, 10, 14)]
    one = (await letters(story))[0]
    letter = await write_program_letter(story.parts, one, one.due)
    assert letter is not None
    assert b"26.2-P1" in letter.message
    await pass_acceptance(story.parts, story.world.ads.who, made)
    assert await write_program_letter(story.parts, one, one.due) is None
    assert (await refused(pass_acceptance(story.parts, story.world.ads.who, made))).why is Why.WRONG_STATE
    story.clock.advance(days=30)
    await job.tick(story.parts)
    assert await story.kinds("acceptance.expired") == []


async def test_s41_it_expires_into_one_task_and_one_notice_and_the_contract_stays(story: Story) -> None:
    made = await on_test(story)
    before = await see_contracts(story.parts, story.world.owner.who, story.world.tenant)
    window = (await known(story)).releases[made].window
    assert window is not None
    story.clock.at = window.until
    await job.tick(story.parts)
    assert await story.kinds("acceptance.expired") == []
    story.clock.advance(seconds=2)
    for _ in range(3):
        await job.tick(story.parts)
        story.clock.advance(days=1)
    assert await story.kinds("acceptance.expired") == ["acceptance.expired"]
    assert [one.payload["letter"] for one in await letters(story)].count("expired") == 1
    assert [one.id for one in (await known(story)).undecided()] == [made]
    assert await see_contracts(story.parts, story.world.owner.who, story.world.tenant) == before
    for by in (story.world.technician, story.world.titolare):
        no = await refused(decide_acceptance(story.parts, by.who, story.world.tenant, made, "not_bought"))
        assert no.why is Why.NOT_ALLOWED
    await decide_acceptance(story.parts, story.world.owner.who, story.world.tenant, made, "more_time")
    assert (await known(story)).undecided() == []
    assert await see_contracts(story.parts, story.world.owner.who, story.world.tenant) == before


async def test_s42_a_whole_report_within_the_window_goes_ahead_of_the_queue(story: Story) -> None:
    """S-42: with its reason in every log that it concerns."""
    world = story.world
    await category_one(story)
    other = await open_tenant(story.parts, world.owner.who, name="Scuola Altra", details={})
    await category_one(story, other.id)
    first = (await queued(story, "Prima.", tenant=other.id))[0]
    made = await on_test(story)
    second = (await queued(story, "Seconda."))[0]
    story.clock.advance(minutes=1)
    filed = await report_malfunction(story.parts, world.titolare.who, made, WHOLE)
    assert filed.lacks == ()
    handed = await take_next(story.parts, world.technician.who)
    assert (handed.incident, handed.jumped) == (filed.incident, "acceptance_customisation")
    assert (await story.last("queue.jumped")).record == QueueJumped(
        (second,), "acceptance_customisation", filed.incident
    )
    assert [one for one in await world.records(other.id) if isinstance(one, QueueJumped)] == [
        QueueJumped((first,), "acceptance_customisation")
    ]
    to = [one.payload for one in await letters(story) if one.payload["letter"] == "malfunction"]
    assert [one["to"] for one in to] == [world.owner.who.person]
    assert await story.findings() == []


@pytest.mark.parametrize("missing", ["steps", "expected", "sample", "build"])
async def test_s42_a_report_that_lacks_a_part_waits_its_turn(story: Story, missing: str) -> None:
    await category_one(story)
    made = await on_test(story)
    first = (await queued(story, "Prima."))[0]
    story.clock.advance(minutes=1)
    parts = {name: getattr(WHOLE, name) for name in ("steps", "expected", "actual", "sample", "build")}
    filed = await report_malfunction(
        story.parts, story.world.ads.who, made, Malfunction(**parts | {missing: " "})
    )
    assert filed.lacks == (missing,)
    handed = await take_next(story.parts, story.world.technician.who)
    assert (handed.incident, handed.jumped) == (first, None)


async def test_s42_after_the_window_or_without_one_there_is_no_such_report(story: Story) -> None:
    made = await on_test(story)
    stranger = await story.stranger()
    assert (await refused(report_malfunction(story.parts, stranger.who, made, WHOLE))).why is Why.NOT_FOUND
    no = await refused(report_malfunction(story.parts, story.world.ads.who, made, Malfunction("1.")))
    assert (no.why, no.facts) == (Why.BAD_INPUT, {"field": "actual"})
    story.clock.advance(days=20)
    assert (await refused(report_malfunction(story.parts, story.world.ads.who, made, WHOLE))).why is (
        Why.WRONG_STATE
    )


# ------------------------------------------------------------------------------------ defects


async def test_s38_each_kind_and_two_sessions_of_one_defect(story: Story) -> None:
    world, me = story.world, story.world.technician.who
    product = await program(story)
    for kind in DEFECT_KINDS:
        await open_defect(story.parts, me, kind, product, "Gli incassi non restano.")
    assert [one.told.kind for one in (await known(story, world.house)).defects.values()] == [*DEFECT_KINDS]
    no = await refused(open_defect(story.parts, me, "brutto", product, "Che cosa?"))
    assert no.facts == {"field": "kind"}
    sessions = [await story.running()]
    await story.agent.end(sessions[0], "finished")
    sessions.append(await story.running())
    incidents = [
        leaf.record.body()["incident"]
        for leaf in await story.leaves()
        if leaf.record.KIND == "request.opened"
    ]
    for incident, session in zip(incidents, sessions, strict=True):
        await link_defect(story.parts, me, world.tenant, "C-2", incident, session)
    again = link_defect(story.parts, me, world.tenant, "C-2", incidents[0], sessions[0])
    assert (await refused(again)).why is Why.DUPLICATE
    mine = await known(story)
    assert list(mine.defects) == ["C-2"]  # what others met is not in his log
    assert [session for _, session in mine.defects["C-2"].links] == sessions


async def test_s39_remedy_then_solution_in_a_release_and_those_who_met_it_are_told(story: Story) -> None:
    world, me = story.world, story.world.technician.who
    other = await open_tenant(story.parts, world.owner.who, name="Scuola Altra", details={})
    theirs = await newcomer(story.parts, world.owner, other.id, "titolare", "Sara Straniera")
    product = await program(story)
    defect = await open_defect(story.parts, me, "incoherent_export", product, "Ripete l’ultima giornata.")
    for tenant in (world.tenant, other.id):
        done = await open_incident(story.parts, tenant, BROKER, Report("Esporta due volte.", "mail"))
        await link_defect(story.parts, me, tenant, defect, done.incident)
    release = await published(story, product, "26.2")
    too_early = solve_defect(story.parts, me, defect, release, "Corretto.")
    assert (await refused(too_early)).why is Why.WRONG_STATE
    story.clock.advance(minutes=1)
    await give_remedy(story.parts, me, defect, "Un giorno alla volta.")
    story.clock.advance(minutes=1)
    await give_remedy(story.parts, me, defect, "Un giorno alla volta, la sera.")
    for wrong in ("", "v-00000000"):
        no = await refused(solve_defect(story.parts, me, defect, wrong, "Corretto."))
        assert (no.why, no.facts) == (Why.BAD_INPUT, {"field": "release"})
    await solve_defect(story.parts, me, defect, release, "Corretto.")
    for tenant, titolare in ((world.tenant, world.titolare), (other.id, theirs)):
        mine = await known(story, tenant)
        one = mine.defects[defect]
        assert (one.state, one.release, list(mine.releases)) == ("solved", release, [release])
        assert {place for place, _ in one.links} == {"I-2026-0001"}
        async with story.parts.store.read() as work:
            said = await programs.words(work, tenant, mine, story.parts.keys.wrapping_key())
        assert sorted(said.values()) == [
            "Corretto.",
            "Ripete l’ultima giornata.",
            "Un giorno alla volta, la sera.",
        ]
        due = [d for d in await letters(story, tenant) if d.payload["letter"] == "solved"]
        assert [d.payload["to"] for d in due] == [titolare.who.person]
        letter = await write_program_letter(story.parts, due[0], story.clock.now())
        assert letter is not None
        async with story.parts.store.tx(tenant, story.clock.now()) as tx:
            await record_told(tx, due[0])
        assert (await known(story, tenant)).defects[defect].state == "told"
    assert await story.findings() == []
    names = {type(record).__name__ for record in await world.records(world.house)}
    assert {"DefectOpened", "DefectLinked", "DefectRemedied", "DefectSolved"} <= names


async def test_a_defect_met_later_is_told_whole_at_once(story: Story) -> None:
    world, me = story.world, story.world.technician.who
    product = await program(story)
    defect = await open_defect(story.parts, me, "anomaly", product, "Lento.")
    await give_remedy(story.parts, me, defect, "Riavviare.")
    await solve_defect(story.parts, me, defect, await published(story, product, "26.2"), "Veloce.")
    done = await open_incident(story.parts, world.tenant, BROKER, Report("È lento.", "mail"))
    await link_defect(story.parts, me, world.tenant, defect, done.incident)
    found = (await known(story)).defects[defect]
    assert (found.state, found.links) == ("solved", ((done.incident, None),))
    assert (await known(story)).met_in(done.incident) == [found]
    assert await story.findings() == []
    await give_remedy_refused(story, defect)


async def give_remedy_refused(story: Story, defect: str) -> None:
    doing = give_remedy(story.parts, story.world.technician.who, defect, "Ancora.")
    assert (await refused(doing)).why is Why.WRONG_STATE
    for by in (story.world.titolare, story.world.ads):
        doing = give_remedy(story.parts, by.who, defect, "Da me.")
        assert (await refused(doing)).why is Why.NOT_ALLOWED
