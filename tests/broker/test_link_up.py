"""An agent dials in: its signature, its numbers, and the pins it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.wire.frames import Hello
from audit import instant
from audit.canonical import b64
from audit.keys import SigningKey
from audit.person_records import AccessDenied
from audit.pins import catch_up, check_chain
from audit.signed import EnrolmentFile, SignedStatement
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.enrolment_file import enrolment_file
from broker.cases.keep_seen import keep_seen
from broker.cases.link_up import link_down, link_up
from broker.cases.push_pins import pins_for, push_pins
from broker.cases.revoke_host import revoke_host
from broker.domain.estate import EnrolledHost
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate
from tests.broker.world import ACCOUNT, DRAFT, HERE, World

NONCE = b64(b"n" * 32)


def hello(world: World, key: SigningKey | None = None, nonce: str = NONCE, **changed: object) -> Hello:
    said = Hello(
        tenant=world.tenant,
        host=world.host.id,
        version="0.1.0",
        boot="boot-1",
        time=instant.to_text(world.parts.clock.now()),
        next_host_n=1,
        head_size=0,
        signature=b64(bytes(64)),
    )
    said = replace(said, **changed)
    return replace(said, signature=b64((key or world.agent.identity).sign(said.message(nonce))))


async def why(coroutine) -> Why:
    with pytest.raises(Refused) as no:
        await coroutine
    return no.value.why


async def test_an_agent_is_known_by_its_signature(parts: Parts, clock) -> None:
    world = await World.make(parts)
    clock.advance(minutes=3)
    up = await link_up(parts, hello(world), NONCE, terminal=HERE)
    assert (up.host.id, up.acked) == (world.host.id, 0)
    assert (up.pins.approvers, up.pins.policies, up.more) == ((), (), ())  # it holds all there is
    assert await keep_seen(parts) == 1
    async with parts.store.read() as work:
        found = await estate.host(work, world.tenant, world.host.id)
    assert isinstance(found, EnrolledHost)
    assert found.last_seen == clock.now()
    heard = clock.now() + timedelta(seconds=20)
    await link_down(parts, world.host.id, world.tenant, heard)
    assert parts.hub.last_seen(world.host.id) == heard  # though it is gone, and nothing is written yet
    assert await keep_seen(parts) == 1
    async with parts.store.read() as work:
        found = await estate.host(work, world.tenant, world.host.id)
    assert isinstance(found, EnrolledHost)
    assert found.last_seen == heard


async def test_whoever_is_not_that_agent_is_refused_and_recorded(parts: Parts) -> None:
    world = await World.make(parts)
    good = hello(world)
    tries = [
        (hello(world, SigningKey(b"x" * 32)), NONCE, Why.NOT_RECOGNISED),
        (hello(world, world.agent.witness), NONCE, Why.NOT_RECOGNISED),
        (good, b64(b"m" * 32), Why.NOT_RECOGNISED),  # an answer to an older challenge
        (replace(good, head_size=5), NONCE, Why.NOT_RECOGNISED),
        (hello(world, next_host_n=0), NONCE, Why.HOST_DIFFERS),  # a copy, or set back
    ]
    for said, nonce, expected in tries:
        assert await why(link_up(parts, said, nonce, terminal=HERE)) is expected
        assert (await world.records())[-1] == AccessDenied(None, "link", expected.value, HERE)
    for stranger in (hello(world, host="h-00000000"), hello(world, tenant=world.house)):
        assert await why(link_up(parts, stranger, NONCE, terminal=HERE)) is Why.NOT_RECOGNISED
        assert (await world.records(world.house))[-1] == AccessDenied(None, "link", "not_recognised", HERE)


async def test_knocking_does_not_fill_the_log(parts: Parts) -> None:
    world = await World.make(parts)
    before = len(await world.records())
    for _ in range(15):
        await why(link_up(parts, hello(world, SigningKey(b"x" * 32)), NONCE, terminal=HERE))
    # Ten, and one more that says that the rest is not written.
    assert [r.reason for r in (await world.records())[before:]] == ["not_recognised"] * 10 + [
        "too_many_tries"
    ]


async def test_a_host_taken_out_is_told_so_only_if_it_is_the_one(parts: Parts) -> None:
    world = await World.make(parts)
    await revoke_host(parts, world.owner.who, world.host.id, "retired")
    assert await why(link_up(parts, hello(world), NONCE, terminal=HERE)) is Why.HOST_NOT_ENROLLED
    forged = hello(world, SigningKey(b"x" * 32))
    assert await why(link_up(parts, forged, NONCE, terminal=HERE)) is Why.NOT_RECOGNISED


async def test_an_agent_that_was_away_catches_up_with_all_that_was_signed(parts: Parts, clock) -> None:
    """Rules signed by a titolare who has left since are taken too, because order is kept."""
    world = await World.make(parts)
    file = EnrolmentFile.parse((await enrolment_file(parts, world.owner.who, world.host.id)).data)
    pins = check_chain(file, clock.now())
    titolare, ads = world.titolare, world.ads
    draft = replace(DRAFT, accounts=((world.host.id, ACCOUNT),))
    for longest in (600, 1200):
        clock.advance(minutes=1)
        await titolare.sign(await begin_policy(parts, titolare.who, replace(draft, longest_s=longest)))
        until = clock.now() + timedelta(days=100)
        people = [Appointment(titolare.id, until), Appointment(ads.id, until)]
        await titolare.sign(await begin_approvers(parts, titolare.who, people))
    up = await link_up(parts, hello(world), NONCE, terminal=HERE)
    assert [len(up.pins.approvers), len(up.pins.policies)] == [2, 2]
    held = catch_up(
        pins,
        [SignedStatement.from_value(one) for one in up.pins.approvers],
        [SignedStatement.from_value(one) for one in up.pins.policies],
        clock.now(),
    )
    assert (held.approvers.number, held.policy.number, held.policy.longest_s) == (3, 3, 1200)
    assert await push_pins(parts, world.tenant) == 0  # nobody is connected: he got it on dialling in


async def test_years_of_changes_travel_in_several_frames(parts: Parts, clock, monkeypatch) -> None:
    world = await World.make(parts)
    monkeypatch.setattr("broker.cases.push_pins._ROOM", 3000)
    draft = replace(DRAFT, accounts=((world.host.id, ACCOUNT),))
    for _ in range(4):
        clock.advance(minutes=1)
        await world.titolare.sign(await begin_policy(parts, world.titolare.who, draft))
    async with parts.store.read() as work:
        batches = await pins_for(parts, work, world.host)
    assert len(batches) > 1
    numbers = [
        SignedStatement.from_value(one).read().number  # type: ignore[union-attr]
        for batch in batches
        for one in batch.policies
    ]
    assert numbers == [2, 3, 4, 5]
