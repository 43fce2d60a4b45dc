"""Who may say yes, for what and for how long: the clauses S-25 and S-31 to S-36 as whole stories."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from audit.estate_records import MandateGiven
from audit.person_records import AccessDenied
from audit.request_records import ApprovalGiven, RequestOpened
from audit.statement_parts import Activity, Channel
from broker.cases.open_session import begin_activation
from broker.cases.set_category import CategoryDraft, set_category
from broker.cases.solve_by_customer import solve_by_customer
from broker.domain.grants import Wish
from broker.domain.refusal import Refused, Why
from broker.jobs.deliver import deliver
from broker.store.tables import outbox
from tests.broker.letter import read, said
from tests.doubles import ListMailer
from tests.stories.telling import EXEC, GEST, TERMINAL, Story, wish
from tests.stories.test_answers import state_of
from tests.stories.test_warrants import appoint, give


async def refused(doing: Any) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def letters(story: Story) -> list[tuple[str, str]]:
    """(letter, to) of the outbox, in order."""
    async with story.parts.store.read() as work:
        rows = await work.run(select(outbox.c.payload).order_by(outbox.c.id))
    found = [json.loads(row.payload) for row in rows]
    return [(one["letter"], one["to"]) for one in found if "letter" in one]


async def sent(story: Story) -> list[tuple[str, str]]:
    """(recipient, words) of what a mail server is given now."""
    mailer = ListMailer()
    await deliver(story.parts, mailer)
    return [(to, said(read(message))) for message, _, to in mailer.sent]


async def test_s25_a_mandate_opens_nothing_by_itself_and_nothing_after_its_last_day(story: Story) -> None:
    """S-25: each session is signed by somebody whom the mandate names, within its dates."""
    world = story.world
    await appoint(story, vendor=True)
    await give(story, "mandate", own_requests=True, until=story.clock.now() + timedelta(days=2))
    receipt = await story.ask()
    assert await story.kinds("approval.given", "grant.issued") == []  # the mandate alone
    await story.approve(receipt.request, by=world.technician, supervision="waived")
    given, mandate = (await story.last("approval.given")).record, (await story.last("mandate.given")).record
    assert isinstance(given, ApprovalGiven)
    assert isinstance(mandate, MandateGiven)
    assert (given.approver, given.warrant) == (world.technician.id, mandate.statement)
    story.clock.advance(days=3)
    late = await story.ask()
    no = await refused(story.approve(late.request, by=world.technician, supervision="waived"))
    assert no is Why.DELEGATION_EXPIRED
    assert await story.findings() == []


@pytest.mark.parametrize(
    ("hours", "why"), [(73, Why.POLICY_FORBIDS), (9, Why.POLICY_FORBIDS), (0, Why.WINDOW_CLOSED)]
)
async def test_s31_an_authorisation_ends_within_the_customers_cap(story: Story, hours: int, why: Why) -> None:
    """S-31, D-05"""
    until = story.clock.now() + timedelta(hours=hours)
    assert await refused(story.ask(wish(not_after=until))) is why


async def test_s31_where_no_end_is_named_it_is_eight_hours_and_the_grant_ends_no_later(story: Story) -> None:
    """S-31: nothing is ever open-ended."""
    session = await story.granted()
    grant = (await story.session(session)).permit.grant
    assert grant.not_after == story.clock.now() + timedelta(hours=8)
    story.clock.advance(hours=8)
    assert (
        await refused(begin_activation(story.parts, story.world.technician.who, session)) is Why.WINDOW_CLOSED
    )


async def test_s32_what_was_not_asked_for_takes_a_new_authorisation(story: Story) -> None:
    """S-32: bound to its host, incident and activities; the session goes on in its old scope meanwhile."""
    session = await story.running()
    permit = (await story.session(session)).permit
    first = (await story.last("request.opened")).record
    assert isinstance(first, RequestOpened)
    more = Wish((TERMINAL,), (GEST, Activity("LAN", "ASS")), None, None, None)
    extension = await story.ask(more, incident=first.incident)
    again = (await story.last("request.opened")).record
    assert isinstance(again, RequestOpened)
    assert (again.request, again.incident) == (extension.request, first.incident)
    assert (first.activities, again.activities) == (("GEST",), ("GEST", "LAN"))
    assert await state_of(story, extension.request) == "awaiting_approval"
    assert (await story.session(session)).permit == permit
    assert (await story.session(session)).STATE == "active"
    assert await story.findings() == []


async def test_s33_the_customers_own_administrator_is_told_first(story: Story) -> None:
    """S-33: *Lo risolvo io* ends it with no grant; the titolare hears of what still waits after half an hour."""
    world = story.world
    receipt = await story.ask()
    [(to, text)] = await sent(story)
    assert "ads" in to
    assert "aspetta la sua decisione" in text
    story.clock.advance(minutes=29)
    assert await sent(story) == []
    story.clock.advance(minutes=1)
    [(to, text)] = await sent(story)
    assert "titolare" in to
    assert "L’ADS, avvisato per primo, non ha ancora risposto" in text
    await solve_by_customer(story.parts, world.ads.who, receipt.request)
    assert await story.kinds("request.solved_by_customer", "grant.issued") == ["request.solved_by_customer"]
    await sent(story)
    again = await story.ask()
    await sent(story)
    await solve_by_customer(story.parts, world.ads.who, again.request)
    story.clock.advance(minutes=30)
    assert [to for to, text in await sent(story) if "non ha ancora risposto" in text] == []


async def test_in_category_one_all_are_told_at_once(story: Story) -> None:
    world = story.world
    one = CategoryDraft(1, reference="Prot. 12/2026", dated="2026-11-02")
    await set_category(story.parts, world.owner.who, world.tenant, one)
    await story.ask()
    assert set(await letters(story)) == {
        ("request_opened", world.titolare.id),
        ("request_opened", world.ads.id),
    }


async def test_s35_nothing_starts_before_supervision_is_taken(story: Story) -> None:
    """S-35: the refusal says so, and stands in the log; a waiver is the approver's own signed choice."""
    receipt = await story.ask(wish(TERMINAL, EXEC))
    await story.approve(receipt.request)
    session = (await story.session_of(receipt.request)).permit.id
    assert (
        await refused(begin_activation(story.parts, story.world.technician.who, session))
        is Why.SUPERVISION_MISSING
    )
    told = (await story.last("access.denied")).record
    assert isinstance(told, AccessDenied)
    assert (told.what, told.reason) == ("activation", "supervision_missing")
    await story.supervise(receipt.request)
    await story.activate(session)
    waived = await story.ask()
    await story.approve(waived.request, supervision="waived")
    given = (await story.last("approval.given")).record
    assert isinstance(given, ApprovalGiven)
    assert (given.supervision, given.watcher) == ("waived", None)


async def test_s36_a_delegation_that_ended_yesterday_counts_no_more_and_the_titolare_hears_of_it(
    story: Story,
) -> None:
    """S-36: valid, the titolare does nothing and gets a copy; ended, he is told that it was tried."""
    world = story.world
    await appoint(story, delegated=True)
    await give(story, until=story.clock.now() + timedelta(days=1))
    receipt = await story.ask()
    await story.approve(receipt.request)
    assert ("approved", world.titolare.id) in await letters(story)
    story.clock.advance(days=2)
    late = await story.ask(wish(Channel("terminal")))
    for _ in range(2):
        assert await refused(story.approve(late.request)) is Why.DELEGATION_EXPIRED
    assert [one for one in await letters(story) if one[0] == "delegation_expired"] == [
        ("delegation_expired", world.titolare.id)
    ]
    assert any("la delega o il mandato non vale più" in text for _, text in await sent(story))
    denied = (await story.last("access.denied")).record
    assert isinstance(denied, AccessDenied)
    assert denied.reason == "delegation_expired"
    assert await story.findings() == []
