"""Agents that have nothing to do: what one costs its host, and what thousands cost a broker."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from audit import instant
from audit.estate_records import HostEnrolled
from audit.record import Actor
from broker.domain.estate import PreparedHost, SignedHost
from broker.door import READY
from broker.store import estate
from tests.bench import idle_agents, load
from tests.bench.conftest import Stack
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.broker.world import World
from web.commands import run_broker, serve
from web.commands.run_broker import make_parts
from web.demo import machine
from web.demo.processes import Processes, program, wait_for

REST_S = 20.0
FEW, MANY = 2000, 9500
WARM = 100  # the first links pay for what all share
PINGS_S = 35.0  # a round of pings is 30 s
SETTLE_S = 6.0
BARE_AGENT = "import asyncio, ssl, cryptography.hazmat.primitives.asymmetric.ed25519, websockets.asyncio.client as w, time; time.sleep(3600)"


def test_agent_at_rest(stack: Stack, figures: list[Figure]) -> None:
    """The host's own agent, linked, with no session yet; beside an interpreter with the same libraries.

    Started anew: benches that ran before had sessions on it.
    """
    stack.processes.end("agente")
    machine.start_agent(stack.running.state, stack.processes)
    asyncio.run(machine._linked(stack.running.stage, stack.processes))
    bare = subprocess.Popen([sys.executable, "-c", BARE_AGENT])
    try:
        share, size = load.at_rest(stack.agent_pid, REST_S)
        least = load.resident(bare.pid)
    finally:
        bare.kill()
        bare.wait()
    peer = Peer("bare interpreter", Summary.once(least / 1e6))
    bar = (Bar("at most", 45, "value"),)
    figures.append(Figure("agent at rest, memory", "MB", Summary.once(size / 1e6), peer, bar))
    figures.append(
        Figure("agent at rest, of a core", "%", Summary.once(share), None, (Bar("at most", 0.2, "value"),))
    )
    assert size > 0


def test_idle_agents(tmp_path: Path, figures: list[Figure]) -> None:
    """Thousands of real links on one broker; beside them as many sockets on the same server without us."""
    ports = machine.free_ports()
    with Processes(tmp_path / "logs") as processes:
        tenant = asyncio.run(enrol(tmp_path, WARM + MANY))
        machine.start_broker(tmp_path, ports, processes, mail=False)
        wait_for(tmp_path / "broker" / READY, processes)
        pid = next(process.pid for name, process in processes._running if name == "broker")
        with linked(ports.broker, tenant, 0, WARM):
            before = load.settled_resident(pid)
            with linked(ports.broker, tenant, WARM, FEW) as took_s:
                time.sleep(SETTLE_S)
                few = (load.settled_resident(pid) - before) / FEW
                with linked(ports.broker, tenant, WARM + FEW, MANY - FEW):
                    time.sleep(SETTLE_S)
                    many = (load.settled_resident(pid) - before) / MANY
                    share, _ = load.at_rest(pid, PINGS_S)
    bars = (Bar("at most", 24, "value"),)
    for count, added in ((FEW, few), (MANY, many)):
        peer = Peer("bare WebSocket", Summary.once(_bare_bytes(count) / 1024))
        name = f"idle agent, broker memory, of {count:,}"
        figures.append(Figure(name, "KiB", Summary.once(added / 1024), peer, bars))
    bars = (Bar("at most", 5, "value"),)
    figures.append(Figure(f"{MANY:,} idle agents, of a core", "%", Summary.once(share), None, bars))
    rate = (Bar("at least", 1000, "value"),)
    figures.append(Figure("agents linking", "/s", Summary.once(FEW / took_s), None, rate))
    assert min(few, many) > 0


def _bare_bytes(count: int) -> float:
    with subprocess.Popen(program("tests.bench.bare_websocket"), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            with linked(port, "bare", 0, WARM):
                before = load.settled_resident(server.pid)
                with linked(port, "bare", 0, count):
                    return (load.settled_resident(server.pid) - before) / count
        finally:
            server.terminate()


@contextmanager
def linked(port: int, tenant: str, first: int, count: int) -> Iterator[float]:
    """So many agents up, from a process of their own; gives the seconds it took."""
    command = [*program("tests.bench.idle_agents"), str(port), tenant, str(first), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        try:
            assert client.stdout is not None
            said = json.loads(client.stdout.readline() or '{"up": 0}')
            assert said["up"] == count
            yield said["took_s"]
            assert client.poll() is None, "the links broke"
        finally:
            client.kill()


async def enrol(state: Path, count: int) -> str:
    """A customer with that many enrolled hosts, in the store of a broker that does not run yet."""
    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    told = ["--state", str(state / "broker"), "--signing-origin", "http://firma.localhost:8701"]
    settings = run_broker.settings_of(parser.parse_args(told), 8700, 2222)
    (state / "broker").mkdir()
    async with AsyncExitStack() as stack:
        parts = await make_parts(settings, stack)
        world = await World.make(parts)
        at = parts.clock.now()
        async with parts.store.tx(world.tenant, at) as tx:
            for n in range(count):
                own = idle_agents.key(n).public.text
                named = PreparedHost(world.tenant, idle_agents.host_id(n), f"srv-{n:04}", "sala")
                await estate.add_host(tx, named)
                signed = SignedHost(
                    world.tenant, named.id, named.label, named.place, world.host.enrolment, ""
                )
                await estate.keep_host(tx, signed)
                host = replace(world.host, id=named.id, label=named.label, agent_key=own, place=named.place)
                await estate.keep_host(tx, host)
                record = HostEnrolled(
                    host=host.id,
                    agent_key=own,
                    witness_key=host.witness_key,
                    recorder_key=host.recorder_key,
                    statement=host.enrolment,
                    confirmed=True,
                    received=instant.to_text(at),
                )
                await tx.append(record, actor=Actor(host.id, "agent"), host=host.id, host_n=0)
                await estate.seen(tx, world.tenant, host.id, at)
    return world.tenant
