"""A screen through broker and agent, beside the same kind of server on the same display asked directly.

Pictures are asked for whole and raw, so both carry the same bytes.
"""

from __future__ import annotations

import asyncio
import base64
import os
import random
import shutil
import socket
import struct
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from agent.channels.rfb import VERSION
from agent.channels.vnc_servers import installed
from tests.agent import viewer
from tests.bench import load
from tests.bench.conftest import Stack, open_session
from tests.bench.table import Figure, Peer, Summary
from web.demo import machine
from web.demo.processes import Processes

WIDTH, HEIGHT = 1280, 800
SMALL = 16  # pixels a side: 1 KiB
PICTURES = 4
TRIPS = 20
ROUNDS = 5
RAW = viewer.encodings(0)


class Page:
    """An RFB client that blocks, over a plain socket or a WebSocket's frames."""

    def __init__(self, line: socket.socket, *, framed: bool) -> None:
        self._line = line
        self._framed = framed
        self._held = bytearray()
        self._room = bytearray(1 << 18)

    def send(self, data: bytes) -> None:
        # The mask is all zeros, which RFC 6455 §5.3 reads like any other.
        size = bytes((0x80 | len(data),))
        assert len(data) < 126
        self._line.sendall(b"\x82" + size + bytes(4) + data if self._framed else data)

    def read(self, count: int) -> bytes:
        while len(self._held) < count:
            if self._framed:
                self._held += self._frame()
            else:
                self._held += self._room[: self._some(len(self._room))]
        data = bytes(self._held[:count])
        del self._held[:count]
        return data

    def _some(self, most: int) -> int:
        got = self._line.recv_into(self._room, min(most, len(self._room)))
        assert got, "the other end has closed"
        return got

    def _exactly(self, count: int) -> bytes:
        found = bytearray()
        while len(found) < count:
            found += self._room[: self._some(count - len(found))]
        return bytes(found)

    def _frame(self) -> bytes:
        """A whole binary message: RFC 6455 §5.2, of a server and so unmasked."""
        first, length = self._exactly(2)
        assert first == 0x82, f"no whole binary frame but {first:#x}"
        if length == 126:
            length = int.from_bytes(self._exactly(2), "big")
        elif length == 127:
            length = int.from_bytes(self._exactly(8), "big")
        return self._exactly(length)

    def greet(self) -> None:
        """All before the first picture; neither asks for a secret."""
        assert self.read(len(VERSION)) == VERSION
        self.send(viewer.HELLO)
        kinds = self.read(1)[0]
        assert 1 in self.read(kinds)
        assert self.read(4) == bytes(4)
        width, height = struct.unpack(">HH16x", self.read(20))
        self.read(int.from_bytes(self.read(4), "big"))
        assert (width, height) == (WIDTH, HEIGHT)
        self.send(viewer.FORMAT)
        self.send(RAW)

    def picture(self, width: int, height: int) -> int:
        """Ask for it and read it all: how many bytes it had."""
        self.send(viewer.ask(width, height))
        while (kind := self.read(1)[0]) != 0:
            assert kind == 2, "no bell"  # what else a server says unasked: nothing was copied
        count = 0
        for _ in range(struct.unpack(">xH", self.read(3))[0]):
            _, _, w, h, encoding = struct.unpack(">HHHHi", self.read(12))
            assert encoding == 0
            count += len(self.read(4 * w * h))
        return count


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with viewer.display(WIDTH, HEIGHT) as found:
        yield found


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory, display: str) -> Iterator[Stack]:
    """A stack whose host has this screen."""
    state, ports = tmp_path_factory.mktemp("screens"), machine.free_ports()
    patch = pytest.MonkeyPatch()
    patch.setenv("DISPLAY", display)
    with Processes(state / "logs") as processes:
        running = asyncio.run(machine.start(state, ports, processes, mail=False, channels=["desktop"]))
        patch.undo()
        yield Stack(running, ports, processes)


@contextmanager
def direct(display: str) -> Iterator[Page]:
    """The server that a session would start, on a port of loopback and without a secret."""
    server = installed(os.environ["PATH"], {"DISPLAY": display}, control=False, clipboard=False)
    assert server is not None
    assert server.program in {"X0tigervnc", "x0vncserver"}, "tools/system-packages installs TigerVNC's"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    options = ["-display", display, "-rfbport", str(port), "-localhost=1", "-SecurityTypes", "None"]
    program = shutil.which(server.program)
    assert program is not None
    process = subprocess.Popen([program, *options, "-AlwaysShared=1"], stderr=subprocess.DEVNULL)
    try:
        with _dialled(port, process) as line:
            yield Page(line, framed=False)
    finally:
        process.kill()
        process.wait()


def _dialled(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    until = time.monotonic() + load.PATIENCE_S
    while time.monotonic() < until:
        assert process.poll() is None, "the VNC server did not start"
        try:
            return _tuned(socket.create_connection(("127.0.0.1", port)))
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the VNC server does not listen")


def _tuned(line: socket.socket) -> socket.socket:
    line.settimeout(load.PATIENCE_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


@contextmanager
def relayed(stack: Stack) -> Iterator[Page]:
    session = asyncio.run(open_session(stack.running, ("desktop",)))
    origin = stack.running.stage.origin
    cookie = asyncio.run(_cookie(stack))
    with _tuned(socket.create_connection(("127.0.0.1", stack.ports.broker))) as line:
        nonce = base64.b64encode(os.urandom(16)).decode()
        line.sendall(
            f"GET /api/sessions/{session}/desktop HTTP/1.1\r\nHost: {origin.removeprefix('http://')}\r\n"
            f"Origin: {origin}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            more = line.recv(1)
            assert more, answer
            answer += more
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        yield Page(line, framed=True)


async def _cookie(stack: Stack) -> str:
    async with stack.running.stage.logged_in("technician") as technician:
        return technician.cookie


def _whole_mb_s(page: Page) -> list[float]:
    began = time.perf_counter()
    got = sum(page.picture(WIDTH, HEIGHT) for _ in range(PICTURES))
    assert got == PICTURES * 4 * WIDTH * HEIGHT
    return [got / load.MEGABYTE / (time.perf_counter() - began)]


def _small_ms(page: Page) -> list[float]:
    taken = []
    for _ in range(TRIPS):
        began = time.perf_counter()
        assert page.picture(SMALL, SMALL) == 4 * SMALL * SMALL
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def test_screen(screened: Stack, display: str, chance: random.Random, figures: list[Figure]) -> None:
    measures: tuple[tuple[str, str, Callable[[Page], list[float]]], ...] = (
        (f"screen, whole pictures of {WIDTH}×{HEIGHT}", "MB/s", _whole_mb_s),
        ("screen, a picture of 1 KiB asked for", "ms", _small_ms),
    )
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    with direct(display) as straight, relayed(screened) as through:
        pages = {"Verbale": through, "VNC directly": straight}
        for page in pages.values():
            page.greet()
            page.picture(WIDTH, HEIGHT)
        for what, _, measure in measures:
            for name in load.shuffled(list(pages), ROUNDS, chance):
                found[what, name] += measure(pages[name])
    for what, unit, _ in measures:
        peer = Peer("VNC directly", Summary.of(found[what, "VNC directly"]))
        figures.append(Figure(what, unit, Summary.of(found[what, "Verbale"]), peer))
    assert len(found[measures[1][0], "Verbale"]) == TRIPS * ROUNDS
