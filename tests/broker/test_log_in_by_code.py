"""A code that lets a command line in: once, soon, no longer than the browser's login, and none from itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.person_records import LoginFailed, LoginSucceeded
from broker.cases.log_in_by_code import CodeGiven, give_code, log_in_by_code
from broker.cases.log_out import log_out
from broker.cases.start_login import recognise
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from tests.broker.world import HERE, Someone, World, leaves


async def given(parts: Parts, someone: Someone) -> CodeGiven:
    return await give_code(parts, await recognise(parts, someone.token, HERE), someone.token)


async def turned_away(parts: Parts, code: str) -> Why:
    with pytest.raises(Refused) as no:
        await log_in_by_code(parts, code, HERE)
    return no.value.why


async def test_it_is_the_person_for_as_long_as_his_browser(parts: Parts, clock) -> None:
    world = await World.make(parts)
    code = await given(parts, world.technician)
    clock.advance(minutes=4)
    entered = await log_in_by_code(parts, code.code, HERE)
    assert (entered.who.person, entered.who.method) == (world.technician.id, "command_line")
    assert entered.expires == code.until < parts.clock.now() + timedelta(hours=12)
    last = (await leaves(parts, world.house))[-1].record
    assert last == LoginSucceeded(world.technician.id, "command_line", HERE, demo_software=False)
    assert await turned_away(parts, code.code) is Why.NOT_RECOGNISED  # once
    failed = (await leaves(parts, world.house))[-1].record
    assert isinstance(failed, LoginFailed)
    assert (failed.person, failed.method) == (None, "command_line")


async def test_a_login_by_code_gives_no_other_code(parts: Parts) -> None:
    world = await World.make(parts)
    entered = await log_in_by_code(parts, (await given(parts, world.ads)).code, HERE)
    with pytest.raises(Refused) as no:
        await give_code(parts, entered.who, entered.token)
    assert no.value.why is Why.BROWSER_NEEDED


async def test_too_late_left_or_guessed(parts: Parts, clock) -> None:
    world = await World.make(parts)
    late = await given(parts, world.ads)
    clock.advance(minutes=6)
    assert await turned_away(parts, late.code) is Why.NOT_RECOGNISED
    gone = await given(parts, world.ads)
    await log_out(parts, world.ads.who, world.ads.token)
    assert await turned_away(parts, gone.code) is Why.NOT_RECOGNISED
    for _ in range(20):
        why = await turned_away(parts, "guessed")
    assert why is Why.TOO_MANY_TRIES
