"""Bytes between a technician's WebSocket and a host's, beside other relays; and a page that takes nothing.

Verbale's way is that of a screen (`/api/sessions/…/desktop`): log-in, session, digest and count as in any session,
no picture looked at. Both ends of every relay are sockets of this process with messages made beforehand; HAProxy
carries the same bytes without frames, websockify has plain TCP behind it.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from broker.door import READY
from tests.bench import by_hand, load, raw_host, relays
from tests.bench.table import Bar, Figure, Peer, Summary
from web.demo import machine
from web.demo.processes import Processes, wait_for

MESSAGE = 16 * 1024
BLOCK = 64  # messages that are given to the kernel at once
BLOCKS = 48
ROUNDS = 7
WORDS = 100
TRIPS = 200
TRIP_ROUNDS = 12
STALLED_BLOCKS = 24  # offered to whoever takes nothing, each time
STALLS = 8
FLOOD_BLOCKS = 256
STILL_S = 0.3  # without a byte: it is stuck
AT_LEAST_S = 2.0  # then whoever never gets stuck is measured as it is


@dataclass
class Line:
    """One connection of a relay. `tag` stands before each message at the host's end."""

    name: str
    near: socket.socket
    far: socket.socket
    near_framed: bool
    far_framed: bool
    tag: bytes = b""
    gone: int = field(default=0, init=False)  # blocks that the far end has been rid of

    def __post_init__(self) -> None:
        self._near = by_hand.Reader(self.near, framed=self.near_framed)
        self._far = by_hand.Reader(self.far, framed=self.far_framed)
        said = os.urandom(MESSAGE)
        self._block = self._from_far(said) * BLOCK
        self._there, self._back = os.urandom(WORDS), self._from_far(os.urandom(WORDS))
        if self.near_framed:
            self._there = by_hand.frame(self._there)

    def _from_far(self, payload: bytes) -> bytes:
        return by_hand.frame(self.tag + payload) if self.far_framed else payload

    @contextmanager
    def sending(self, blocks: int) -> Iterator[None]:
        """The far end sends as fast as it is let; `take` all of it before leaving."""

        def send() -> None:
            for _ in range(blocks):
                self.far.sendall(self._block)
                self.gone += 1

        self.gone = 0
        self.far.settimeout(None)
        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        yield
        thread.join(load.PATIENCE_S)
        assert not thread.is_alive(), "not all of it was taken"
        self.far.settimeout(load.PATIENCE_S)

    def take(self, blocks: int) -> None:
        self._near.skip(blocks * BLOCK * MESSAGE)

    def bulk_mb_s(self, blocks: int = BLOCKS) -> float:
        began = time.perf_counter()
        with self.sending(blocks):
            self.take(blocks)
            took = time.perf_counter() - began
        return blocks * BLOCK * MESSAGE / load.MEGABYTE / took

    def trips_ms(self, count: int = TRIPS) -> list[float]:
        """There and back, one after another."""
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            self.near.sendall(self._there)
            self._far.skip(WORDS + len(self.tag))
            self.far.sendall(self._back)
            self._near.skip(WORDS)
            taken.append(1000 * (time.perf_counter() - began))
        return taken

    def stuck(self) -> None:
        """Until what is sent goes no further, or has long been taken by somebody who does not tell."""
        began = still = time.monotonic()
        gone = self.gone
        while time.monotonic() - still < STILL_S and time.monotonic() - began < AT_LEAST_S:
            time.sleep(0.02)
            if self.gone != gone:
                gone, still = self.gone, time.monotonic()


@dataclass(frozen=True, slots=True)
class Broker:
    port: int
    pid: int
    known: raw_host.Prepared
    host: raw_host.RawHost

    def line(self, stays: ExitStack) -> Line:
        page, far = stays.enter_context(raw_host.screen(self.port, self.known, self.host))
        return Line("Verbale", page, far, near_framed=True, far_framed=True, tag=b"\0")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    state, ports = tmp_path_factory.mktemp("relay"), machine.free_ports()
    known = asyncio.run(raw_host.prepare(state / "broker", ports))
    with Processes(state / "logs") as processes:
        machine.start_broker(state, ports, processes, mail=False)
        wait_for(state / "broker" / READY, processes)
        pid = next(process.pid for name, process in processes._running if name == "broker")
        host = raw_host.RawHost(ports.broker, known)
        yield Broker(ports.broker, pid, known, host)
        host.close()


