"""L-75: after fifteen minutes without an act of the person, who he is is asked again (PCI DSS 8.2.8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.task_group import TaskGroup
from agent.wire.channel import Tag, pack
from audit.person_records import LoginSucceeded
from broker.api import session_ws
from broker.api.session_ws import Screen
from broker.api.who import rest_of, who_of_socket
from broker.cases.see_rest import see_rest
from broker.cases.start_login import recognise
from broker.domain.refusal import Refused, Why
from broker.live.acts import MAX_KNOWN, Acts
from broker.live.backlog import Backlog
from broker.parts import Parts
from tests.broker.test_log_in import log_in
from tests.broker.test_session_ws import Page
from tests.broker.world import HERE, World
from tests.doubles import FakeClock

QUARTER = 15 * 60


@pytest.fixture
def resting(parts: Parts) -> Parts:
    return replace(parts, settings=replace(parts.settings, rest_s=QUARTER))


async def why(doing: Awaitable[Any]) -> Why | None:
    try:
        await doing
    except Refused as no:
        return no.why
    return None


async def test_l75_rest_is_no_act_of_the_person_and_asks_again(resting: Parts, clock: FakeClock) -> None:
    """What a page asks by itself keeps nobody awake; the person does."""
    world = await World.make(resting)
    token = world.ads.token
    clock.advance(minutes=10)
    await recognise(resting, token, HERE)  # the page's own
    clock.advance(minutes=4)
    await recognise(resting, token, HERE, act=True)
    clock.advance(minutes=14)
    assert (await see_rest(resting, world.ads.who, token)).left_s == 60
    clock.advance(minutes=1)
    assert await why(recognise(resting, token, HERE)) is Why.AT_REST
    assert await why(recognise(resting, token, HERE, act=True)) is Why.AT_REST  # too late: that wakes nobody
    assert await why(recognise(resting, token, HERE)) is Why.AT_REST
    assert (await recognise(resting, token, HERE, rested=True)).person == world.ads.id


async def test_l75_the_passkey_wakes_the_same_login_and_is_a_record(resting: Parts, clock: FakeClock) -> None:
    """His terminals are the login's: it goes on under the same cookie, and ends when it would have."""
    world = await World.make(resting)
    someone = world.ads
    clock.advance(minutes=16)
    other = await log_in(resting, world.titolare.login, token=someone.token)
    assert other.token != someone.token  # whoever else comes gets a login of his own
    assert await why(recognise(resting, someone.token, HERE)) is Why.AT_REST
    again = await log_in(resting, someone.login, token=someone.token)
    assert again.token == someone.token
    assert (await recognise(resting, someone.token, HERE)).person == someone.id
    assert (await world.records(world.tenant))[-1] == LoginSucceeded(someone.id, "passkey", HERE, False)
    clock.advance(minutes=1)
    assert (await log_in(resting, someone.login, token=someone.token)).token != someone.token  # nothing slept
    clock.advance(hours=12)
    assert await why(recognise(resting, someone.token, HERE)) is Why.LOGIN_NEEDED


async def test_l75_a_terminal_at_rest_shows_and_takes_no_hand(resting: Parts, clock: FakeClock) -> None:
    world = await World.make(resting)
    page = Page(resting, world.technician)
    rests = await rest_of(page)  # type: ignore[arg-type]
    assert not rests()
    typed = Backlog()
    page.type(pack(Tag.DATA, b"whoami\n"))
    async with TaskGroup() as group:
        group.create_task(session_ws._hear(page, typed, Screen(), rests))  # type: ignore[arg-type]
        while not page.inbox.empty():  # noqa: ASYNC110 - the other task takes it
            await asyncio.sleep(0)
        first = typed.size_bytes
        clock.advance(minutes=15)
        assert rests()
        page.type(pack(Tag.DATA, b"rm -rf /\n"))
        page.leave()
    assert first > 0
    assert typed.size_bytes == first


async def test_l75_a_live_watch_is_not_cut(resting: Parts, clock: FakeClock) -> None:
    """Who began to watch awake goes on seeing that session, and no other, at rest."""
    world = await World.make(resting)
    page = Page(resting, world.ads)
    assert await who_of_socket(page, watched="s-1") is not None  # type: ignore[arg-type]
    clock.advance(minutes=15)
    assert await who_of_socket(page, watched="s-1") is not None  # type: ignore[arg-type]
    assert await who_of_socket(page, watched="s-2") is None  # type: ignore[arg-type]
    assert await who_of_socket(page) is None  # type: ignore[arg-type]


def test_l75_forgetting_only_shortens(clock: FakeClock) -> None:
    """A broker that starts anew, or knows too many, counts from the proof."""
    acts, proved = Acts(), clock.now()
    acts.note("a", proved + timedelta(minutes=5))
    assert acts.last("a", proved) == proved + timedelta(minutes=5)
    for n in range(MAX_KNOWN):
        acts.note(f"login-{n}", proved)
    assert acts.last("a", proved) == proved
    assert acts.last("b", proved) == proved
