"""The event stream of live pages: what changed, and that the line lives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from fastapi import Request

from broker.api.events import _stream
from broker.api.who import COOKIE, still_in
from broker.app import build
from broker.cases.log_out import log_out
from broker.domain.people import Who
from broker.parts import Parts
from broker.store.tx import Announcement
from tests.broker.world import first_owner

ADS = Who("p-1", "t-1", "ads", "Aldo", "192.0.2.1", "passkey")
TECHNICIAN = Who("p-2", "t-0", "technician", "Tiziana", "192.0.2.1", "passkey")


@pytest.fixture
def database_url(sqlite_store: str) -> str:
    """One database is enough: what is streamed comes from memory."""
    return sqlite_store


async def logged_in() -> bool:
    return True


async def said(stream: AsyncIterator[str]) -> tuple[str, dict[str, str]]:
    async with asyncio.timeout(60):
        event, data = (await anext(stream)).strip().split("\n")
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_each_message_brings_the_server_s_time(parts: Parts) -> None:
    stream = _stream(parts, ADS, logged_in)
    name, facts = await said(stream)
    assert (name, set(facts)) == ("hello", {"now"})
    await parts.bus.publish(Announcement("t-1", "request", "r-1"))
    assert await said(stream) == ("change", {"topic": "request", "id": "r-1", "now": facts["now"]})


async def test_a_busy_log_silences_no_beat(parts: Parts) -> None:
    """What is not passed on to the page does not keep it waiting for a sign of life."""
    stream = _stream(parts, TECHNICIAN, logged_in, beat_s=0.2)
    assert (await said(stream))[0] == "hello"

    async def busy() -> None:
        while True:
            await parts.bus.publish(Announcement("t-1", "log", "1"))
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        log = group.create_task(busy())
        assert [(await said(stream))[0] for _ in range(3)] == ["beat"] * 3
        log.cancel()


async def test_another_customer_is_not_heard_of(parts: Parts) -> None:
    stream = _stream(parts, ADS, logged_in, beat_s=0.2)
    await said(stream)
    await parts.bus.publish(Announcement("t-2", "request", "r-2"))
    assert (await said(stream))[0] == "beat"


@pytest.mark.parametrize("line", ["silent", "busy"])
async def test_who_has_logged_out_hears_no_more(parts: Parts, line: str) -> None:
    """On a line that says nothing, and on one where something changes all the time."""
    here = asyncio.Event()
    here.set()

    async def still() -> bool:
        return here.is_set()

    async def changes() -> None:
        while line == "busy":
            await parts.bus.publish(Announcement("t-1", "request", "r-1"))
            await asyncio.sleep(0.01)

    stream = _stream(parts, ADS, still, beat_s=0.2)
    await said(stream)
    async with asyncio.TaskGroup() as group:
        changing = group.create_task(changes())
        await said(stream)
        here.clear()
        async with asyncio.timeout(60):
            assert {one.partition("\n")[0] async for one in stream} <= {"event: beat", "event: change"}
        changing.cancel()


async def test_the_stream_asks_for_the_cookie_it_came_with(parts: Parts) -> None:
    owner = await first_owner(parts)
    request = Request(
        {
            "type": "http", "app": build(parts), "client": ("192.0.2.1", 1),
            "headers": [(b"cookie", f"{COOKIE}={owner.token}".encode())],
        }
    )  # fmt: skip
    assert await still_in(request, owner.who)
    await log_out(parts, owner.who, owner.token)
    assert not await still_in(request, owner.who)