def _of_websockify(port: int, far: relays.Far, stays: ExitStack) -> Line:
    near = stays.enter_context(by_hand.dial(port, "/"))
    return Line("websockify", near, stays.enter_context(far.come()), near_framed=True, far_framed=False)


def test_relay(broker: Broker, tmp_path: Path, chance: random.Random, figures: list[Figure]) -> None:
    speeds: dict[str, list[float]] = defaultdict(list)
    trips: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stays:
        here, far = stays.enter_context(relays.haproxy(tmp_path))
        near = stays.enter_context(by_hand.tuned(socket.create_connection(("127.0.0.1", here))))
        plain = Line("HAProxy", near, stays.enter_context(far.come()), near_framed=False, far_framed=False)
        _, here, far = stays.enter_context(relays.websockify(tmp_path))
        mesh = relays.meshed(stays.enter_context(relays.meshcentral(tmp_path)))
        lines = [
            broker.line(stays), plain, _of_websockify(here, far, stays),
            Line("MeshCentral", *map(stays.enter_context, mesh), near_framed=True, far_framed=True),
        ]  # fmt: skip
        for line in lines:
            line.bulk_mb_s(4)
            line.trips_ms()
        for line in load.shuffled(lines, ROUNDS, chance):
            speeds[line.name].append(line.bulk_mb_s())
        for line in load.shuffled(lines, TRIP_ROUNDS, chance):
            trips[line.name] += line.trips_ms()
    ours = Summary.of(speeds["Verbale"])
    for name, bar in (("HAProxy", 0.4), ("MeshCentral", 2.0), ("websockify", 2.0)):
        peer = Peer(name, Summary.of(speeds[name]))
        figures.append(Figure("relay, 16 KiB messages", "MB/s", ours, peer, (Bar("at least", bar),)))
    for share, what, bars in (
        (0.5, "p50", {"HAProxy": (Bar("at most", 2.6),)}),
        (0.99, "p99", {"MeshCentral": (Bar("at most", 1.0),)}),
    ):
        found = Summary.of(trips["Verbale"], share)
        for name in ("HAProxy", "MeshCentral", "websockify"):
            peer = Peer(name, Summary.of(trips[name], share))
            figures.append(
                Figure(f"relay, round trip of 100 bytes, {what}", "ms", found, peer, bars.get(name, ()))
            )
    assert len(trips["Verbale"]) == TRIPS * TRIP_ROUNDS


def _whole(pid: int) -> int:
    """Bytes resident, of a process and those it has made."""
    first = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (first, *first.children(recursive=True)))


def _stalled(pid: int, busy: Line, deaf: Line) -> tuple[float, list[float], list[float]]:
    """(MB that it grew by at most, round trips on the other line while nobody stalls, and while one does)."""
    calm: list[float] = []
    beside: list[float] = []
    for line in (busy, deaf):
        line.bulk_mb_s(8)
        line.trips_ms()
    load.settled_resident(pid)
    before, most = _whole(pid), 0
    for _ in range(STALLS):
        calm += busy.trips_ms()
        with deaf.sending(STALLED_BLOCKS):
            deaf.stuck()
            beside += busy.trips_ms()
            deaf.take(STALLED_BLOCKS)
    with deaf.sending(FLOOD_BLOCKS):
        deaf.stuck()
        most = _whole(pid)
        deaf.take(FLOOD_BLOCKS)
    return (most - before) / 1e6, calm, beside


def test_stalled_receiver(broker: Broker, tmp_path: Path, figures: list[Figure]) -> None:
    """One page takes nothing while its host sends; another session line goes on."""
    with ExitStack() as stays:
        pid, here, far = stays.enter_context(relays.websockify(tmp_path))
        theirs = [_of_websockify(here, far, stays) for _ in range(2)]
        ours = [broker.line(stays) for _ in range(2)]
        grown, calm, beside = _stalled(broker.pid, *ours)
        theirs_grown, theirs_calm, theirs_beside = _stalled(pid, *theirs)
    peer = Peer("websockify", Summary.once(theirs_grown))
    bar = (Bar("at most", 4, "value"),)
    figures.append(Figure("stalled receiver, the relay grows by", "MB", Summary.once(grown), peer, bar))
    for name, found, quiet in (
        ("round trip beside a stalled receiver, p99", beside, calm),
        ("the same, websockify", theirs_beside, theirs_calm),
    ):
        peer = Peer("nobody stalls", Summary.of(quiet, 0.99))
        bars = (Bar("at most", 1.2),) if found is beside else ()
        figures.append(Figure(name, "ms", Summary.of(found, 0.99), peer, bars))
    assert len(beside) == TRIPS * STALLS
