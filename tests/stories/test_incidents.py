"""An incident's life: reported, rated, queued, taken, answered, closed; and the call from which nothing comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from audit.incident_records import IncidentOpened, IncidentTaken, QueueJumped, SeveritySet
from audit.record import BROKER
from broker.cases.agree_contract import Terms, agree_contract, see_contracts
from broker.cases.log_call import Call, Logged, log_call
from broker.cases.open_incident import Report, open_incident, report_incident
from broker.cases.open_tenant import open_tenant
from broker.cases.set_category import CategoryDraft, set_category
from broker.cases.solve_by_customer import solve_by_customer
from broker.cases.take_incident import take_incident, take_next
from broker.cases.wait_for_customer import begin_waiting, end_waiting
from broker.cases.withdraw import withdraw
from broker.cases.work_incident import (
    answer_incident,
    close_incident,
    rate_incident,
    release_incident,
    solve_incident,
    write_again,
)
from broker.domain.incident import AnyIncident, Closed, Contact, Open, Taken, Workable
from broker.domain.plans import Severity
from broker.domain.refusal import Refused, Why
from broker.domain.told import Told
from broker.jobs import queue_jumps
from broker.store import incidents, openings, outbox
from broker.store.tables import requests, sessions
from tests.broker.world import newcomer
from tests.stories.telling import Story

TERMS = Terms("basic", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7))


async def refused(doing: Awaitable[object]) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def stands(story: Story, incident: str, tenant: str = "") -> AnyIncident:
    async with story.parts.store.read() as work:
        return await incidents.load(work, tenant or story.world.tenant, incident)


async def reported(story: Story, text: str = "La stampa si ferma.") -> str:
    done = await report_incident(story.parts, story.world.ads.who, story.world.tenant, Report(text, "portal"))
    return done.incident


async def category_one(story: Story, tenant: str = "") -> None:
    draft = CategoryDraft(1, reference="Prot. 12/2026", dated="2026-11-02")
    await set_category(story.parts, story.world.owner.who, tenant or story.world.tenant, draft)


async def queued(story: Story, *texts: str, tenant: str = "") -> list[str]:
    """Reported by mail of a customer of category 1, so workable at once, a minute between them."""
    found = []
    for text in texts:
        story.clock.advance(minutes=1)
        done = await open_incident(story.parts, tenant or story.world.tenant, BROKER, Report(text, "mail"))
        found.append(done.incident)
    return found


# ------------------------------------------------------------------------------------ Case 1


async def called(story: Story) -> Logged:
    call = Call(story.world.tenant, "Reception", "Non stampa le ricevute.", "interno 12")
    return await log_call(story.parts, story.world.technician.who, call)


async def test_s30_from_a_phone_call_nothing_is_minted(story: Story) -> None:
    """S-30: the attempt is `authorisation_missing`, recorded, and no grant row exists."""
    logged = await called(story)
    assert not logged.authorisable
    assert isinstance(await stands(story, logged.incident), Contact)
    for doing in (
        story.ask(incident=logged.incident),
        take_incident(story.parts, story.world.technician.who, story.world.tenant, logged.incident, None),
        rate_incident(
            story.parts, story.world.technician.who, story.world.tenant, logged.incident, Severity.A
        ),
    ):
        assert await refused(doing) is Why.AUTHORISATION_MISSING
    assert await refused(take_next(story.parts, story.world.technician.who)) is Why.QUEUE_EMPTY
    denied = await story.last("access.denied")
    assert denied.record.body()["reason"] == "authorisation_missing"
    async with story.parts.store.read() as work:
        for table in (requests, sessions):
            assert (await work.run(select(func.count()).select_from(table)))[0][0] == 0
    assert await story.kinds("grant.issued", "request.opened") == []
    assert await story.findings() == []


async def test_s30_titolare_and_ads_are_written_to_and_confirm_in_writing(story: Story) -> None:
    """S-30, S-33: the clock starts with their report (D-11), under the same number."""
    logged = await called(story)
    async with story.parts.store.read() as work:
        to = [one.payload["to"] for one in await outbox.every(work, story.world.tenant, outbox.CALL)]
    assert sorted(to) == sorted([story.world.titolare.id, story.world.ads.id])
    story.clock.advance(minutes=40)
    report = Report("", "portal", contact=logged.incident)
    assert (
        await refused(report_incident(story.parts, story.world.technician.who, story.world.tenant, report))
        is Why.NOT_ALLOWED
    )
    await report_incident(story.parts, story.world.titolare.who, story.world.tenant, report)
    found = await stands(story, logged.incident)
    assert isinstance(found, Open)
    assert found.course.reported == story.clock.now()
    async with story.parts.store.read() as work:
        kept = await openings.get(work, story.world.tenant, found.known.n, story.parts.keys.wrapping_key())
    assert kept is not None
    assert Told.from_value(kept.data) == Told("Non stampa le ricevute.", "Reception", "interno 12")
    await story.ask(incident=logged.incident)
    assert await story.findings() == []


async def test_s33_their_own_ads_solves_what_somebody_rang_about(story: Story) -> None:
    """S-33."""
    logged = await called(story)
    await write_again(story.parts, story.world.technician.who, story.world.tenant, logged.incident)
    await solve_incident(story.parts, story.world.ads.who, story.world.tenant, logged.incident)
    found = await stands(story, logged.incident)
    assert isinstance(found, Closed)
    assert found.outcome == "solved_by_customer"
    assert await refused(story.ask(incident=logged.incident)) is Why.WRONG_STATE
    receipt = await story.ask()
    await solve_by_customer(story.parts, story.world.ads.who, receipt.request)
    assert isinstance(await stands(story, "I-2026-0002"), Closed)


async def test_in_category_one_the_call_is_the_report(story: Story) -> None:
    """D-11: the clock runs from it, and it can be worked on at once."""
    await category_one(story)
    logged = await called(story)
    assert logged.authorisable
    found = await stands(story, logged.incident)
    assert isinstance(found, Workable)
    assert found.course.origin == "phone"
    assert (await story.last("incident.workable")).record.body()["reason"] == "reported"


# ------------------------------------------------------------------------- severity and deadline


async def test_s20_a_new_severity_counts_from_the_original_start(story: Story) -> None:
    """S-20: B→A at +3 h on Basic gives start + 4 service hours; both stay in the log."""
    world = story.world
    await agree_contract(story.parts, world.owner.who, world.tenant, TERMS)
    incident = await reported(story)  # Tuesday 10 November, 09:00 in Rome or later
    began = story.clock.now()
    await rate_incident(story.parts, world.technician.who, world.tenant, incident, Severity.B)
    story.clock.advance(hours=3)
    again = (story.parts, world.technician.who, world.tenant, incident, Severity.A)
    assert await refused(rate_incident(*again)) is Why.BAD_INPUT
    await rate_incident(*again, "worsened")
    assert await refused(rate_incident(*again, "misjudged")) is Why.DUPLICATE
    found = await stands(story, incident)
    assert isinstance(found, Open)
    assert found.course.rated is not None
    contract = (await see_contracts(story.parts, world.ads.who, world.tenant)).now
    assert contract is not None
    assert found.course.rated.due == contract.due(Severity.A, began, "Europe/Rome")
    told = [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, SeveritySet)]
    assert [(one.severity, one.previous, one.reason) for one in told] == [
        ("B", None, None),
        ("A", "B", "worsened"),
    ]
    assert all(one.plan == "basic" and one.due for one in told)
    assert await story.findings() == []


async def test_s20_nobody_but_a_technician_sets_it(story: Story) -> None:
    """S-20: the customer proposes."""
    world = story.world
    report = Report("Fermo.", "portal", proposed=Severity.A)
    incident = (await report_incident(story.parts, world.titolare.who, world.tenant, report)).incident
    found = await stands(story, incident)
    assert isinstance(found, Open)
    assert (found.course.proposed, found.course.rated) == (Severity.A, None)
    for who in (world.titolare.who, world.ads.who, world.owner.who):
        doing = rate_incident(story.parts, who, world.tenant, incident, Severity.A)
        assert await refused(doing) is Why.NOT_ALLOWED


async def test_s21_without_a_plan_no_deadline(story: Story) -> None:
    """S-21."""
    world = story.world
    incident = await reported(story)
    await rate_incident(story.parts, world.technician.who, world.tenant, incident, Severity.A)
    record = (await story.last("incident.severity_set")).record
    assert isinstance(record, SeveritySet)
    assert (record.plan, record.due) == (None, None)


async def test_the_clock_starts_when_a_mail_came_not_when_it_was_read(story: Story) -> None:
    world, came = story.world, story.clock.now()
    story.clock.advance(minutes=20)
    report = Report("Non stampa.", "pec", reported=came)
    done = await open_incident(story.parts, world.tenant, world.titolare.who.actor, report)
    record = (await story.last("incident.opened")).record
    assert isinstance(record, IncidentOpened)
    assert datetime.fromisoformat(record.reported) == came
    assert record.origin == "pec"
    ahead = Report("x", "mail", reported=story.clock.now() + timedelta(minutes=5))
    assert await refused(open_incident(story.parts, world.tenant, BROKER, ahead)) is Why.BAD_INPUT
    assert await refused(open_incident(story.parts, world.house, BROKER, report)) is Why.NOT_FOUND
    assert isinstance(await stands(story, done.incident), Open)


# ---------------------------------------------------------------------------------- the queue


async def test_s23_authorised_it_enters_the_queue_and_leaves_it_with_its_last_yes(story: Story) -> None:
    """S-23, D-04: category 2 is workable when authorised."""
    world = story.world
    incident = await reported(story)
    assert await refused(take_incident(story.parts, world.technician.who, world.tenant, incident, None)) is (
        Why.AUTHORISATION_MISSING
    )
    receipt = await story.ask(incident=incident)
    story.clock.advance(minutes=5)
    await story.approve(receipt.request)
    found = await stands(story, incident)
    assert isinstance(found, Workable)
    assert found.since == story.clock.now()
    await withdraw(story.parts, world.technician.who, receipt.request, "")
    assert isinstance(await stands(story, incident), Open)
    again = await story.ask(incident=incident)
    await story.approve(again.request)
    handed = await take_next(story.parts, world.technician.who)
    assert (handed.tenant, handed.incident, handed.jumped) == (world.tenant, incident, None)
    await withdraw(story.parts, world.technician.who, again.request, "")
    assert isinstance(await stands(story, incident), Taken)
    assert await story.findings() == []


async def test_a_session_takes_and_answers(story: Story) -> None:
    """D-10: the session began, so somebody answered."""
    session = await story.granted()
    found = await stands(story, "I-2026-0001")
    assert isinstance(found, Workable)
    await story.activate(session)
    found = await stands(story, "I-2026-0001")
    assert isinstance(found, Taken)
    assert found.course.answered is None
    await story.agent.obey()
    found = await stands(story, "I-2026-0001")
    assert isinstance(found, Taken)
    assert found.course.answered is not None
    assert found.course.answered.how == "session"
    assert await story.findings() == []


async def test_s23_a_session_does_not_go_before_others_in_the_queue(story: Story) -> None:
    """S-23: what is not next is taken first, with a reason."""
    world = story.world
    await category_one(story)
    await queued(story, "Prima di tutti.")
    session = await story.granted()
    assert await refused(story.activate(session)) is Why.OUT_OF_TURN
    await take_incident(story.parts, world.technician.who, world.tenant, "I-2026-0002", "work_stopped")
    await story.activate(session)
    jumped = (await story.last("queue.jumped")).record
    assert jumped == QueueJumped(("I-2026-0001",), "work_stopped", "I-2026-0002")
    assert await story.findings() == []


async def test_what_somebody_else_has_is_not_opened_by_a_session(story: Story) -> None:
    world = story.world
    other = await newcomer(story.parts, world.owner, world.house, "technician", "Carla Tecnica")
    session = await story.granted()
    await take_next(story.parts, other.who)
    assert await refused(story.activate(session)) is Why.OUT_OF_TURN
    tenant, incident = world.tenant, "I-2026-0001"
    assert (
        await refused(release_incident(story.parts, world.technician.who, tenant, incident))
        is Why.NOT_ALLOWED
    )
    doing = close_incident(story.parts, world.technician.who, tenant, incident, "solved")
    assert await refused(doing) is Why.NOT_ALLOWED
    await release_incident(story.parts, other.who, tenant, incident)
    await story.activate(session)


async def test_s23_concurrent_pulls_hand_nothing_out_twice(story: Story) -> None:
    """S-23: three requests, always in order, each to one."""
    world = story.world
    await category_one(story)
    owner = world.owner.who
    other = await open_tenant(story.parts, owner, name="Scuola Altra", details={})
    await category_one(story, other.id)
    story.clock.advance(minutes=1)
    expected = []
    for n in range(6):
        tenant = world.tenant if n % 2 else other.id
        expected += [(tenant, one) for one in await queued(story, f"n. {n}", tenant=tenant)]
    names = ("Carla Tecnica", "Dino Tecnico")
    others = [await newcomer(story.parts, world.owner, world.house, "technician", name) for name in names]
    colleagues = [world.technician, *others]
    order: list[tuple[str, str]] = []

    async def pull(n: int) -> None:
        handed = await take_next(story.parts, colleagues[n % 3].who)
        order.append((handed.tenant, handed.incident))

    await asyncio.gather(*(pull(n) for n in range(6)))
    assert sorted(order) == sorted(expected)
    assert await refused(take_next(story.parts, world.technician.who)) is Why.QUEUE_EMPTY
    aheads = [leaf.record.ahead for leaf in await story.leaves() if isinstance(leaf.record, IncidentTaken)]
    assert aheads == [0, 0, 0]
    assert await story.kinds("queue.jumped") == []


async def test_s23_a_jump_is_told_in_every_log_that_it_concerns(story: Story) -> None:
    """S-23: both ids in the vendor's own log; a customer reads of his own."""
    world = story.world
    await category_one(story)
    other = await open_tenant(story.parts, world.owner.who, name="Scuola Altra", details={})
    await category_one(story, other.id)
    first = (await queued(story, "Prima.", tenant=other.id))[0]
    second, third = await queued(story, "Seconda.", "Terza.")
    me = story.world.technician.who
    assert await refused(take_incident(story.parts, me, world.tenant, third, None)) is Why.OUT_OF_TURN
    assert (
        await refused(take_incident(story.parts, me, world.tenant, third, "deadline_near")) is Why.OUT_OF_TURN
    )
    handed = await take_incident(story.parts, me, world.tenant, third, "appointment")
    assert handed.jumped == "appointment"

    async def jumps(tenant: str) -> list[Any]:
        return [one for one in await world.records(tenant) if isinstance(one, QueueJumped)]

    assert await jumps(world.tenant) == [QueueJumped((second,), "appointment", third)]
    assert await jumps(other.id) == [QueueJumped((first,), "appointment")]
    both = (f"{other.id}.{first}", f"{world.tenant}.{second}")
    assert await jumps(world.house) == [QueueJumped(both, "appointment", f"{world.tenant}.{third}")]
    await queue_jumps.tick(story.parts)
    assert len(await jumps(world.house)) == 1


