"""`make demo` itself: what it starts, what ends with it and how, and what it says when it cannot."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from audit.leaf import Leaf
from tests.e2e.kit import PATIENT_S, Demo, alive, of_session, run, until
from web.demo.machine import Ports, free_ports
from web.demo.processes import program

FIRST_START_S = 240  # a busy machine makes keys and people slowly


@dataclass
class Place:
    """A folder and ports that the demos of this file have one after the other."""

    state: Path
    ports: Ports

    @property
    def told(self) -> Path:
        return self.state / "demo.json"

    def logins(self) -> int:
        """Records of log-ins in all logs, as they stand on disk."""
        with closing(sqlite3.connect(self.state / "broker" / "verbale.db", timeout=20)) as store:
            rows = store.execute("SELECT leaf FROM entries").fetchall()
        return sum(Leaf.parse(bytes(row[0])).record.KIND == "login.succeeded" for row in rows)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("hands") / "demo", free_ports())


def words(state: Path, ports: Ports) -> list[str]:
    return [
        *program("web.site"), "demo", "--state", str(state), "--port", str(ports.broker),
        "--signing-port", str(ports.signing), "--ssh-port", str(ports.ssh), "--smtp-port", str(ports.smtp),
    ]  # fmt: skip


@dataclass
class Hand:
    """A demo that runs, and everything it started."""

    process: asyncio.subprocess.Process
    started: list[int]
    said: str

    async def ends(self, *, seconds: float = PATIENT_S) -> int:
        async with asyncio.timeout(seconds):
            rest = await self.process.stdout.read()  # type: ignore[union-attr]
            self.said += rest.decode()
            return await self.process.wait()

    async def all_gone(self) -> None:
        await until(lambda: not any(alive(pid) for pid in self.started), "nothing it started is left")


def heeding_its_terminal() -> None:
    """A shell has what it runs in the background ignore Ctrl-C, and `nohup` a closed window, and all below that."""
    for one in (signal.SIGINT, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)


@asynccontextmanager
async def running(place: Place) -> AsyncIterator[Hand]:
    """Until it has said everything; ended with the block, if it was not before."""
    process = await asyncio.create_subprocess_exec(
        *words(place.state, place.ports), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        preexec_fn=heeding_its_terminal,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(FIRST_START_S):
            while "Ctrl-C ferma tutto" not in said:
                line = await process.stdout.readline()
                assert line, said
                said += line.decode()
        children = psutil.Process(process.pid).children(recursive=True)
        yield Hand(process, [process.pid, *(child.pid for child in children)], said)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENT_S):
            await process.communicate()


async def session_of(place: Place) -> str:
    opened = await run([*program("web.site"), "demo", "session", "--json", "--state", str(place.state)])
    assert opened.status == 0, opened.out + opened.err
    return str(json.loads(opened.out)["session"])


async def test_ctrl_c_ends_all_it_started_and_the_second_start_is_quick(place: Place) -> None:
    took = []
    for _ in range(2):
        began = time.monotonic()
        async with running(place) as demo:
            took.append(time.monotonic() - began)
            session = await session_of(place)
            assert of_session(session)
            assert "Quel mese è simulato" in demo.said
            assert demo.said.count("/invito/") == 6  # of four roles, and of the two other customers' titolari
            assert len(demo.started) >= 6  # demo, lifeline, signing site, mailbox, broker, agent
            demo.process.send_signal(signal.SIGINT)
            assert await demo.ends() == 0
            await demo.all_gone()
        assert not of_session(session)
        assert not place.told.exists()
    first, second = took
    assert second < first  # its seconds: tests/bench/test_starts.py


async def test_a_demo_that_only_runs_writes_no_log_ins(place: Place) -> None:
    async with running(place):
        before = place.logins()
        await asyncio.sleep(5)
        assert place.logins() == before


async def test_closing_the_window_ends_it_like_ctrl_c(place: Place) -> None:
    async with running(place) as demo:
        session = await session_of(place)
        demo.process.send_signal(signal.SIGHUP)
        assert await demo.ends() == 0
        await demo.all_gone()
        assert not of_session(session)
    assert not place.told.exists()


async def test_a_killed_demo_leaves_nothing_running_and_its_addresses_to_nobody(place: Place) -> None:
    async with running(place) as demo:
        session = await session_of(place)
        demo.process.kill()
        await demo.all_gone()
        await until(lambda: not of_session(session), "the session is gone")
    assert place.told.exists(), "nobody was left to take it away"
    for asked in (("--json",), ("session", "--json")):
        done = await run([*program("web.site"), "demo", *asked, "--state", str(place.state)])
        assert done.status == 1
        assert "make demo" in done.out.decode()
        assert not done.err


async def test_a_broker_that_falls_is_one_sentence(place: Place) -> None:
    async with running(place) as demo:
        [broker] = [pid for pid in demo.started if "serve" in psutil.Process(pid).cmdline()]
        os.kill(broker, signal.SIGKILL)
        assert await demo.ends() == 1
        await demo.all_gone()
    assert "broker si è fermato" in demo.said
    assert "Traceback" not in demo.said


async def test_two_demos_on_one_folder_are_one_sentence(place: Place) -> None:
    async with running(place) as demo:
        second = await run(words(place.state, free_ports()))
        assert second.status == 1
        assert "già in funzione" in second.out.decode()
        assert place.told.exists()
        assert demo.process.returncode is None
        # What it printed for scripts finds it, too: this is not the usual folder.
        assert f"demo session --channels terminal,exec --state {place.state}" in demo.said


# ------------------------------------------------------------------------------------------- ports


@pytest.mark.parametrize("which", ["broker", "signing", "ssh", "smtp"])
async def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = await run(words(tmp_path / "demo", replace(free_ports(), **{which: port})))
    said = (done.out + done.err).decode()
    assert done.status == 1
    assert str(port) in said
    assert "occupata" in said
    assert "Traceback" not in said


async def test_a_serve_whose_ssh_port_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = await run(
            [
                *program("web.site"), "serve", "--state", str(tmp_path / "broker"), "--port", "0",
                "--ssh-port", str(port), "--signing-origin", "http://firma.localhost:1",
            ]
        )  # fmt: skip
    said = (done.out + done.err).decode()
    assert done.status == 1
    assert f"{port} è già occupata" in said
    assert "--ssh-port" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["99999", "-1", "+22", "ventidue"])
async def test_what_is_no_port_is_one_sentence(tmp_path: Path, port: str) -> None:
    done = await run([*program("web.site"), "demo", "--state", str(tmp_path / "demo"), f"--ssh-port={port}"])
    assert done.status == 2
    assert "65535" in done.err.decode()
    assert b"Traceback" not in done.err


async def test_zero_is_any_free_port_and_a_demo_keeps_its_own(place: Place) -> None:
    anywhere = Place(place.state, Ports(0, 0, 0, 0))
    origins = []
    for _ in range(2):
        async with running(anywhere):
            origins.append(json.loads(anywhere.told.read_text())["origin"])
    assert origins[0] == origins[1]


# ------------------------------------------------------------------------------------------- reset


async def test_a_demo_that_runs_is_not_forgotten(demo: Demo, root: Path, tmp_path: Path) -> None:
    said = await run([str(root / "tools" / "demo-reset"), str(demo.state)])
    assert said.status == 1
    assert b"Ctrl-C" in said.err
    assert (demo.state / "broker").is_dir()
    old = tmp_path / "old"
    (old / "broker").mkdir(parents=True)
    for lock in ("demo.lock", "broker/broker.lock"):
        (old / lock).touch()
    assert (await run([str(root / "tools" / "demo-reset"), str(old)])).status == 0
    assert not old.exists()
