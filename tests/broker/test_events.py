"""The event stream of live pages: what changed, and that the line lives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from broker.api.events import _stream
from broker.domain.people import Who
from broker.parts import Parts
from broker.store.tx import Announcement

ADS = Who("p-1", "t-1", "ads", "Aldo", "192.0.2.1", "passkey")
TECHNICIAN = Who("p-2", "t-0", "technician", "Tiziana", "192.0.2.1", "passkey")


@pytest.fixture
def database_url(tmp_path) -> str:  # type: ignore[no-untyped-def]
    """The stream reads no database."""
    return f"sqlite:///{tmp_path}/verbale.db"


async def said(stream: AsyncIterator[str]) -> tuple[str, dict[str, str]]:
    async with asyncio.timeout(20):
        event, data = (await anext(stream)).strip().split("\n")
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_each_message_brings_the_server_s_time(parts: Parts) -> None:
    stream = _stream(parts, ADS)
    name, facts = await said(stream)
    assert (name, set(facts)) == ("hello", {"now"})
    await parts.bus.publish(Announcement("t-1", "request", "r-1"))
    assert await said(stream) == ("change", {"topic": "request", "id": "r-1", "now": facts["now"]})


async def test_a_busy_log_silences_no_beat(parts: Parts) -> None:
    """What is not passed on to the page does not keep it waiting for a sign of life."""
    stream = _stream(parts, TECHNICIAN, beat_s=0.2)
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
    stream = _stream(parts, ADS, beat_s=0.2)
    await said(stream)
    await parts.bus.publish(Announcement("t-2", "request", "r-2"))
    assert (await said(stream))[0] == "beat"