async def test_s23_a_deadline_at_hand_goes_first_and_is_told(story: Story) -> None:
    """S-23, D-04: by itself only within thirty minutes of service."""
    world, me = story.world, story.world.technician.who
    await category_one(story)
    terms = Terms("enterprise", date(2026, 1, 1), date(2026, 12, 31), prepaid=False)
    await agree_contract(story.parts, world.owner.who, world.tenant, terms)
    first, second = await queued(story, "Prima.", "Seconda.")
    await rate_incident(story.parts, me, world.tenant, second, Severity.A)
    story.clock.advance(minutes=29)
    assert (await take_next(story.parts, me)).incident == first
    await release_incident(story.parts, me, world.tenant, first)
    story.clock.advance(minutes=2)
    handed = await take_next(story.parts, me)
    assert (handed.incident, handed.jumped) == (second, "deadline_near")
    await queue_jumps.tick(story.parts)
    jumped = (await story.last("queue.jumped")).record
    assert jumped == QueueJumped((first,), "deadline_near", second)
    assert await story.findings() == []


async def test_the_first_answer_is_a_persons_and_one(story: Story) -> None:
    """D-10: a call or a message; a session is the agent's word."""
    world = story.world
    incident = await reported(story)
    me = (story.parts, world.technician.who, world.tenant, incident)
    assert await refused(answer_incident(*me, "session")) is Why.BAD_INPUT
    await answer_incident(*me, "call")
    assert await refused(answer_incident(*me, "message")) is Why.DUPLICATE
    await close_incident(*me, "solved")
    assert await refused(close_incident(*me, "solved")) is Why.WRONG_STATE
    assert await refused(story.ask(incident=incident)) is Why.WRONG_STATE
    assert await story.findings() == []


