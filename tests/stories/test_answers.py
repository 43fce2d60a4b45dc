"""What becomes of requests: yes, no, taken back, too late, solved without help, two signatures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from audit.person_records import AccessDenied
from audit.request_records import ApprovalGiven
from audit.statement_parts import Channel
from broker.cases.begin_approval import begin_approval, watchers
from broker.cases.change_policy import begin_policy
from broker.cases.finish_signing import finish_signing
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.revoke import revoke
from broker.cases.solve_by_customer import solve_by_customer
from broker.cases.take_supervision import begin_supervision
from broker.cases.withdraw import withdraw
from broker.domain.refusal import Refused, Why
from broker.jobs import lapse
from broker.store import openings, reading, requests
from broker.store.tables import outbox
from tests.audit.people import PAGE_KEY
from tests.broker.world import ACCOUNT, DRAFT, link_of
from tests.stories.telling import EXEC, GEST, TERMINAL, Story, wish


async def told(story: Story) -> list[tuple[str, str]]:
    """(letter, to) of the outbox, in order."""
    async with story.parts.store.read() as work:
        rows = await work.run(select(outbox.c.payload).order_by(outbox.c.id))
    found = [json.loads(row.payload) for row in rows]
    return [(one["letter"], one["to"]) for one in found]


async def state_of(story: Story, request: str) -> str:
    async with story.parts.store.read() as work:
        return (await requests.load(work, story.world.tenant, request)).STATE


async def test_approvers_hear_of_a_request_and_everybody_of_the_answer(story: Story) -> None:
    world = story.world
    receipt = await story.ask()
    both = {world.titolare.id, world.ads.id}
    first, second = ("request_opened", world.ads.id), ("request_waits", world.titolare.id)
    assert await told(story) == [first, second]  # S-33: the customer's own administrator comes first
    await story.approve(receipt.request)
    answered = {to for kind, to in await told(story) if kind == "approved"}
    assert answered == {world.technician.id, *both}  # the titolare too, though the ADS signed
    given = (await story.last(ApprovalGiven.KIND)).record
    assert isinstance(given, ApprovalGiven)
    assert (given.approver, given.supervision, given.watcher) == (world.ads.id, "self", world.ads.id)
    assert await story.kinds("approval.given", "grant.issued") == ["approval.given", "grant.issued"]
    assert await story.findings() == []


async def test_no_and_why(story: Story) -> None:
    receipt = await story.ask()
    await refuse(story.parts, story.world.ads.who, receipt.request)
    assert await state_of(story, receipt.request) == "rejected"
    covered = await explain_refusal(
        story.parts, story.world.ads.who, receipt.request, "Non oggi; la password è Segreta1"
    )
    assert covered == 1
    with pytest.raises(Refused) as again:
        await explain_refusal(story.parts, story.world.ads.who, receipt.request, "E poi")
    assert again.value.why is Why.DUPLICATE
    with pytest.raises(Refused) as late:
        await story.approve(receipt.request)
    assert late.value.why is Why.WRONG_STATE
    async with story.parts.store.read() as work:
        whole = await reading.whole(
            work, story.world.tenant, receipt.request, story.clock.now(), story.parts.hub.connected,
            story.parts.keys.wrapping_key(), 1,
        )  # fmt: skip
    assert whole.reason == "Non oggi; la password è ████████"
    assert whole.answered_by == "Aldo Ads"
    assert whole.line.stands == "rejected"
    assert await story.findings() == []


async def test_withdrawn_after_the_yes_kills_the_grant(story: Story) -> None:
    session = await story.granted()
    request = (await story.session(session)).permit.request
    await withdraw(story.parts, story.world.technician.who, request, "Era un’altra macchina.")
    assert (await story.session(session)).STATE == "revoked"
    assert (await story.kinds())[-2:] == ["request.withdrawn", "grant.revoked"]
    with pytest.raises(Refused) as no:
        await story.activate(session)
    assert no.value.why is Why.SESSION_ENDED
    assert await story.findings() == []


async def test_revoked_before_use(story: Story) -> None:
    session = await story.granted()
    request = (await story.session(session)).permit.request
    assert await revoke(story.parts, story.world.titolare.who, request) is None
    assert (await story.kinds())[-2:] == ["approval.withdrawn", "grant.revoked"]
    assert await state_of(story, request) == "revoked"
    assert await story.findings() == []


async def test_solved_by_the_customer(story: Story) -> None:
    receipt = await story.ask()
    await solve_by_customer(story.parts, story.world.ads.who, receipt.request)
    assert await state_of(story, receipt.request) == "solved_by_customer"
    assert ("solved", story.world.technician.id) in await told(story)
    assert await story.findings() == []


async def test_what_nobody_answered_lapses_and_what_nobody_used_too(story: Story) -> None:
    unanswered = (await story.ask()).request
    session = await story.granted()
    unused = (await story.session(session)).permit.request
    await lapse.tick(story.parts)
    assert await state_of(story, unanswered) == "awaiting_approval"
    story.clock.advance(hours=8)
    await lapse.tick(story.parts)
    await lapse.tick(story.parts)
    assert [await state_of(story, r) for r in (unanswered, unused)] == ["lapsed", "lapsed"]
    assert (await story.session(session)).STATE == "expired"
    assert sorted(await story.kinds("request.lapsed", "grant.expired")) == [
        "grant.expired", "request.lapsed", "request.lapsed",
    ]  # fmt: skip
    assert await story.findings() == []


async def test_two_signatures_where_the_rules_ask_for_two(story: Story) -> None:
    """The first yes is not enough, the same person counts once, and who asked to watch is heard."""
    world = story.world
    draft = replace(DRAFT, approvals=2, accounts=((world.host.id, ACCOUNT),))
    await world.titolare.sign(await begin_policy(story.parts, world.titolare.who, draft))
    receipt = await story.ask()
    await story.approve(receipt.request, world.titolare, "waived")
    assert await state_of(story, receipt.request) == "awaiting_approval"
    with pytest.raises(Refused) as twice:
        await story.approve(receipt.request, world.titolare, "waived")
    assert twice.value.why is Why.DUPLICATE
    await story.approve(receipt.request, world.ads, "named", world.titolare.id)
    session = await story.session_of(receipt.request)
    assert session.permit.grant.supervision == "named"
    assert session.permit.grant.watcher == world.titolare.id
    with pytest.raises(Refused) as other:
        await begin_supervision(story.parts, world.ads.who, receipt.request, PAGE_KEY.public.text)
    assert other.value.why is Why.NOT_ALLOWED
    await story.supervise(receipt.request, world.titolare)
    assert await story.findings() == []


async def test_a_signature_for_another_statement_is_no_approval(story: Story) -> None:
    """Another request's signature, the login passkey's, somebody else's: refused, recorded, nothing granted."""
    world, parts = story.world, story.parts
    first, second = (await story.ask()).request, (await story.ask()).request
    other = await begin_approval(parts, world.ads.who, first, supervision="self")
    _, wrong = world.ads.answer(other)
    for forged in (wrong, world.ads.login.assertion(b"x" * 32)):
        url = await begin_approval(parts, world.ads.who, second, supervision="self")
        with pytest.raises(Refused):
            await finish_signing(parts, world.ads.who, link_of(url)["state"], forged)
    url = await begin_approval(parts, world.ads.who, second, supervision="self")
    with pytest.raises(Refused):
        await finish_signing(parts, world.ads.who, link_of(url)["state"], world.titolare.answer(url)[1])
    assert await story.kinds("approval.given", "grant.issued") == []
    denied = [leaf.record for leaf in await story.leaves() if isinstance(leaf.record, AccessDenied)]
    assert len(denied) == 3
    assert {d.what for d in denied} == {"approval"}
    assert await state_of(story, second) == "awaiting_approval"


