"""Requests for access through the broker's HTTP API, beside the same API that keeps everything in a dictionary.

*Create* is a technician's request, *approve* what an approver's browser brings back from the signing page, *validate*
how far a request is, asked with a log-in's cookie. Whoever loads them is one process with sixteen callers.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict, dataclass
from http import HTTPMethod
from pathlib import Path
from typing import Any

import pytest

from audit.statement_parts import Activity, Channel
from broker.api.who import COOKIE
from broker.cases.ask import Draft, ask
from broker.cases.begin_approval import begin_approval
from broker.domain.grants import Wish
from broker.domain.secrets import digest_of
from broker.door import READY
from broker.parts import Parts
from tests.bench import load, raw_host
from tests.bench.dict_app import Known
from tests.bench.storm import http_request, storm
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.broker.world import Someone, World, link_of
from web.demo import machine
from web.demo.processes import Processes, program, wait_for

CALLERS = 16
ROUNDS = 5
CREATIONS = 64  # in a round
APPROVALS = 32
LOOKS = 128
WISH = Wish((Channel("terminal"), Channel("exec")), (Activity("GEST", "ASS"),), None, None, None)
TEXT = "La stampa delle fatture si ferma a metà: lo spooler va riavviato e la coda svuotata."
BARS = {"sqlite": (0.45, 0.30, 0.45), "postgresql": (0.22, 0.16, 0.22)}
PEER = "same API on a dictionary"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests over HTTP, made beforehand; each approval is good once at either contestant."""

    creations: list[bytes]
    approvals: list[bytes]
    looks: list[bytes]
    known: Known


def _headers(parts: Parts, someone: Someone) -> dict[str, str]:
    origin = parts.settings.origin
    cookie = f"{COOKIE}={someone.token}"
    return {"Host": origin.removeprefix("http://"), "Origin": origin, "Cookie": cookie}


@dataclass(frozen=True, slots=True)
class Door:
    """A server's port and process."""

    port: int
    pid: int


async def _prepare(state: Path, ports: machine.Ports, database: str | None) -> Asked:
    """A customer whose approver has read as many requests as will be approved, and signed for them."""
    async with AsyncExitStack() as stack:
        parts = await raw_host.parts_at(state, ports, stack, database)
        world = await World.make(parts)
        draft = Draft(world.host.id, TEXT, "Riavviare la stampa.", WISH)
        approvals: list[bytes] = []
        statements: dict[str, str] = {}
        requests: dict[str, Any] = {}
        headers = _headers(parts, world.ads)
        for _ in range(ROUNDS * APPROVALS):
            receipt = await ask(parts, world.technician.who, draft)
            url = await begin_approval(parts, world.ads.who, receipt.request, supervision="waived")
            asked, (secret, said) = link_of(url), world.ads.answer(url)
            body = {"state": secret, "assertion": said.to_value()}  # type: ignore[union-attr]
            approvals.append(
                http_request(HTTPMethod.POST, "/api/signing/finish", headers, json.dumps(body).encode())
            )
            statements[digest_of(secret)] = asked["statement"]
            requests[receipt.request] = {"state": "open"}
        headers = _headers(parts, world.technician)
        form = {
            "host": world.host.id, "incident_text": TEXT, "reason": "Riavviare la stampa.",
            "channels": [{"kind": one.kind} for one in WISH.channels],
            "activities": [{"code": one.code, "type": one.type} for one in WISH.activities],
        }  # fmt: skip
        create = http_request(HTTPMethod.POST, "/api/requests", headers, json.dumps(form).encode())
        looks = [http_request(HTTPMethod.GET, f"/api/requests/{name}", headers) for name in requests]
        people = {digest_of(one.token): one.id for one in (world.technician, world.ads)}
        site = asdict(parts.settings.signing)
        known = Known(parts.settings.origin, site, people, statements, requests, world.ads.signing.public_key)
        return Asked([create] * CREATIONS, approvals, looks, known)


@contextmanager
def _broker(state: Path, ports: machine.Ports, database: str | None) -> Iterator[Door]:
    """A broker on that store."""
    words = [
        *program("web.site"), "serve", "--state", str(state), "--port", str(ports.broker), "--ssh-port",
        str(ports.ssh), "--signing-origin", f"http://firma.localhost:{ports.signing}",
        *([] if database is None else ["--database", database]),
    ]  # fmt: skip
    with Processes(state.parent / "logs") as processes:
        pid = processes.start("broker", words)
        wait_for(state / READY, processes)
        yield Door(ports.broker, pid)


@contextmanager
def _dictionary(known: Known, path: Path) -> Iterator[Door]:
    path.write_text(json.dumps(asdict(known)))
    words = [*program("tests.bench.dict_app"), str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield Door(int(server.stdout.readline()), server.pid)
        finally:
            server.terminate()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_asking(
    kind: str, tmp_path: Path, chance: random.Random, figures: list[Figure], request: pytest.FixtureRequest
) -> None:
    database = None if kind == "sqlite" else request.getfixturevalue("postgres_url")
    state, ports = tmp_path / "broker", machine.free_ports()
    asked = asyncio.run(_prepare(state, ports, database))
    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    costs: dict[tuple[str, str], list[float]] = defaultdict(list)
    waits: dict[str, list[float]] = defaultdict(list)
    with _broker(state, ports, database) as ours, _dictionary(asked.known, tmp_path / "known") as theirs:
        doors = {"Verbale": ours, PEER: theirs}
        for door in doors.values():
            storm(door.port, asked.creations[:40], CALLERS)
            storm(door.port, asked.looks[:40], CALLERS)
        for done in range(ROUNDS):
            approvals = asked.approvals[done * APPROVALS : (done + 1) * APPROVALS]
            looks = [chance.choice(asked.looks) for _ in range(LOOKS)]
            work = {"create": asked.creations, "approve": approvals, "validate": looks}
            for what, name in load.shuffled([(what, name) for what in work for name in doors], 1, chance):
                before = load.cpu_s(doors[name].pid)
                rate, waited = storm(doors[name].port, work[what], CALLERS)
                costs[what, name].append(1000 * (load.cpu_s(doors[name].pid) - before) / len(work[what]))
                rates[what, name].append(rate)
                waits[what] += waited if name == "Verbale" else []
    for what, bar in zip(("create", "approve", "validate"), BARS[kind], strict=True):
        for name, unit, found, bars in (
            (f"{what}, {NAMES[kind]}", "/s", rates, (Bar("at least", bar),)),
            (f"{what}, {NAMES[kind]}, CPU of one", "ms", costs, ()),
        ):
            peer = Peer(PEER, Summary.of(found[what, PEER]))
            figures.append(Figure(name, unit, Summary.of(found[what, "Verbale"]), peer, bars))
    bars = (Bar("at most", 100, "value"),) if kind == "sqlite" else ()
    for what in ("create", "approve"):
        name = f"{what} with {CALLERS} callers, {NAMES[kind]}, p99"
        figures.append(Figure(name, "ms", Summary.of(waits[what], 0.99), None, bars))
    assert len(waits["create"]) == ROUNDS * CREATIONS
