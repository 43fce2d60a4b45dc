"""`/metrics`: in Prometheus's form, of every customer together, and nobody's name or id in a label."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from broker.app import build
from broker.cases.measure import measure
from broker.cases.open_webhook import open_webhook
from broker.jobs import webhooks
from broker.jobs.deliver import deliver
from broker.out import metrics_listener
from broker.parts import Parts
from broker.ports import Called
from broker.serve import Job, _repeat, bind
from tests.broker.world import World
from tests.doubles import FakeClock, ListMailer
from tests.stories.telling import Story


@pytest.fixture
async def world(parts: Parts) -> World:
    return await World.make(parts)


def read(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    found = {}
    for family in text_string_to_metric_families(text.decode()):
        assert family.documentation
        for sample in family.samples:
            found[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return found


class Down:
    async def call(self, url: str, headers: dict[str, str], body: bytes) -> Called:
        return Called(500, "refused")


async def test_what_runs_is_counted(world: World, clock: FakeClock) -> None:
    parts = replace(world.parts, webhooks=Down())
    parts.store.took = parts.meters.appended.observe
    story = await Story.begin(world)
    await story.ask()
    await open_webhook(parts, world.titolare.who, world.tenant, "https://siem.example/")
    await webhooks.tick(parts)
    mailer = ListMailer()
    mailer.refuse = lambda _: True
    await deliver(parts, mailer)
    clock.advance(hours=2)
    found = read(await measure(parts))
    assert found["verbale_log_records", ()] > 20
    assert found["verbale_log_append_seconds_count", ()] >= 2
    assert found["verbale_checkpoint_age_seconds", ()] >= 7200
    assert found["verbale_webhooks", (("state", "active"),)] == 1
    assert found["verbale_webhook_lag_seconds", ()] == 7200
    assert found["verbale_webhook_behind_records", ()] >= 1
    assert found["verbale_outbox_waiting", ()] > 0
    assert found["verbale_outbox_oldest_seconds", ()] > 0
    assert found["verbale_mail_failures_total", ()] > 0
    assert found["verbale_agents_connected", ()] == 1
    assert found["verbale_sessions_live", ()] == 0


async def test_answers_are_measured_by_their_route_and_no_label_names_anybody(world: World) -> None:
    """Personal data in a label would lie in a system of its own for years, and each id would be a series more."""
    app = build(world.parts)
    transport = httpx.ASGITransport(app, client=("192.0.2.10", 1))
    cookies = {"verbale_session": world.titolare.token}
    async with httpx.AsyncClient(
        transport=transport, base_url=world.parts.settings.origin, cookies=cookies
    ) as client:
        for path in (
            "/api/tenants",
            f"/api/tenants/{world.tenant}/duties",
            "/nothing/here",
            f"/api/requests/{world.host.id}",
        ):
            await client.get(path)
        await client.request("BREW", "/api/tenants")
    text = await measure(world.parts)
    routes = {dict(labels)["route"] for name, labels in read(text) if name == "verbale_http_seconds_count"}
    assert {"/api/tenants", "/api/tenants/{tenant}/duties", "other"} <= routes
    for word in (world.tenant, world.host.id, world.titolare.id, "Albergo", "Teresa", "BREW"):
        assert word.encode() not in text


async def test_a_job_that_fails_is_counted_and_goes_on(parts: Parts) -> None:
    turns = 0

    async def fails(_: Parts) -> None:
        nonlocal turns
        turns += 1
        if turns > 2:
            raise asyncio.CancelledError
        raise ValueError

    with pytest.raises(asyncio.CancelledError):
        await _repeat(Job("odd", 0, fails), parts)
    found = read(parts.meters.text())
    assert found["verbale_job_failures_total", (("job", "odd"),)] == 2
    assert found["verbale_job_runs_total", (("job", "odd"),)] == 3


async def test_the_listener_answers_metrics_alone(parts: Parts) -> None:
    async def measured() -> bytes:
        return parts.meters.text()

    async def broken() -> bytes:
        raise OSError

    sockets = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    async with metrics_listener.listening(sockets, measured), httpx.AsyncClient() as client:
        answer = await client.get(f"{base}/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert read(answer.content)
        assert (await client.get(f"{base}/api/tenants")).status_code == 404
        assert (await client.post(f"{base}/metrics")).status_code == 405
        reader, writer = await asyncio.open_connection(*sockets[0].getsockname())
        writer.write(b"GET /metrics HTTP/1.1\r\nx: " + b"y" * 100_000)
        assert await reader.read() == b""
        writer.close()
    sockets = bind("127.0.0.1", 0)
    async with metrics_listener.listening(sockets, broken), httpx.AsyncClient() as client:
        assert (
            await client.get(f"http://127.0.0.1:{sockets[0].getsockname()[1]}/metrics")
        ).status_code == 503


UNITS = ("seconds", "bytes", "records")
COUNTED = {"agents_connected", "sessions_live", "queue_length", "logs_closed", "outbox_waiting", "webhooks"}
LABELS = {"method", "route", "status", "job", "direction", "state"}  # each of a closed list


def families(parts: Parts) -> list[tuple[str, str, tuple[str, ...]]]:
    """Name, kind and labels of all there are, also of those that nothing was counted of yet."""
    there = [one for one in vars(parts.meters).values() if isinstance(one, MetricWrapperBase)]
    return [(told.name, told.type, one._labelnames) for one in there for told in one.describe()]


def test_names_and_labels_are_as_prometheus_has_them(parts: Parts) -> None:
    """One prefix, base units at the end, `_total` of counters alone; and no label that could name somebody."""
    assert len(families(parts)) > len(COUNTED)
    for whole, kind, labels in families(parts):
        name = whole.removeprefix("verbale_")
        assert re.fullmatch(r"verbale_[a-z]+(_[a-z]+)*", whole)
        assert name in COUNTED or name.endswith(UNITS) or kind == "counter", name
        assert not name.endswith(("_total", "_count", "_sum", "_bucket")), name
        assert set(labels) <= LABELS, name


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_handbook_has_each_with_its_kind_and_labels(parts: Parts, language: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / language / "handbook.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(verbale_\w+)` \| (\w+) \| ([^|]*) \|", text, re.MULTILINE)
    told = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    there = {
        name + ("_total" if kind == "counter" else ""): (kind, labels)
        for name, kind, labels in families(parts)
    }
    assert told == there


def test_the_sample_alerts_name_metrics_that_there_are(parts: Parts) -> None:
    rules = (Path(__file__).parents[2] / "deploy" / "prometheus-alerts.yml").read_text()
    named = {re.sub(r"_(bucket|total)$", "", one) for one in re.findall(r"verbale_[a-z_]+", rules)}
    there = {family.name for family in text_string_to_metric_families(parts.meters.text().decode())}
    assert named <= there
    assert len(named) > 6