async def test_another_customers_incident_does_not_exist(story: Story) -> None:
    incident = await reported(story)
    stranger = await story.stranger()
    tenant = story.world.tenant
    doing: list[Awaitable[object]] = [
        solve_incident(story.parts, stranger.who, tenant, incident),
        report_incident(story.parts, stranger.who, tenant, Report("x", "portal")),
        answer_incident(story.parts, stranger.who, tenant, incident, "call"),
        see_contracts(story.parts, stranger.who, tenant),
    ]
    for one in doing:
        assert await refused(one) is Why.NOT_FOUND
    missing = answer_incident(story.parts, story.world.technician.who, tenant, "I-2026-0099", "call")
    assert await refused(missing) is Why.NOT_FOUND


async def test_s19_contracts_are_numbered_and_the_owners(story: Story) -> None:
    """S-19."""
    world = story.world
    assert (
        await refused(agree_contract(story.parts, world.technician.who, world.tenant, TERMS))
        is Why.NOT_ALLOWED
    )
    assert await refused(agree_contract(story.parts, world.owner.who, world.house, TERMS)) is Why.NOT_FOUND
    assert await refused(see_contracts(story.parts, world.owner.who, world.house)) is Why.NOT_FOUND
    for plan in ("basic", None):
        await agree_contract(story.parts, world.owner.who, world.tenant, Terms(plan, TERMS.first, TERMS.last))
    seen = await see_contracts(story.parts, world.titolare.who, world.tenant)
    assert [one.number for one in seen.every] == [1, 2]
    assert seen.now is not None
    assert seen.now.plan is None
    assert await story.findings() == []


