"""The key on paper from its making to a new titolare in force, or to an objection: broker, host and auditor."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import paper_key as rule
from audit.approvers import Approvers
from audit.canonical import b64, unb64
from audit.keys import SigningKey
from audit.pins import after_paper, announced
from audit.signed import SignedStatement
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.finish_signing import finish_signing
from broker.cases.paper_key import begin_objection, see_announced
from broker.cases.push_pins import pins_for
from broker.cases.take_announced import take_announced
from broker.domain.refusal import Refused, Why
from broker.jobs import paper_sets
from broker.store import people, statements
from tests.broker.world import Someone, link_of, with_signing_key
from tests.stories.telling import Story
from web.demo.authenticator import SoftwareAuthenticator

PAPER = SigningKey(b"p" * 32)


def everybody(story: Story) -> list[Appointment]:
    until = story.clock.now() + timedelta(days=300)
    return [Appointment(story.world.titolare.id, until), Appointment(story.world.ads.id, until)]


async def refused(doing: Awaitable[Any]) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def with_paper(story: Story) -> None:
    """The titolare signs a set that names the key he printed."""
    titolare = story.world.titolare
    url = await begin_approvers(story.parts, titolare.who, everybody(story), paper_key=PAPER.public.text)
    await titolare.sign(url)
    await story.agent.obey()


async def lost_phone(story: Story, seed: bytes = b"another phone") -> Someone:
    """He logs in elsewhere and makes another signing passkey; the one before is gone."""
    titolare = story.world.titolare
    new = SoftwareAuthenticator(seed, story.parts.settings.signing)
    other: Someone = replace(titolare, signing=new)
    await with_signing_key(other)
    return other


async def announce(story: Story, titolare: Someone, key: SigningKey = PAPER) -> None:
    url = await begin_approvers(story.parts, titolare.who, everybody(story), by_paper=True)
    state, answer = titolare.answer(url)
    assert link_of(url)["paper"] == PAPER.public.text
    signature = key.sign(rule.message(_statement(url)))
    await finish_signing(story.parts, titolare.who, state, answer, paper=signature)


def _statement(url: str) -> bytes:
    return unb64(link_of(url)["statement"], max_bytes=1 << 16)


async def in_force(story: Story) -> Approvers:
    async with story.parts.store.read() as work:
        found = await statements.approvers(work, story.world.tenant)
    assert found is not None
    return found


async def test_a_lost_phone_and_three_days(story: Story) -> None:
    await with_paper(story)
    assert (await in_force(story)).paper_key == PAPER.public.text
    titolare = await lost_phone(story)
    await announce(story, titolare)
    seen = await see_announced(story.parts, story.world.ads.who)
    assert seen is not None
    assert seen[1] - seen[0].at == timedelta(hours=72)
    frame = story.agent.inbox[-1]
    link = announced(story.agent.pins, [SignedStatement.from_value(one) for one in frame.approvers])  # type: ignore[union-attr]
    assert link is not None, "hosts hear of it at once"
    after_paper(story.agent.pins, link, story.clock.now())
    story.clock.advance(hours=71)
    await paper_sets.tick(story.parts)
    assert (await in_force(story)).number == 2
    story.clock.advance(hours=1)
    await paper_sets.tick(story.parts)
    held = await in_force(story)
    assert held.number == 3
    assert held.paper_key == PAPER.public.text, "it stays the customer's key on paper"
    own = [line.credential for line in held.approvers if line.person == titolare.id]
    assert own == [b64(titolare.signing.credential)], "the phone that was lost authorises nothing any more"
    async with story.parts.store.read() as work:
        kept = await people.credentials(work, story.world.tenant, titolare.id, "signing")
    assert [one.id for one in kept] == own, "no later list names the lost phone again"
    assert not await take_announced(story.parts, story.world.tenant)
    assert await see_announced(story.parts, titolare.who) is None
    story.agent.pins = after_paper(story.agent.pins, link, story.clock.now())
    receipt = await story.ask()
    await story.approve(receipt.request, by=titolare, supervision="waived")
    await story.activate((await story.session_of(receipt.request)).permit.id)
    await story.agent.obey()
    assert story.agent.refusals == []
    assert await story.findings() == []


async def test_somebody_of_the_set_objects(story: Story) -> None:
    await with_paper(story)
    titolare = await lost_phone(story)
    await announce(story, titolare)
    ads = story.world.ads
    url = await begin_objection(story.parts, ads.who)
    assert set(link_of(url)["attached"]) == {"announced"}
    await ads.sign(url)
    async with story.parts.store.read() as work:
        batches = await pins_for(story.parts, work, story.world.host)
    assert batches[-1].objections is not None, "also a host that was off hears of it"
    story.clock.advance(days=4)
    await paper_sets.tick(story.parts)
    assert (await in_force(story)).number == 2
    assert await refused(begin_objection(story.parts, ads.who)) is Why.WRONG_STATE
    assert await story.findings() == []


async def test_another_paper_or_none(story: Story) -> None:
    titolare = story.world.titolare
    none = begin_approvers(story.parts, titolare.who, everybody(story), by_paper=True)
    assert await refused(none) is Why.WRONG_STATE
    await with_paper(story)
    other = await lost_phone(story)
    assert await refused(announce(story, other, SigningKey(b"q" * 32))) is Why.ENVELOPE_INVALID
    url = await begin_approvers(story.parts, other.who, everybody(story), by_paper=True)
    state, answer = other.answer(url)
    assert await refused(finish_signing(story.parts, other.who, state, answer)) is Why.ENVELOPE_INVALID
    bent = begin_approvers(story.parts, other.who, everybody(story), paper_key="no key")
    assert await refused(bent) is Why.BAD_INPUT
    ads = begin_approvers(story.parts, story.world.ads.who, everybody(story), by_paper=True)
    assert await refused(ads) is Why.NOT_ALLOWED
    assert await see_announced(story.parts, titolare.who) is None


async def test_a_later_set_by_passkey_ends_the_waiting(story: Story) -> None:
    await with_paper(story)
    other = await lost_phone(story)
    await announce(story, other)
    titolare = story.world.titolare
    await titolare.sign(await begin_approvers(story.parts, titolare.who, everybody(story)))
    story.clock.advance(days=4)
    await paper_sets.tick(story.parts)
    assert (await in_force(story)).number == 3
    assert await story.findings() == []
