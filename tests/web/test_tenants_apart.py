"""Two customers of one broker: what happens at the one is not told to the other, on no line that stays open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI

from broker.cases.admit_person import admit_person
from tests.broker.world import Someone
from tests.stories.telling import Story

HOST, ORIGIN = "localhost:8700", "http://localhost:8700"


@dataclass
class Line:
    """One page's `GET /api/events`, as the server sends it."""

    status: int = 0
    text: str = ""
    more: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def told(self) -> list[tuple[str, str]]:
        """(topic, id) of each change."""
        events = [dict(row.split(": ", 1) for row in one.split("\n")) for one in self.text.split("\n\n")[:-1]]
        changes = [json.loads(one["data"]) for one in events if one["event"] == "change"]
        return [(one["topic"], one["id"]) for one in changes]

    async def until(self, found: Callable[[], Any]) -> None:
        async with asyncio.timeout(60):
            while not found():
                self.more.clear()
                await self.more.wait()


def scope(kind: str, path: str, cookie: str | None, **more: Any) -> dict[str, Any]:
    headers = {"host": HOST, "origin": ORIGIN} | ({} if cookie is None else {"cookie": cookie})
    return {
        "type": kind, "asgi": {"version": "3.0"}, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "client": ("192.0.2.1", 1), "server": ("localhost", 8700), "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()], **more,
    }  # fmt: skip


@asynccontextmanager
async def listening(site: FastAPI, someone: Someone) -> AsyncIterator[Line]:
    """From the stream's first word until the page goes."""
    line, gone, asked = Line(), asyncio.Event(), False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        line.status = message.get("status", line.status)
        line.text += message.get("body", b"").decode()
        line.more.set()

    asking = scope("http", "/api/events", f"verbale_session={someone.token}", method="GET", scheme="http")
    async with asyncio.TaskGroup() as group, asyncio.timeout(120):
        group.create_task(site(asking, receive, send))
        await line.until(lambda: "event: hello" in line.text)
        yield line
        gone.set()


async def admitted(story: Story, by: Someone, name: str) -> tuple[str, str]:
    """A new colleague, as the event stream tells it."""
    made = await admit_person(
        story.parts,
        by.who,
        tenant=by.who.tenant,
        role="ads",
        name=name,
        function="f",
        email=f"{name}@c.example",
    )
    return "people", made.person


async def test_events_of_another_customer_are_not_told(site: FastAPI, story: Story) -> None:
    """A whole session at the one, then a new colleague at each: an approver hears his own, the vendor all."""
    world, stranger = story.world, await story.stranger()
    story.parts.store.listen(story.parts.bus.publish)  # as broker/serve.py does
    async with (
        listening(site, world.ads) as ours,
        listening(site, stranger) as theirs,
        listening(site, world.technician) as house,
    ):
        assert (ours.status, theirs.status, house.status) == (200, 200, 200)
        session = await story.running()
        request = (await story.session(session)).permit.request
        at_them = await admitted(story, stranger, "bruno")
        at_us = await admitted(story, world.titolare, "anna")
        for line, last in ((theirs, at_them), (ours, at_us), (house, at_us)):
            await line.until(lambda line=line, last=last: last in line.told)  # type: ignore[misc]
    assert set(theirs.told) == {at_them}
    assert at_them not in ours.told
    assert {("request", request), ("session", session)} <= set(ours.told)
    assert {("request", request), ("session", session), at_them} <= set(house.told)


@pytest.mark.parametrize("tail", ["terminal", "live"])
@pytest.mark.parametrize("cookie", [None, "verbale_session=", "verbale_session=" + "A" * 43])
async def test_a_socket_of_nobody_is_not_even_accepted(
    site: FastAPI, story: Story, tail: str, cookie: str | None
) -> None:
    """What a logged-in stranger is told stands in the matrix; who is not logged in is told nothing."""
    session = await story.running()
    path = f"/api/sessions/{session}/{tail}"
    before = await story.kinds()
    sent = await knock_socket(site, path, cookie)
    assert [one["type"] for one in sent] == ["websocket.close"]
    assert await story.kinds() == before


async def knock_socket(site: FastAPI, path: str, cookie: str | None) -> list[Any]:
    sent: list[Any] = []
    arriving = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> dict[str, Any]:
        return arriving.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    async with asyncio.timeout(60):
        await site(scope("websocket", path, cookie, scheme="ws", subprotocols=[]), receive, send)
    return sent
