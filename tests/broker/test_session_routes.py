"""Requests, answers and sessions over HTTP: the whole path, role × route × tenant, and bad bodies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import httpx
import pytest

from audit.canonical import b64, unb64
from audit.passkey import Assertion
from broker.api.who import COOKIE
from broker.app import build
from broker.cases.open_tenant import open_tenant
from broker.parts import Parts
from tests.audit.people import PAGE_KEY
from tests.broker.world import Someone, World, newcomer
from tests.stories.telling import Story

HOME = "http://localhost:8700"
ACTIVITY = {"code": "GEST", "type": "ASS"}


served = lru_cache(maxsize=1)(build)  # one application per test: making it takes longer than asking it


@asynccontextmanager
async def browser(parts: Parts, someone: Someone | None, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(served(parts), client=("192.0.2.10", 1))
    cookies = {} if someone is None else {COOKIE: someone.token}
    async with httpx.AsyncClient(
        transport=transport, base_url=HOME, cookies=cookies, headers={"origin": HOME, **headers}
    ) as client:
        yield client


async def post(
    parts: Parts, someone: Someone | None, path: str, body: Any = None, **headers: str
) -> httpx.Response:
    async with browser(parts, someone, **headers) as client:
        return await client.post(path, json={} if body is None else body)


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


def asking(host: str, **other: Any) -> dict[str, Any]:
    return {
        "host": host,
        "incident_text": "La stampa si ferma.",
        "reason": "Riavviare la stampa.",
        "channels": [{"kind": "terminal"}, {"kind": "exec"}],
        "activities": [ACTIVITY],
        **other,
    }


async def test_the_path_over_http(story: Story) -> None:
    """Ask, authorise on the signing page, supervise, activate, close: each an answer with where to go next."""
    parts, world = story.parts, story.world
    asked = await post(parts, world.technician, "/api/requests", asking(world.host.id, reason="pwd: abc123"))
    assert asked.status_code == 201, asked.text
    request = asked.json()["request"]
    assert asked.json()["next"] == f"/richieste/{request}"
    assert asked.json()["covered"] == 1
    begun = await post(parts, world.ads, f"/api/requests/{request}/approval/begin", {"supervision": "self"})
    state, answer = world.ads.answer(begun.json()["url"])
    assert isinstance(answer, Assertion)
    signed = await post(
        parts, world.ads, "/api/signing/finish", {"state": state, "assertion": answer.to_value()}
    )
    assert signed.json() == {"next": f"/richieste/{request}"}
    page = {"page_key": PAGE_KEY.public.text}
    begun = await post(parts, world.ads, f"/api/requests/{request}/supervision/begin", page)
    await world.ads.sign(begun.json()["url"])
    session = (await story.session_of(request)).permit.id
    options = (await post(parts, world.technician, f"/api/sessions/{session}/activation/begin")).json()[
        "options"
    ]
    assert options["rpId"] == "localhost"
    assert [c["id"] for c in options["allowCredentials"]] == [b64(world.technician.login.credential)]
    given = world.technician.login.authentication(unb64(options["challenge"]))
    finish = f"/api/sessions/{session}/activation/finish"
    assert (await post(parts, world.technician, finish, {"answer": given})).status_code == 202
    again = await post(parts, world.technician, finish, {"answer": given})
    assert (again.status_code, again.json()["code"]) == (409, "replayed")
    await story.agent.obey()
    stopped = await post(parts, world.titolare, f"/api/sessions/{session}/stop")
    assert stopped.json() == {"next": f"/sessioni/{session}", "sent": True}
    await story.agent.obey()
    body = {"outcome": "solved", "activities": [ACTIVITY], "note": "Carta finita."}
    closed = await post(parts, world.technician, f"/api/sessions/{session}/close", body)
    assert closed.json() == {"next": f"/sessioni/{session}", "covered": 0}
    assert await story.findings() == []


async def test_the_other_answers_over_http(story: Story) -> None:
    parts, world = story.parts, story.world
    first, second, third, fourth = [(await story.ask()).request for _ in range(4)]
    assert (await post(parts, world.ads, f"/api/requests/{first}/refusal")).status_code == 200
    told = await post(parts, world.ads, f"/api/requests/{first}/refusal/reason", {"reason": "Oggi no."})
    assert told.json() == {"next": f"/richieste/{first}", "covered": 0}
    assert (await post(parts, world.technician, f"/api/requests/{second}/withdrawal")).status_code == 200
    assert (await post(parts, world.titolare, f"/api/requests/{third}/solved")).status_code == 200
    await story.approve(fourth)
    revoked = await post(parts, world.titolare, f"/api/requests/{fourth}/revocation")
    assert revoked.json() == {"next": f"/richieste/{fourth}", "sent": None}
    assert await story.kinds("approval.refused", "request.withdrawn", "request.solved_by_customer", "grant.revoked") == [
        "approval.refused", "request.withdrawn", "request.solved_by_customer", "grant.revoked",
    ]  # fmt: skip


CLOSE = {"outcome": "solved", "activities": [ACTIVITY]}
# route, body, and who may: everybody else of the house or the tenant gets 403, a stranger's tenant 404.
ROUTES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("/api/requests/{request}/withdrawal", {}, {"technician"}),
    ("/api/requests/{request}/approval/begin", {"supervision": "self"}, {"titolare", "ads"}),
    ("/api/requests/{request}/refusal", {}, {"titolare", "ads"}),
    ("/api/requests/{request}/refusal/reason", {"reason": "x"}, {"titolare", "ads"}),
    ("/api/requests/{request}/revocation", {}, {"titolare", "ads"}),
    ("/api/requests/{request}/solved", {}, {"titolare", "ads"}),
    ("/api/requests/{request}/supervision/begin", {"page_key": "x"}, {"titolare", "ads"}),
    ("/api/sessions/{session}/activation/begin", {}, {"technician"}),
    ("/api/sessions/{session}/activation/finish", {"answer": {}}, {"technician"}),
    ("/api/sessions/{session}/close", CLOSE, {"technician"}),
    ("/api/sessions/{session}/pause", {}, {"technician", "titolare", "ads"}),
    ("/api/sessions/{session}/resume", {}, {"technician", "titolare", "ads"}),
    ("/api/sessions/{session}/stop/begin", {}, {"titolare", "ads"}),
    ("/api/sessions/{session}/stop", {}, {"titolare", "ads"}),
]


async def test_role_by_route_by_tenant(story: Story) -> None:
    parts, world = story.parts, story.world
    session = await story.granted()
    names = {"request": (await story.session(session)).permit.request, "session": session}
    other = await open_tenant(parts, world.owner.who, name="Scuola Altra", details={})
    stranger = await newcomer(parts, world.owner, other.id, "titolare", "Sara Straniera")
    people = {
        "owner": world.owner,
        "technician": world.technician,
        "titolare": world.titolare,
        "ads": world.ads,
    }
    for route, body, may in ROUTES:
        path = route.format(**names)
        for role in set(people) - may:
            assert (await post(parts, people[role], path, body)).status_code == 403, (role, route)
        assert (await post(parts, stranger, path, body)).status_code == 404, route
        assert (await post(parts, None, path, body)).status_code == 401, route
        gone = route.format(request="r-00000000", session="s-0000000000")
        for someone in people.values():
            assert (await post(parts, someone, gone, body)).status_code == 404, route
        for role in may:  # allowed to ask: whatever the answer is, it is not about his role
            other_origin = await post(parts, people[role], path, body, origin="http://evil.example")
            assert other_origin.status_code == 403, route
    assert (await story.session(session)).STATE == "granted"
    for role in ("owner", "titolare", "ads"):
        answer = await post(parts, people[role], "/api/requests", asking(world.host.id))
        assert answer.status_code == 403
    assert (await post(parts, stranger, "/api/requests", asking(world.host.id))).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"channels": [{"kind": "telepathy"}]}, 422),
        ({"channels": [{"kind": "tool"}]}, 422),
        ({"channels": [{"kind": "tool", "tool": "teamviewer"}]}, 403),
        ({"channels": [{"kind": "terminal", "tool": "x"}]}, 422),
        ({"channels": []}, 422),
        ({"activities": [{"code": "NULLA"}]}, 422),
        ({"activities": [ACTIVITY] * 30}, 422),
        ({"not_after": "2026-11-10T10:00:00"}, 422),  # which ten o'clock? a zone is needed
        ({"not_after": "2020-01-01T00:00:00Z"}, 409),
        ({"longest_s": 0}, 422),
        ({"longest_s": 999_999}, 403),
        ({"incident_text": "x" * 2001}, 413),
        ({"incident_text": 7}, 422),
        ({"host": "h-00000000"}, 404),
        ({"surprise": 1}, 422),
    ],
)
async def test_bad_requests(story: Story, body: dict[str, Any], status: int) -> None:
    answer = await post(
        story.parts, story.world.technician, "/api/requests", asking(story.world.host.id) | body
    )
    assert answer.status_code == status, answer.text
    said = answer.json()
    assert said["code"]
    assert said["it"] and said["en"]  # noqa: PT018
    assert await story.kinds("request.opened") == []