# ------------------------------------------------------------------------------ in attesa del cliente


async def test_d10_what_waits_for_the_customer_keeps_its_minutes_and_no_clock_stops(story: Story) -> None:
    """D-10: before the first answer and after it; one wait at a time, ended by whoever may say so."""
    world = story.world
    me, other = (
        world.technician.who,
        await newcomer(story.parts, world.owner, world.house, "technician", "Carla Tecnica"),
    )
    await category_one(story)
    await agree_contract(story.parts, world.owner.who, world.tenant, TERMS)
    incident = await reported(story)
    its = (story.parts, me, world.tenant, incident)
    await rate_incident(*its, Severity.B)
    due = _course(await stands(story, incident)).rated.due
    assert await refused(end_waiting(*its)) is Why.WRONG_STATE
    await begin_waiting(*its, "authorisation")
    assert await refused(begin_waiting(*its, "customer")) is Why.DUPLICATE
    story.clock.advance(minutes=20)
    await end_waiting(*its)
    await answer_incident(*its, "call")
    await take_incident(*its, None)
    hers = (story.parts, other.who, world.tenant, incident)
    assert await refused(begin_waiting(*hers, "customer")) is Why.NOT_ALLOWED
    await begin_waiting(*its, "customer")
    assert await refused(end_waiting(*hers)) is Why.NOT_ALLOWED
    story.clock.advance(minutes=15)
    await close_incident(*its, "solved")
    found = _course(await stands(story, incident))
    assert (found.wait, found.waited, found.rated.due) == (None, timedelta(minutes=35), due)
    kinds = await story.kinds("incident.waiting_began", "incident.waiting_ended", "incident.closed")
    assert kinds == [*("incident.waiting_began", "incident.waiting_ended") * 2, "incident.closed"]
    assert await refused(begin_waiting(*its, "customer")) is Why.WRONG_STATE
    assert await story.findings() == []


async def test_a_wait_ends_with_the_customers_answer_and_with_a_session(story: Story) -> None:
    """His yes to a request on it ends it; a session that begins does too."""
    me = story.world.technician.who
    receipt = await story.ask()
    its = (story.parts, me, story.world.tenant, "I-2026-0001")
    await begin_waiting(*its, "authorisation")
    await story.approve(receipt.request)
    assert (await story.last("incident.waiting_ended")).actor == BROKER
    await begin_waiting(*its, "customer")
    await story.supervise(receipt.request)
    await story.activate((await story.session_of(receipt.request)).permit.id)
    await story.agent.obey()
    assert _course(await stands(story, "I-2026-0001")).wait is None
    assert len(await story.kinds("incident.waiting_ended")) == 2
    assert await story.findings() == []


def _course(found: AnyIncident) -> Any:
    assert not isinstance(found, Contact)
    return found.course
