"""The API, asked whatever its own description allows: no fault of ours, no word of another customer."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.schemas import APIOperation

from broker.api.description import Refusal
from broker.api.who import COOKIE
from broker.app import build
from tests.broker.world import Someone
from tests.described import told_as_described
from tests.stories.telling import Story

HOME = "http://localhost:8700"
EXAMPLES = int(os.environ.get("VERBALE_EXAMPLES", "3"))
ROLES = ("nobody", "owner", "technician", "titolare", "ads", "stranger")
STREAMS = {"/api/events"}  # without an end: `test_tenants_apart` reads it
# These take the caller's own way in: asked last.
_ENDS = ("/api/logout", "/api/people")


def operations(description: dict[str, Any]) -> list[APIOperation[Any, Any, Any, Any]]:
    found = [one.ok() for one in schemathesis.openapi.from_dict(description).get_all_operations()]
    asked = [one for one in found if one.path not in STREAMS]
    return sorted(asked, key=lambda one: (one.method == "delete", one.path.startswith(_ENDS), one.path))


def with_names(value: Any, names: dict[str, list[str]], draw: Any) -> Any:
    """What was made up, with things that exist where one of their kind is named."""
    if isinstance(value, dict):
        return {key: with_names(one, names, draw) if key not in names else draw(st.sampled_from([*names[key], one]))
                for key, one in value.items()}  # fmt: skip
    return [with_names(one, names, draw) for one in value] if isinstance(value, list) else value


@dataclass
class Asker:
    """Sends what one person's script might send. `secret`: what no answer to him may hold."""

    client: httpx.AsyncClient
    loop: asyncio.AbstractEventLoop
    names: dict[str, list[str]]
    secret: tuple[str, ...]
    seen: set[int]
    description: dict[str, Any]

    def ask(self, operation: APIOperation[Any, Any, Any, Any]) -> None:
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(), data=st.data())
        def once(case: Any, data: st.DataObject) -> None:
            case.path_parameters = with_names(case.path_parameters or {}, self.names, data.draw)
            case.query = with_names(case.query or {}, self.names, data.draw)
            if isinstance(case.body, dict):
                case.body = with_names(case.body, self.names, data.draw)
            sent = case.as_transport_kwargs(base_url=HOME)
            sent.pop("cookies", None)
            future = asyncio.run_coroutine_threadsafe(self._send(sent), self.loop)
            answer = future.result(60)
            self._judge(answer, f"{operation.method} {operation.path}: {sent}")
            told_as_described(self.description, operation.method, operation.path, answer)

        once()

    async def _send(self, sent: dict[str, Any]) -> httpx.Response:
        return await self.client.request(
            **{**sent, "headers": {**(sent.get("headers") or {}), "origin": HOME}}
        )

    def _judge(self, answer: httpx.Response, told: str) -> None:
        assert answer.status_code < 500 or answer.status_code == 503, (told, answer.text)
        if answer.status_code >= 400:
            Refusal.model_validate_json(answer.text)
        for word in self.secret:
            assert word not in answer.text, (told, answer.text)
        self.seen.add(answer.status_code)


async def names_of(story: Story) -> dict[str, list[str]]:
    """Things that exist at the story's customer, by the name a path or body has for them."""
    session = await story.granted()
    awaiting = (await story.ask(text="La stampa si ferma ancora.")).request
    people = [one.id for one in (story.world.titolare, story.world.ads, story.world.technician)]
    return {
        "tenant": [story.world.tenant], "host": [story.world.host.id], "request": [awaiting],
        "session": [session], "person": people, "watcher": people,
    }  # fmt: skip


def everybody(story: Story, stranger: Someone) -> Iterator[tuple[str, Someone | None]]:
    yield "nobody", None
    yield "stranger", stranger
    for role in ("owner", "technician", "titolare", "ads"):
        yield role, getattr(story.world, role)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ROLES)
async def test_whatever_the_description_allows(story: Story, role: str) -> None:
    """L-51."""
    stranger = await story.stranger()
    names = await names_of(story)
    who = dict(everybody(story, stranger))[role]
    outside = role in ("nobody", "stranger")
    secret = ("Albergo Esempio", "srv-gestionale", "Teresa", "Aldo", "La stampa", story.world.tenant)
    before = await story.leaves()
    app = build(story.parts)
    transport = httpx.ASGITransport(app, client=("192.0.2.10", 1))
    cookies = {} if who is None else {COOKIE: who.token}
    seen: set[int] = set()
    async with httpx.AsyncClient(transport=transport, base_url=HOME, cookies=cookies) as client:
        told = app.openapi()
        asker = Asker(client, asyncio.get_running_loop(), names, secret if outside else (), seen, told)
        for operation in operations(told):
            await asyncio.to_thread(asker.ask, operation)
    assert 422 in seen
    assert not await story.findings()
    if outside:
        kinds = {leaf.record.KIND for leaf in (await story.leaves())[len(before) :]}
        assert kinds <= {"login.failed"}


async def test_the_description_is_there_for_everybody_and_tells_each_operation(story: Story) -> None:
    transport = httpx.ASGITransport(build(story.parts), client=("192.0.2.10", 1))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        told = (await client.get("/api/openapi.json")).json()
    assert json.dumps(told).count("Albergo") == 0
    assert "/api/requests/{request}/withdrawal" in told["paths"]
    for path, there in told["paths"].items():
        for method, operation in there.items():
            assert operation["responses"]["4XX"]["content"]["application/json"], (path, method)