async def test_an_answer_counts_once(story: Story) -> None:
    """The same answer sent twice: the second finds no ceremony."""
    world = story.world
    receipt = await story.ask()
    url = await begin_approval(story.parts, world.ads.who, receipt.request, supervision="self")
    await world.ads.sign(url)
    with pytest.raises(Refused):
        await world.ads.sign(url)
    assert await story.kinds("approval.given") == ["approval.given"]


async def test_the_signing_page_gets_all_it_must_show(story: Story) -> None:
    receipt = await story.ask(text="La stampa si ferma alla terza pagina.")
    url = await begin_approval(story.parts, story.world.ads.who, receipt.request, supervision="self")
    link = link_of(url)
    assert link["openings"]["texts"]["data"]["incident_text"] == "La stampa si ferma alla terza pagina."
    assert set(link["attached"]) == {"request"}
    assert link["shown"][story.world.technician.id] == "Tiziana Tecnica"
    named = await watchers(story.parts, story.world.ads.who, receipt.request)
    assert {p.id for p in named} == {story.world.ads.id, story.world.titolare.id}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"asked": wish(Channel("desktop"))}, Why.POLICY_FORBIDS),
        ({"asked": wish(TERMINAL, TERMINAL)}, Why.BAD_INPUT),
        ({"asked": replace(wish(), channels=())}, Why.BAD_INPUT),
        ({"asked": replace(wish(), activities=())}, Why.BAD_INPUT),
        ({"asked": replace(wish(), activities=(GEST, GEST))}, Why.BAD_INPUT),
        ({"asked": wish(EXEC, longest_s=3601)}, Why.POLICY_FORBIDS),
        ({"asked": wish(EXEC, longest_s=0)}, Why.BAD_INPUT),
        ({"text": "x" * 2001}, Why.TOO_LARGE),
        ({"text": "  "}, Why.BAD_INPUT),
        ({"text": "a\x1b[2J"}, Why.BAD_INPUT),
        ({"reason": "x" * 501}, Why.TOO_LARGE),
        ({"incident": "I 1"}, Why.BAD_INPUT),
    ],
)  # fmt: skip
async def test_requests_outside_the_rules(story: Story, asked: dict[str, object], why: Why) -> None:
    with pytest.raises(Refused) as no:
        await story.ask(**asked)
    assert no.value.why is why
    assert await story.kinds("request.opened") == []


