"""S-43: a host without an agent, from the rules that name it to the technician's *Ho finito*."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit.bare_host import BareHost
from audit.canonical import unb64
from audit.policy import Tool
from audit.statement_parts import Channel
from broker.cases.ask import Draft, Receipt, ask
from broker.cases.change_policy import begin_policy
from broker.cases.close_declared import close_declared
from broker.cases.declare import begin_declaration, finish_declaration
from broker.cases.lapse import lapse_overdue
from broker.cases.prepare_host import prepare_host
from broker.cases.presume_declared import presume_declared
from broker.cases.revoke import revoke
from broker.cases.revoke_host import revoke_host
from broker.cases.see_hours import see_hours
from broker.cases.see_requests import see_open_requests, see_request
from broker.cases.see_verifications import see_sample
from broker.cases.type_work import Draft as Typed
from broker.cases.type_work import type_work
from broker.cases.verify_year import open_verification
from broker.domain.appointing import PolicyDraft
from broker.domain.grants import Wish
from broker.domain.refusal import Refused, Why
from broker.store import declared_sessions, estate, sessions
from tests.broker.world import ACCOUNT, DRAFT
from tests.stories.telling import GEST, Story

TOOL = Tool("teleassistenza", ("teleassistenza",), ("teleassistenza",), 5)
LAB = BareHost("h-new", "LABORATORIO-07", "Aula 2", "Windows 7", "teleassistenza")
VIA_TOOL = Channel("tool", "teleassistenza")


async def rules(story: Story, **changes: Any) -> None:
    accounts = ((story.world.host.id, ACCOUNT),)
    given: dict[str, Any] = {
        "channels": (*DRAFT.channels, "tool"),
        "tools": (TOOL,),
        "accounts": accounts,
        "bare_hosts": (LAB,),
    } | changes
    draft: PolicyDraft = replace(DRAFT, **given)
    titolare = story.world.titolare
    await titolare.sign(await begin_policy(story.parts, titolare.who, draft))


async def lab(story: Story) -> str:
    async with story.parts.store.read() as work:
        found = await estate.tenant_hosts(work, story.world.tenant)
    return next(one.id for one in found if one.label == LAB.label)


async def asked(story: Story, *channels: Channel, **more: Any) -> Receipt:
    wish = Wish(channels or (VIA_TOOL,), (GEST,), **more)
    draft = Draft(await lab(story), "La lavagna non si accende.", "Guardo le impostazioni.", wish)
    return await ask(story.parts, story.world.technician.who, draft)


async def allowed(story: Story, **more: Any) -> tuple[str, str]:
    """Asked and approved: request and session."""
    await rules(story)
    receipt = await asked(story, **more)
    await story.approve(receipt.request, supervision="waived")
    async with story.parts.store.read() as work:
        found = await declared_sessions.of_request(work, story.world.tenant, receipt.request)
    assert found is not None
    return receipt.request, found.permit.id


async def declare(story: Story, session: str, what: Any) -> None:
    who = story.world.technician
    begun = await begin_declaration(story.parts, who.who, session, what)
    answer = who.login.authentication(unb64(begun.options["challenge"]))
    await finish_declaration(story.parts, who.who, session, begun.state, answer)


async def why(refused: Any) -> Why:
    with pytest.raises(Refused) as found:
        await refused
    return found.value.why


async def test_s43_the_whole_of_it(story: Story) -> None:
    request, session = await allowed(story)
    await declare(story, session, "began")
    assert [one.line.stands for one in await see_open_requests(story.parts, story.world.ads.who)] == [
        "declared"
    ]
    story.clock.advance(minutes=20)
    await declare(story, session, "ended")
    await close_declared(
        story.parts, story.world.technician.who, session, outcome="solved", activities=[GEST], note="Cavo."
    )
    assert await story.kinds(
        "request.opened", "approval.given", "grant.issued", "declared.allowed", "declared.began", "session.opened",
        "declared.ended", "session.closed",
    ) == [
        "request.opened", "approval.given", "declared.allowed", "declared.began", "declared.ended", "session.closed",
    ]  # fmt: skip
    assert not await story.findings()
    view = await see_request(story.parts, story.world.ads.who, request)
    assert (view.line.line.stands, view.line.session) == ("declared_ended", None)


async def test_u07_its_hours_are_on_the_page_as_in_the_report(story: Story) -> None:
    _, session = await allowed(story)
    await declare(story, session, "began")
    story.clock.advance(minutes=20)
    await declare(story, session, "ended")
    found = (await see_hours(story.parts, story.world.titolare.who, story.world.tenant)).found
    assert (len(found.sessions), found.minutes) == (1, 20)


async def test_s43_no_agent_hears_of_it(story: Story) -> None:
    request, session = await allowed(story)
    await declare(story, session, "began")
    async with story.parts.store.read() as work:
        assert await sessions.of_request(work, story.world.tenant, request) is None


async def test_an_end_nobody_declares_is_presumed(story: Story) -> None:
    _, session = await allowed(story, longest_s=1800)
    await declare(story, session, "began")
    story.clock.advance(minutes=29)
    assert not await presume_declared(story.parts, story.world.tenant, story.clock.now())
    story.clock.advance(minutes=5)
    assert (
        await why(begin_declaration(story.parts, story.world.technician.who, session, "ended"))
        is Why.WINDOW_CLOSED
    )
    assert await presume_declared(story.parts, story.world.tenant, story.clock.now()) == 1
    assert not await story.findings()


async def test_nothing_begins_twice_nor_by_another(story: Story) -> None:
    _, session = await allowed(story)
    assert await why(begin_declaration(story.parts, story.world.ads.who, session, "began")) is Why.NOT_ALLOWED
    assert (
        await why(begin_declaration(story.parts, story.world.technician.who, session, "ended"))
        is Why.WRONG_STATE
    )
    await declare(story, session, "began")
    assert (
        await why(begin_declaration(story.parts, story.world.technician.who, session, "began"))
        is Why.REPLAYED
    )


async def test_revoked_it_does_not_begin_and_what_runs_is_told(story: Story) -> None:
    request, session = await allowed(story)
    await declare(story, session, "began")
    assert await revoke(story.parts, story.world.ads.who, request) is None
    story.clock.advance(minutes=1)
    await declare(story, session, "ended")
    assert not await story.findings()


async def test_after_a_revocation_nothing_begins(story: Story) -> None:
    request, session = await allowed(story)
    await revoke(story.parts, story.world.ads.who, request)
    assert (
        await why(begin_declaration(story.parts, story.world.technician.who, session, "began"))
        is Why.WRONG_STATE
    )


async def test_off_unless_the_rules_name_it(story: Story) -> None:
    await rules(story)
    await rules(story, bare_hosts=())
    assert await why(asked(story)) is Why.POLICY_FORBIDS


@pytest.mark.parametrize("changes", [{"supervision": "required"}, {"desk": "consent"}])
async def test_what_takes_an_agent_is_not_there(story: Story, changes: dict[str, Any]) -> None:
    await rules(story, **changes)
    assert await why(asked(story)) is Why.POLICY_FORBIDS


@pytest.mark.parametrize("channels", [(Channel("terminal"),), (VIA_TOOL, Channel("terminal"))])
async def test_s43_the_licensed_tool_alone(story: Story, channels: tuple[Channel, ...]) -> None:
    await rules(story)
    assert await why(asked(story, *channels)) is Why.POLICY_FORBIDS


async def test_a_host_with_an_agent_is_never_without(story: Story) -> None:
    label = story.world.host.label
    assert await why(rules(story, bare_hosts=(replace(LAB, label=label.lower()),))) is Why.BAD_INPUT
    await rules(story)
    owner = story.world.owner.who
    assert (
        await why(prepare_host(story.parts, owner, story.world.tenant, label="laboratorio-07", place=""))
        is Why.DUPLICATE
    )
    assert await why(revoke_host(story.parts, owner, await lab(story), "retired")) is Why.WRONG_STATE


async def test_it_keeps_its_id_from_rules_to_rules(story: Story) -> None:
    await rules(story)
    before = await lab(story)
    await rules(story, bare_hosts=())
    await rules(story)
    assert await lab(story) == before


async def test_nobody_watches_it(story: Story) -> None:
    await rules(story)
    receipt = await asked(story)
    assert await why(story.approve(receipt.request, supervision="self")) is Why.BAD_INPUT


async def test_it_lapses_unused(story: Story) -> None:
    _, session = await allowed(story, not_after=story.clock.now() + timedelta(hours=1))
    story.clock.advance(hours=2)
    assert await lapse_overdue(story.parts, story.world.tenant, story.clock.now()) == 1
    assert (
        await why(begin_declaration(story.parts, story.world.technician.who, session, "began"))
        is Why.WRONG_STATE
    )


async def test_s45_its_time_is_not_typed_again(story: Story) -> None:
    _, session = await allowed(story)
    await declare(story, session, "began")
    story.clock.advance(minutes=9)
    draft = Typed(story.clock.now() - timedelta(minutes=5), 5, "staff", "mail", "x", (GEST,))
    with pytest.raises(Refused) as no:
        await type_work(story.parts, story.world.technician.who, story.world.tenant, draft)
    assert (no.value.why, no.value.facts) == (Why.IN_SESSION, {"session": session})


async def test_l06_the_yearly_sample_has_it(story: Story) -> None:
    """L-06: who signed it stands beside it, and that nobody could watch."""
    _, session = await allowed(story)
    await declare(story, session, "began")
    story.clock.advance(minutes=20)
    await declare(story, session, "ended")
    world, parts, today = story.world, story.parts, story.clock.now().date().isoformat()
    verification = await open_verification(parts, world.titolare.who, world.tenant, today, today)
    (one,) = [
        x
        for x in (await see_sample(parts, world.titolare.who, world.tenant, verification)).looked
        if x.item.name == session
    ]
    assert (one.item.stratum, one.supervised, bool(one.authorised), one.host) == (
        "unwatched",
        False,
        True,
        LAB.label,
    )
    assert not await story.findings()
