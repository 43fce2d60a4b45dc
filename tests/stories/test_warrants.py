"""Delegations and mandates from the titolare's signature to the agent's decision and the auditor's verdict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from agent.admitted import Admitted
from audit.canonical import decode, unb64
from audit.estate_records import DelegationGiven, MandateGiven
from audit.person_records import AccessDenied
from audit.request_records import ApprovalGiven
from audit.statement_parts import Channel
from broker.cases.begin_approval import begin_approval
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.finish_signing import finish_signing
from broker.cases.give_warrant import begin_warrant, end_warrant
from broker.domain.refusal import Refused, Why
from broker.domain.warranting import WarrantDraft
from tests.broker.world import Someone, link_of, with_signing_key
from tests.stories.telling import EXEC, TERMINAL, Story, wish


async def appoint(story: Story, *, delegated: bool = False, vendor: bool = False) -> None:
    """The next set: the ADS under delegations, or the technician for mandates."""
    world = story.world
    until = story.clock.now() + timedelta(days=300)
    people = [Appointment(world.titolare.id, until), Appointment(world.ads.id, until, delegated)]
    if vendor:
        await with_signing_key(world.technician)
        people.append(Appointment(world.technician.id, until))
    await world.titolare.sign(await begin_approvers(story.parts, world.titolare.who, people))
    await story.agent.obey()
    assert story.agent.pins_refused == []


def draft(story: Story, kind: Any = "delegation", **changes: Any) -> WarrantDraft:
    person = story.world.ads if kind == "delegation" else story.world.technician
    good: dict[str, Any] = {
        "kind": kind, "persons": (person.id,), "hosts": (), "channels": ("terminal", "exec"), "activities": (),
        "administrator": False, "until": story.clock.now() + timedelta(days=30),
    }  # fmt: skip
    return WarrantDraft(**good | changes)


async def give(story: Story, kind: Any = "delegation", **changes: Any) -> None:
    titolare = story.world.titolare
    await titolare.sign(await begin_warrant(story.parts, titolare.who, draft(story, kind, **changes)))


async def refused(doing: Awaitable[Any]) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def whole_session(story: Story, by: Someone) -> Admitted:
    receipt = await story.ask()
    await story.approve(receipt.request, by=by, supervision="waived")
    session = (await story.session_of(receipt.request)).permit.id
    await story.activate(session)
    await story.agent.obey()
    assert story.agent.refusals == []
    admitted = story.agent.admitted[session]
    await story.agent.end(session, "closed_by_technician")
    return admitted


async def test_an_ads_under_a_delegation(story: Story) -> None:
    await appoint(story, delegated=True)
    receipt = await story.ask()
    assert await refused(story.approve(receipt.request)) is Why.ADS_DELEGATION_MISSING
    denied = (await story.last(AccessDenied.KIND)).record
    assert isinstance(denied, AccessDenied)
    assert (denied.person, denied.reason) == (story.world.ads.id, "ads_delegation_missing")
    await give(story, hosts=(story.world.host.id,), activities=("GEST",))
    given = (await story.last(DelegationGiven.KIND)).record
    assert isinstance(given, DelegationGiven)
    await whole_session(story, story.world.ads)
    approved = (await story.last(ApprovalGiven.KIND)).record
    assert isinstance(approved, ApprovalGiven)
    assert approved.warrant == given.statement
    assert await story.findings() == []


async def test_the_signing_page_gets_the_delegation_to_show(story: Story) -> None:
    await appoint(story, delegated=True)
    await give(story)
    receipt = await story.ask()
    url = await begin_approval(story.parts, story.world.ads.who, receipt.request, supervision="self")
    brought = link_of(url)["attached"]
    assert set(brought) == {"request", "warrant"}
    assert decode(unb64(brought["warrant"]))["persons"] == [story.world.ads.id]


OUTSIDE: dict[str, tuple[Why, Callable[[Story], dict[str, Any]]]] = {
    "another channel": (Why.ADS_DELEGATION_MISSING, lambda _: {"channels": ("terminal",)}),
    "other activities": (Why.ADS_DELEGATION_MISSING, lambda _: {"activities": ("LAN", "SERV")}),
    "too short": (Why.DELEGATION_EXPIRED, lambda s: {"until": s.clock.now() + timedelta(minutes=9)}),
}


@pytest.mark.parametrize("case", OUTSIDE)
async def test_outside_it_he_authorises_nothing(story: Story, case: str) -> None:
    why, changes = OUTSIDE[case]
    await appoint(story, delegated=True)
    await give(story, **changes(story))
    receipt = await story.ask()
    assert await refused(story.approve(receipt.request)) is why
    await story.approve(receipt.request, by=story.world.titolare)
    assert await story.findings() == []


async def test_the_narrow_one_is_passed_over_for_the_one_that_covers(story: Story) -> None:
    await appoint(story, delegated=True)
    await give(story)
    await give(story, channels=("terminal",))
    receipt = await story.ask(wish(TERMINAL, EXEC))
    await story.approve(receipt.request)
    assert await story.findings() == []


async def test_ended_before_its_day(story: Story) -> None:
    """Between his yes and the opening: the broker opens nothing on it any more."""
    await appoint(story, delegated=True)
    await give(story)
    given = (await story.last(DelegationGiven.KIND)).record
    assert isinstance(given, DelegationGiven)
    receipt = await story.ask()
    await story.approve(receipt.request, supervision="waived")
    session = (await story.session_of(receipt.request)).permit.id
    await end_warrant(story.parts, story.world.titolare.who, given.warrant)
    assert await refused(story.activate(session)) is Why.AUTHORISATION_MISSING
    assert await refused(end_warrant(story.parts, story.world.titolare.who, given.warrant)) is Why.NOT_FOUND
    assert await refused(end_warrant(story.parts, story.world.ads.who, given.warrant)) is Why.NOT_ALLOWED
    assert await story.findings() == []


async def test_a_technician_under_a_mandate_signs_what_he_asked_for(story: Story) -> None:
    technician = story.world.technician
    await appoint(story, vendor=True)
    receipt = await story.ask()
    alone = story.approve(receipt.request, by=technician, supervision="waived")
    assert await refused(alone) is Why.ADS_DELEGATION_MISSING
    await give(story, "mandate", own_requests=True)
    assert isinstance((await story.last(MandateGiven.KIND)).record, MandateGiven)
    watched = story.approve(receipt.request, by=technician)
    assert await refused(watched) is Why.OWN_REQUEST
    admitted = await whole_session(story, technician)
    assert [(one.person, one.role) for one in admitted.approved_by] == [(technician.id, "vendor_ads")]
    assert await story.findings() == []


async def test_a_mandate_that_does_not_say_so_lets_him_sign_nothing_of_his(story: Story) -> None:
    await appoint(story, vendor=True)
    await give(story, "mandate")
    receipt = await story.ask()
    own = story.approve(receipt.request, by=story.world.technician, supervision="waived")
    assert await refused(own) is Why.OWN_REQUEST


async def test_a_technician_nobody_appointed_signs_nothing(story: Story) -> None:
    await with_signing_key(story.world.technician)
    receipt = await story.ask()
    alone = story.approve(receipt.request, by=story.world.technician, supervision="waived")
    assert await refused(alone) is Why.NOT_ALLOWED


async def test_a_person_of_the_customer_may_watch_what_the_vendor_approved(story: Story) -> None:
    await appoint(story, vendor=True)
    await give(story, "mandate", own_requests=True)
    receipt = await story.ask()
    world = story.world
    await story.approve(receipt.request, by=world.technician, supervision="named", watcher=world.ads.id)
    await story.supervise(receipt.request)
    session = (await story.session_of(receipt.request)).permit.id
    await story.activate(session)
    await story.agent.obey()
    assert session in story.agent.admitted
    assert await story.findings() == []


BAD: dict[str, dict[str, Any]] = {
    "nobody": {"persons": ()},
    "who needs none": {"persons": None},
    "a host that is not his": {"hosts": ("h-00000000",)},
    "no activity": {"activities": ("XXX",)},
    "longer than a year": {"until": None},
    "no channel": {"channels": ()},
    "his own requests": {"own_requests": True},
}


@pytest.mark.parametrize("case", BAD)
async def test_what_cannot_be_delegated(story: Story, case: str) -> None:
    await appoint(story, delegated=True)
    changes = dict(BAD[case])
    if changes.get("persons", ()) is None:
        changes["persons"] = (story.world.titolare.id,)
    if "until" in changes:
        changes["until"] = story.clock.now() + timedelta(days=367)
    assert await refused(give(story, **changes)) is Why.BAD_INPUT


async def test_only_an_ads_is_appointed_under_delegations(story: Story) -> None:
    titolare = story.world.titolare
    wanted = [Appointment(titolare.id, story.clock.now() + timedelta(days=9), delegated=True)]
    assert await refused(begin_approvers(story.parts, titolare.who, wanted)) is Why.BAD_INPUT


async def test_only_a_titolare_gives_one(story: Story) -> None:
    await appoint(story, delegated=True)
    assert await refused(begin_warrant(story.parts, story.world.ads.who, draft(story))) is Why.NOT_ALLOWED
    titolare = story.world.titolare
    url = await begin_warrant(story.parts, titolare.who, draft(story))
    state, answer = story.world.ads.answer(url)
    assert (
        await refused(finish_signing(story.parts, titolare.who, state, answer)) is Why.AUTHORISATION_MISSING
    )


async def test_a_tool_is_a_channel_of_its_own(story: Story) -> None:
    await appoint(story, delegated=True)
    await give(story)
    assert await refused(story.ask(wish(Channel("tool", "none")))) is not None
