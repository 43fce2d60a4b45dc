"""The SSH path with everything it says masked, sealed and signed for: keystrokes, bulk both ways, and what it costs
the broker beside the same session without a recording."""

from __future__ import annotations

import asyncio
import os
import pwd
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from tests.bench import load
from tests.bench.conftest import Stack
from tests.bench.peers import OpenSsh
from tests.bench.table import Bar, Figure, Peer, Summary
from web.demo import machine
from web.demo.processes import Processes

STROKES = 40
STROKE_ROUNDS = 10
BULK_ROUNDS = 3
COST_ROUNDS = 3
COST_BYTES = {"on": 16 * 1024 * 1024, "off": 64 * 1024 * 1024}  # masking has a pace of its own, at both ends
SEALED_S = 0.5  # the last segment is sealed after the last byte has come
SMALL_BYTES = 16 * 1024 * 1024  # downwards: the masker's pace, not the line's, says how long it takes
PAPER = {"kind": "agreement", "reference": "Una misura", "day": "2026-09-01"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose rules have every session recorded."""
    state, ports = tmp_path_factory.mktemp("recorded"), machine.free_ports()
    with Processes(state / "logs") as processes:
        running = asyncio.run(machine.start(state, ports, processes, mail=False))
        found = Stack(running, ports, processes)
        asyncio.run(_record_all(found))
        yield found


async def _record_all(stack: Stack) -> None:
    stage = stack.running.stage
    me = {"name": pwd.getpwuid(os.geteuid()).pw_name, "administrator": os.geteuid() == 0}
    async with stage.logged_in("titolare") as titolare:
        await titolare.sign(
            "policy",
            policy={
                "channels": ["terminal", "exec"], "supervision": "waivable", "longest_s": 4 * 3600,
                "window_s": 8 * 3600, "accounts": [{"host": stage.host, **me}],
                "recipient": str(pyrage.x25519.Identity.generate().to_public()),
                "recording": {"sessions": "all", "client": PAPER, "vendor": PAPER},
            },
        )  # fmt: skip


def cut(file: Path, folder: Path, count: int) -> Path:
    """Its first bytes."""
    path = folder / f"{file.parent.name}-{count}"
    with file.open("rb") as source:
        path.write_bytes(source.read(count))
    return path


@pytest.fixture(scope="module")
def small(log_text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bulk") / "log"
    path.write_bytes(log_text.read_bytes()[:SMALL_BYTES])
    return path


def test_recorded(
    recorded: Stack, tmp_path: Path, bulk: Path, small: Path, chance: random.Random, figures: list[Figure]
) -> None:
    openssh = OpenSsh(tmp_path, front_port=recorded.running.ssh_port, identity=recorded.running.identity)
    ours, theirs = openssh.through(recorded.open_session()), openssh.jumping()
    strokes: dict[str, list[float]] = defaultdict(list)
    up: dict[str, list[float]] = defaultdict(list)
    down: dict[str, list[float]] = defaultdict(list)
    try:
        with load.Keyboard(ours) as first, load.Keyboard(theirs) as second:
            boards = {ours.name: first, theirs.name: second}
            for board in boards.values():
                board.type_s(STROKES, chance)
            for name in load.shuffled(list(boards), STROKE_ROUNDS, chance):
                strokes[name] += [1000 * s for s in boards[name].type_s(STROKES, chance)]
        for one in load.shuffled((ours, theirs), BULK_ROUNDS, chance):
            up[one.name].append(load.upload_mb_s(one, bulk))
            down[one.name].append(load.download_mb_s(one, small))
    finally:
        openssh.stop()
    for share, what, bar in ((0.5, "p50", 2.0), (0.99, "p99", 1.5)):
        found, peer = (Summary.of(strokes[one.name], share) for one in (ours, theirs))
        bars = (Bar("at most", bar), Bar("at most", 3.0, "value"))
        figures.append(
            Figure(f"keystroke by ssh, recorded, {what}", "ms", found, Peer(theirs.name, peer), bars)
        )
    for what, speeds, bar in (("up, random", up, 1.0), ("down, log text", down, 0.75)):
        found, peer = (Summary.of(speeds[one.name]) for one in (ours, theirs))
        figures.append(
            Figure(f"bulk {what}, recorded", "MB/s", found, Peer(theirs.name, peer), (Bar("at least", bar),))
        )
    assert len(strokes[ours.name]) == STROKES * STROKE_ROUNDS


def test_recording_costs(
    recorded: Stack, stack: Stack, tmp_path: Path, bulk: Path, log_text: Path, chance: random.Random,
    figures: list[Figure],
) -> None:  # fmt: skip
    """Random bytes and log text downwards, and random bytes upwards: a session that is recorded, one that is not."""
    sources = {"down, random": bulk, "down, log text": log_text, "up, random": bulk}
    files = {
        (what, name): cut(source, tmp_path, max(COST_BYTES.values()) if what.startswith("up") else count)
        for what, source in sources.items()
        for name, count in COST_BYTES.items()
    }
    speeds: dict[tuple[str, str], list[float]] = defaultdict(list)
    costs: dict[tuple[str, str], list[float]] = defaultdict(list)
    clients: dict[str, OpenSsh] = {}
    for name, one in (("on", recorded), ("off", stack)):
        folder = tmp_path / name
        folder.mkdir()
        clients[name] = OpenSsh(folder, front_port=one.running.ssh_port, identity=one.running.identity)
    try:
        ways = {
            name: clients[name].through(one.open_session())
            for name, one in (("on", recorded), ("off", stack))
        }
        pids = {"on": recorded.broker_pid, "off": stack.broker_pid}
        for what in sources:
            measure = load.upload_mb_s if what.startswith("up") else load.download_mb_s
            for name in load.shuffled(list(ways), COST_ROUNDS, chance):
                before = load.cpu_s(pids[name])
                file = files[what, name]
                speeds[what, name].append(measure(ways[name], file))
                time.sleep(SEALED_S)
                used = load.cpu_s(pids[name]) - before
                costs[what, name].append(used / (file.stat().st_size / 1e9))
    finally:
        for client in clients.values():
            client.stop()
    for what in sources:
        ratio = (Bar("at least", 0.45),) if what == "down, random" else ()
        peer = Peer("recording off", Summary.of(speeds[what, "off"]))
        figures.append(
            Figure(f"bulk {what}, recording on", "MB/s", Summary.of(speeds[what, "on"]), peer, ratio)
        )
        on, off = (Summary.of(costs[what, name]) for name in ("on", "off"))
        bars = (Bar("at most", 6.5, "value"),)
        figures.append(Figure(f"broker CPU, {what}, recorded", "s/GB", on, Peer("recording off", off), bars))
        added = Summary.once(on.value - off.value)
        bars = (Bar("at most", 4, "value"),) if what == "down, random" else ()
        figures.append(Figure(f"broker CPU that recording adds, {what}", "s/GB", added, None, bars))
    assert min(map(len, costs.values())) == COST_ROUNDS
