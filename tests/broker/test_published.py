"""The published log over HTTP: for its own people and for the monitor they let in, nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from audit.log_records import LogHeartbeat
from audit.note import VerifierKey
from audit.person_records import CredentialAdded, CredentialRemoved
from audit.record import BROKER
from broker import app
from broker.cases.let_monitor import MonitorLet, let_monitor
from broker.cases.open_tenant import open_tenant
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import digest_of
from broker.jobs.publish import publishing
from broker.parts import Parts
from broker.store import log_tokens
from broker.store.tile_folder import FOLDER
from tests.broker.world import Someone, World, newcomer


@pytest.fixture
async def world(parts: Parts) -> World:
    made = await World.make(parts)
    async with parts.store.tx(made.tenant, parts.clock.now()) as tx:
        while tx.size < 300:
            await tx.append(LogHeartbeat("2026-11-10"), actor=BROKER)
    await publishing(parts.settings.state / FOLDER)(parts)
    return made


@asynccontextmanager
async def browser(
    parts: Parts, someone: Someone | None = None, token: str | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    cookies = {} if someone is None else {"verbale_session": someone.token}
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app.build(parts)),
        base_url=parts.settings.origin,
        cookies=cookies,
        headers=headers,
    ) as client:
        yield client


def address(world: World, path: str = "checkpoint", tenant: str = "", year: str = "2026") -> str:
    return f"/api/log/{tenant or world.tenant}/{year}/{path}"


async def test_its_own_people_read_every_file(parts: Parts, world: World) -> None:
    for someone in (world.titolare, world.ads):
        async with browser(parts, someone) as client:
            head = await client.get(address(world))
            vkey = await client.get(address(world, "log.vkey"))
            full = await client.get(address(world, "tile/0/000"))
            entries = await client.get(address(world, "tile/entries/000"))
            part = await client.get(address(world, "tile/0/001.p/44"))
        assert head.headers["content-type"] == "text/plain; charset=utf-8"
        assert head.headers["cache-control"] == "private, no-cache"
        assert VerifierKey.parse(vkey.text.strip()).name == head.text.partition("\n")[0]
        assert full.headers["content-type"] == "application/octet-stream"
        assert full.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert len(full.content) == 256 * 32
        assert entries.status_code == 200
        assert part.headers["cache-control"] == "private, no-cache"
        assert len(part.content) == 44 * 32


async def test_a_monitor_reads_with_the_token_of_the_titolare(parts: Parts, world: World) -> None:
    let = await let_monitor(parts, world.titolare.who)
    assert let.address == f"{parts.settings.origin}/api/log/{world.tenant}/2026"
    async with browser(parts, token=let.token) as client:
        assert (await client.get(f"{let.address}/checkpoint")).status_code == 200
        assert (await client.get(f"{let.address}/tile/0/000")).status_code == 200
    async with parts.store.read() as work:
        assert await log_tokens.digest(work, world.tenant) == digest_of(let.token)
    again = await let_monitor(parts, world.titolare.who)
    async with browser(parts, token=let.token) as client:
        told = await client.get(f"{let.address}/checkpoint")
    assert (told.status_code, told.json()["code"]) == (401, "not_recognised")
    added, removed, renewed = [
        one for one in await world.records() if getattr(one, "kind", "") == "log_token"
    ]
    assert isinstance(added, CredentialAdded)
    assert isinstance(removed, CredentialRemoved)
    assert isinstance(renewed, CredentialAdded)
    assert added.fingerprint == removed.fingerprint == digest_of(let.token)
    assert renewed.fingerprint == digest_of(again.token)


async def test_the_token_comes_over_http_for_the_titolare_alone(parts: Parts, world: World) -> None:
    headers = {"origin": parts.settings.origin}
    async with browser(parts, world.titolare) as client:
        made = await client.post("/api/log/token", headers=headers)
    assert made.status_code == 201
    let = MonitorLet(**made.json())
    async with browser(parts, token=let.token) as client:
        assert (await client.get(f"{let.address}/checkpoint")).status_code == 200
    for someone in (world.ads, world.technician, world.owner):
        with pytest.raises(Refused) as no:
            await let_monitor(parts, someone.who)
        assert no.value.why is Why.NOT_ALLOWED


@pytest.mark.parametrize("token", ["", "x", "ключ", "A" * 43])
async def test_a_wrong_token_learns_nothing(parts: Parts, world: World, token: str) -> None:
    """Neither whether there is such a customer, nor whether he has let a monitor in."""
    await let_monitor(parts, world.titolare.who)
    said = set()
    async with browser(parts) as client:
        for tenant in (world.tenant, world.house, "t-nobody", "..", "T-X"):
            told = await client.get(
                address(world, tenant=tenant), headers={"authorization": f"Bearer {token}".encode()}
            )
            said.add((told.status_code, told.json()["code"]))
    assert said <= {(401, "not_recognised"), (404, "not_found")}
    assert (401, "not_recognised") in said


async def test_another_customer_and_his_monitor_find_nothing(parts: Parts, world: World) -> None:
    other = await open_tenant(parts, world.owner.who, name="Hotel Modello", details={})
    titolare = await newcomer(parts, world.owner, other.id, "titolare", "Tina Terza")
    let = await let_monitor(parts, titolare.who)
    async with browser(parts, titolare) as client:
        told = await client.get(address(world))
    assert told.status_code == 404
    async with browser(parts, token=let.token) as client:
        told = await client.get(address(world))
    assert told.status_code == 401
    async with browser(parts, world.owner) as client:
        assert (await client.get(address(world))).status_code == 403
    async with browser(parts) as client:
        assert (await client.get(address(world))).status_code == 401


@pytest.mark.parametrize(
    ("year", "path"),
    [
        ("2026", "tile/0/0"),
        ("2026", "tile/0/999"),
        ("2026", "tile/0/000.p/256"),
        ("2026", "tile/7/000"),
        ("2026", "..%2f..%2fcheckpoint"),
        ("2026", ".checkpoint.new"),
        ("2026", ""),
        ("2025", "checkpoint"),
        ("..", "checkpoint"),
        ("٢٠٢٦", "checkpoint"),
    ],
)
async def test_there_is_nothing_else_to_be_had(parts: Parts, world: World, year: str, path: str) -> None:
    async with browser(parts, world.titolare) as client:
        assert (await client.get(address(world, path, year=year))).status_code == 404
