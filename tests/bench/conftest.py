"""One stack, one peer, one list of figures for all benches; the table is printed at the very end."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import random
import resource
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bench import peers
from tests.bench.peers import OpenSsh
from tests.bench.table import Figure, render
from web.demo import machine
from web.demo.headless import channel_of, wait_phase
from web.demo.machine import Ports, Running
from web.demo.processes import Processes
from web.demo.stage import shared_folder

FIGURES = pytest.StashKey[list[Figure]]()
WANTED_FILES = 16_384  # descriptors: ten thousand agents at one broker
BULK_BYTES = 128 * 1024 * 1024


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", help="also write the figures to this file, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash[FIGURES]
    if not figures:
        return
    about = _machine()
    terminalreporter.section("figures")
    terminalreporter.write_line(render(figures, about))
    where = config.getoption("--figures") or os.environ.get("VERBALE_FIGURES")
    if where:
        said = {"machine": about, "figures": [figure.to_value() for figure in figures]}
        Path(where).write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")


def _machine() -> dict[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "kernel": platform.release(),
        "peer": peers.version(),
    }


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> list[Figure]:
    found: list[Figure] = request.config.stash[FIGURES]
    return found


@pytest.fixture(scope="session")
def chance() -> random.Random:
    return random.Random(20_261_122)


@pytest.fixture(scope="session", autouse=True)
def _room_for_descriptors() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@dataclass(frozen=True, slots=True)
class Stack:
    """A broker with one customer, and this machine as its host: the demo's, on ports of its own."""

    running: Running
    ports: Ports
    processes: Processes

    @property
    def broker_pid(self) -> int:
        return self._pid("broker")

    @property
    def agent_pid(self) -> int:
        return self._pid("agente")

    def _pid(self, name: str) -> int:
        return next(process.pid for one, process in self.processes._running if one == name)

    def open_session(self) -> str:
        """An active session with terminal and exec, watched by nobody: recording off, as the peer's."""
        return asyncio.run(open_session(self.running))


async def open_session(
    running: Running,
    channels: tuple[str, ...] = ("terminal", "exec"),
    ports: Sequence[Mapping[str, Any]] = (),
) -> str:
    """An active session with these channels, and a `forward` to each of these ports of the rules."""
    asked: list[Mapping[str, Any]] = [channel_of(kind, shared_folder(running.state)) for kind in channels]
    asked += [{"kind": "forward", "port": port} for port in ports]
    async with running.stage.logged_in("technician") as technician, running.stage.logged_in("ads") as ads:
        said = await technician.post(
            "/api/requests", host=running.stage.host, incident_text="Una misura.", reason="Una misura",
            channels=asked, activities=[{"code": "GEST", "type": "ASS"}], longest_s=3600,
        )  # fmt: skip
        request = str(said["request"])
        await ads.approve(request, supervision="waived")
        session = str((await technician.get(f"/api/requests/{request}"))["session"])
        await technician.activate(session)
        await wait_phase(technician, request, ("active",))
    return session


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, _room_for_descriptors: None) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("stack")
    ports = machine.free_ports()
    with Processes(state / "logs") as processes:
        running = asyncio.run(machine.start(state, ports, processes, mail=False))
        yield Stack(running, ports, processes)


@pytest.fixture(scope="session")
def openssh(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSsh]:
    folder = tmp_path_factory.mktemp("openssh")
    found = OpenSsh(folder, front_port=stack.running.ssh_port, identity=stack.running.identity)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def bulk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bytes that nothing can compress or match."""
    path = tmp_path_factory.mktemp("bulk") / "random"
    path.write_bytes(os.urandom(BULK_BYTES))
    return path


@pytest.fixture(scope="session")
def log_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lines of the kind that a log is made of."""
    path = tmp_path_factory.mktemp("bulk") / "log"
    line = "2026-11-10T08:{:02}:{:02}.{:03}Z servizio[{}]: richiesta {} servita in {} ms da 192.0.2.{}\n"
    chosen = random.Random(7)
    block = "".join(
        line.format(*(chosen.randrange(n) for n in (60, 60, 1000, 9999, 10**8, 900, 254)))
        for _ in range(10_000)
    ).encode()
    path.write_bytes(block * (BULK_BYTES // 4 // len(block)))
    return path
