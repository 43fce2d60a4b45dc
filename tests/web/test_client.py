"""The typed client against a real broker: what it asks, what it is refused, when it asks again, and that it is up to date."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from agent.task_group import TaskGroup
from broker import app
from broker.cases.withdraw import withdraw
from broker.parts import Parts
from tests.broker.world import World
from tests.stories.telling import Story
from web.client import Client, Refused, Unreached, pages

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def origin(parts: Parts) -> AsyncIterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://localhost:{listening.getsockname()[1]}"
        built = app.build(replace(parts, settings=replace(parts.settings, origin=address)))
        server = uvicorn.Server(uvicorn.Config(built, log_level="error", lifespan="off"))
        async with TaskGroup() as serving:
            serving.create_task(server.serve(sockets=[listening]))
            async with asyncio.timeout(60):
                while not server.started:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.02)
            yield address
            server.should_exit = True


async def test_it_speaks_with_a_broker(parts: Parts, origin: str) -> None:
    world = await World.make(parts)

    def asked() -> None:
        with Client(origin, login=world.titolare.token) as client:
            (own,) = client.tenants.list()
            assert own["id"] == world.tenant
            made = client.webhooks.open(
                tenant=world.tenant, address="https://siem.example/x", kinds=["request.opened"]
            )
            (hook,) = client.webhooks.list(tenant=world.tenant)
            assert hook["webhook"] == made["webhook"]
            assert [one["label"] for one in client.hosts.list(tenant=world.tenant)] == ["srv-gestionale"]
            with pytest.raises(Refused) as no:
                client.webhooks.open(tenant=world.tenant, address="http://10.0.0.1/")
            assert (no.value.status, no.value.code, no.value.field) == (422, "bad_input", "address")
            assert no.value.it.startswith("Un dato manca")
            with pytest.raises(Refused) as no:
                client.webhooks.pause(tenant=world.tenant, webhook="w-0000000000000000")
            assert no.value.code == "not_found"
            file = client.accesses.export(form="csv", tenant=world.tenant)
            assert file.kind == "text/csv"
            assert file.name.endswith(".csv")
            assert list(pages.accesses(client, world.tenant, limit=2))
            every = client.webhooks.open(tenant=world.tenant, address="https://siem.example/all")
        with Client(origin, secret=every["secret"]) as machine:
            numbers = [int(one["sequence"]) for one in pages.events(machine, world.tenant, every["webhook"])]
            assert numbers == list(range(len(numbers)))
            assert len(numbers) > 20
        with Client(origin) as nobody, pytest.raises(Refused) as no:
            nobody.tenants.list()
        assert no.value.code == "login_needed"

    await asyncio.to_thread(asked)


async def test_past_requests_come_in_pages(parts: Parts, origin: str) -> None:
    story = await Story.begin(await World.make(parts))
    asked = []
    for _ in range(5):
        story.clock.advance(minutes=1)
        asked.append((await story.ask()).request)
    await withdraw(parts, story.world.technician.who, asked[0], "Errore mio.")

    def read() -> None:
        with Client(origin, login=story.world.titolare.token) as client:
            assert {one["request"] for one in client.requests.list()} == set(asked[1:])
            page = client.requests.history(limit=2)
            assert [one["request"] for one in page["requests"]] == [asked[4], asked[3]]
            assert page["before"] == asked[3]
            found = list(pages.requests(client, limit=2))
            assert [one["request"] for one in found] == asked[::-1]
            assert found[-1]["stands"] == "withdrawn"
            with pytest.raises(Refused) as no:
                client.requests.history(limit=101)
            assert no.value.field == "limit"

    await asyncio.to_thread(read)


async def test_the_first_call_of_the_docs(
    parts: Parts,
    origin: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As it stands in docs/*/api.md, with a login that `verbale login` kept."""
    world = await World.make(parts)
    text = (ROOT / "docs" / "en" / "api.md").read_text(encoding="utf-8")
    (code,) = [one for one in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "web.client" in one]
    file = tmp_path / ".config" / "verbale" / "login.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"origin": origin, "token": world.titolare.token}))
    monkeypatch.setenv("HOME", str(tmp_path))

    def run() -> None:
        exec(compile(code, "docs/en/api.md", "exec"), {})

    await asyncio.to_thread(run)
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(world.tenant)
    assert told[1].startswith("404 not_found ")
    # The same text is a module of its own, so that the types of the whole are checked with everything else's.
    assert (ROOT / "tests" / "web" / "first_call.py").read_text(encoding="utf-8") == code


class Wavering:
    """Answers with these one after the other; the words are a broken connection's."""

    def __init__(self, *answers: int | str) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            raise httpx.ConnectError(answer)
        return httpx.Response(answer, json=[] if answer == 200 else {"code": "x", "it": "i", "en": "e"})


def client_of(far: Wavering, slept: list[float]) -> Client:
    return Client(
        "https://b.example", transport=httpx.MockTransport(far), sleep=slept.append, chance=lambda: 1.0
    )


def test_reading_is_tried_again_in_growing_pauses() -> None:
    slept: list[float] = []
    far = Wavering("gone", 503, 502, 200)
    assert client_of(far, slept).tenants.list() == []
    assert slept == [0.5, 1.0, 2.0]


def test_a_change_is_never_asked_twice() -> None:
    for answers, expected in ((("gone",), Unreached), ((503,), Refused)):
        slept: list[float] = []
        far = Wavering(*answers)
        with pytest.raises(expected):
            client_of(far, slept).webhooks.close(tenant="t-1", webhook="w-1")
        assert (len(far.asked), slept) == (1, [])


def test_names_cannot_lead_elsewhere() -> None:
    far = Wavering(200)
    client_of(far, []).webhooks.list(tenant="../../x?y#z")
    assert far.asked[0].url.raw_path == b"/api/tenants/..%2F..%2Fx%3Fy%23z/webhooks"


@pytest.mark.parametrize(
    "answer", [httpx.Response(500, text="<html>"), httpx.Response(302, headers={"location": "/"})]
)
def test_whoever_is_no_broker_is_told_so(answer: httpx.Response) -> None:
    client = Client("https://b.example", transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(Unreached):
        client.tenants.list()


def test_it_is_what_the_description_says() -> None:
    spec = importlib.util.spec_from_file_location("make_client", ROOT / "tools" / "make_client.py")
    assert spec is not None
    assert spec.loader is not None
    maker: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    folder = ROOT / "web" / "client"
    made = maker.made()
    stale = [name for name, text in made.items() if (folder / name).read_text(encoding="utf-8") != text]
    assert stale == [], "python tools/make_client.py"
    there = {path.relative_to(folder).as_posix() for path in (folder / "subjects").glob("*.py")} | {
        "client.py"
    }
    assert there == set(made)


def test_it_loads_nothing_of_a_broker() -> None:
    program = "import sys, web.client; print(*sorted({one.split('.')[0] for one in sys.modules}))"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"broker", "audit", "agent", "fastapi", "sqlalchemy", "pydantic"} & set(found.stdout.split())
