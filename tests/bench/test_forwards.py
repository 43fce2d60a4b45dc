"""A port carried by stock `ssh -L`: through a session, and by plain sshd beside it."""

from __future__ import annotations

import asyncio
import os
import pwd
import random
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import load
from tests.bench.conftest import Stack, open_session
from tests.bench.peers import Contestant, OpenSsh
from tests.bench.table import Figure, Peer, Summary
from web.demo.processes import program
from web.demo.stage import shared_folder

ROUNDS = 5
TRIPS = 40
TRIP_ROUNDS = 10
WORDS = b"x" * 100


@contextmanager
def far_end(file: Path) -> Iterator[int]:
    with subprocess.Popen(
        [*program("tests.bench.far_end"), str(file)], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.terminate()


async def _name_port(stack: Stack, port: int) -> dict[str, object]:
    """The rules of before, and this port in them."""
    running = stack.running
    me = {"name": pwd.getpwuid(os.geteuid()).pw_name, "administrator": os.geteuid() == 0}
    named: dict[str, object] = {"id": "far-end", "host": "127.0.0.1", "port": port}
    async with running.stage.logged_in("titolare") as titolare:
        await titolare.sign(
            "policy",
            policy={
                "channels": ["terminal", "exec", "files", "forward"], "ports": [named],
                "folders": [{"folder": str(shared_folder(running.state)), "direction": "both"}],
                "accounts": [{"host": running.stage.host, **me}], "supervision": "waivable",
                "longest_s": 4 * 3600, "window_s": 8 * 3600,
            },
        )  # fmt: skip
    return named


@contextmanager
def forwarded(contestant: Contestant, port: int) -> Iterator[int]:
    """The port here that leads there. Not tried by a connection, which would be a channel of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        here = int(free.getsockname()[1])
    ssh = subprocess.Popen(contestant.forwarding(here, f"127.0.0.1:{port}"), stdin=subprocess.DEVNULL)
    try:
        until = time.monotonic() + load.PATIENCE_S
        while f":{here:04X} 00000000:0000 0A" not in Path("/proc/net/tcp").read_text():
            assert ssh.poll() is None, "ssh -L has ended"
            assert time.monotonic() < until, "ssh -L does not listen"
            time.sleep(0.02)
        yield here
    finally:
        ssh.terminate()
        ssh.wait()


def _down(here: int, size: int) -> float:
    """MB/s, from the first byte on."""
    with socket.create_connection(("127.0.0.1", here)) as one:
        one.sendall(b"d")
        got = len(one.recv(1))
        began = time.perf_counter()
        room = bytearray(1 << 18)
        while count := one.recv_into(room):
            got += count
        took = time.perf_counter() - began
    assert got == size
    return size / load.MEGABYTE / took


def _up(here: int, file: Path) -> float:
    """MB/s, until the other end has counted them."""
    with socket.create_connection(("127.0.0.1", here)) as one, file.open("rb") as source:
        one.sendall(b"u")
        began = time.perf_counter()
        one.sendfile(source)
        assert one.recv(1) == b"k"
        took = time.perf_counter() - began
    return file.stat().st_size / load.MEGABYTE / took


def _trips(one: socket.socket, count: int, chance: random.Random) -> list[float]:
    taken = []
    for _ in range(count):
        time.sleep(chance.uniform(0.002, 0.006))
        began = time.perf_counter()
        one.sendall(WORDS)
        got = 0
        while got < len(WORDS):
            got += len(one.recv(1 << 16))
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def test_forward(
    stack: Stack, openssh: OpenSsh, bulk: Path, chance: random.Random, figures: list[Figure]
) -> None:
    size = bulk.stat().st_size
    down: dict[str, list[float]] = defaultdict(list)
    up: dict[str, list[float]] = defaultdict(list)
    trips: dict[str, list[float]] = defaultdict(list)
    with far_end(bulk) as port:
        named = asyncio.run(_name_port(stack, port))
        session = asyncio.run(open_session(stack.running, (), [named]))
        ours, theirs = openssh.through(session), openssh.plain()
        with forwarded(ours, port) as first, forwarded(theirs, port) as second:
            leads = {ours.name: first, theirs.name: second}
            for lead in leads.values():
                _down(lead, size)
            for name in load.shuffled(list(leads), ROUNDS, chance):
                down[name].append(_down(leads[name], size))
                up[name].append(_up(leads[name], bulk))
            with (
                socket.create_connection(("127.0.0.1", first)) as one,
                socket.create_connection(("127.0.0.1", second)) as two,
            ):
                lines = {ours.name: one, theirs.name: two}
                for line in lines.values():
                    line.sendall(b"e")
                    _trips(line, TRIPS, chance)
                for name in load.shuffled(list(lines), TRIP_ROUNDS, chance):
                    trips[name] += _trips(lines[name], TRIPS, chance)
    for what, unit, found in (
        ("ssh -L, down", "MB/s", down), ("ssh -L, up", "MB/s", up), ("ssh -L, round trip of 100 bytes", "ms", trips),
    ):  # fmt: skip
        peer = Peer(theirs.name, Summary.of(found[theirs.name]))
        figures.append(Figure(what, unit, Summary.of(found[ours.name]), peer))
    assert len(trips[ours.name]) == TRIPS * TRIP_ROUNDS