async def test_windows(story: Story) -> None:
    now = story.clock.now()
    for begin, end, why in (
        (None, now, Why.WINDOW_CLOSED),
        (now + timedelta(hours=2), now + timedelta(hours=1), Why.BAD_INPUT),
        (None, now + timedelta(hours=9), Why.POLICY_FORBIDS),
        (now + timedelta(days=31), None, Why.BAD_INPUT),
    ):
        with pytest.raises(Refused) as no:
            await story.ask(wish(not_before=begin, not_after=end))
        assert no.value.why is why
    late = await story.ask(wish(not_before=now + timedelta(hours=1)))
    await story.approve(late.request)
    await story.supervise(late.request)
    session = (await story.session_of(late.request)).permit.id
    with pytest.raises(Refused) as early:
        await story.answer(session)
    assert early.value.why is Why.WINDOW_CLOSED


async def test_passwords_are_covered_and_said(story: Story) -> None:
    receipt = await story.ask(text="Non stampa. La password di mario è Pippo123!", reason="pwd: abc123")
    assert receipt.covered == 2
    async with story.parts.store.read() as work:
        found = await openings.get(work, story.world.tenant, receipt.n, story.parts.keys.wrapping_key())
    assert found is not None
    assert "Pippo123" not in str(found.data)
    assert "abc123" not in str(found.data)


async def test_incidents_are_numbered_where_none_is_named(story: Story) -> None:
    first, second = await story.ask(), await story.ask(incident="I-2026-0001")
    third = await story.ask()
    async with story.parts.store.read() as work:
        found = [
            (await requests.load(work, story.world.tenant, r.request)).asked.statement.incident
            for r in (first, second, third)
        ]
    assert found == ["I-2026-0001", "I-2026-0001", "I-2026-0002"]


async def test_another_customers_request_does_not_exist(story: Story) -> None:
    receipt = await story.ask()
    stranger = (await story.stranger()).who
    for act in (refuse, revoke, solve_by_customer, partial(begin_supervision, page_key=PAGE_KEY.public.text)):
        with pytest.raises(Refused) as no:
            await act(story.parts, stranger, receipt.request)
        assert no.value.why is Why.NOT_FOUND
    for who in (story.world.technician.who, story.world.owner.who):
        with pytest.raises(Refused) as no:
            await begin_approval(story.parts, who, receipt.request, supervision="self")
        assert no.value.why is Why.NOT_ALLOWED


async def test_an_appointment_that_has_ended_is_said_to_be_so(story: Story) -> None:
    """Nothing can be begun again from the page he started: somebody must appoint him anew."""
    story.clock.advance(days=301)
    receipt = await story.ask()
    with pytest.raises(Refused) as no:
        await begin_approval(story.parts, story.world.ads.who, receipt.request, supervision="self")
    assert no.value.why is Why.ADS_DELEGATION_MISSING
