"""A terminal on a narrow line: 2 MB/s and 25 ms each way between host and broker, and a transfer of the same session
that takes all of it."""

from __future__ import annotations

import asyncio
import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench import load
from tests.bench.conftest import Stack
from tests.bench.peers import OpenSsh
from tests.bench.table import Bar, Figure, Peer, Summary
from tests.bench.test_responsive import WHOLE, carrying
from web.demo import machine
from web.demo.processes import Processes, program

RATE = 2_000_000
ONE_WAY_S = 0.025
STROKES = 15
ROUNDS = 10
SETTLE_S = 0.5


@pytest.fixture
def proxy() -> Iterator[str]:
    words = [*program("tests.bench.shaper"), str(RATE), str(ONE_WAY_S)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as shaper:
        try:
            assert shaper.stdout is not None
            yield f"http://127.0.0.1:{int(shaper.stdout.readline())}"
        finally:
            shaper.terminate()


@contextmanager
def far_away(state: Path, proxy: str) -> Iterator[Stack]:
    """A stack whose agent has only that line."""
    ports = machine.free_ports()
    with Processes(state / "logs") as processes, pytest.MonkeyPatch.context() as patch:
        running = asyncio.run(machine.start(state, ports, processes, mail=False))
        processes.end("agente")
        patch.setenv("VERBALE_PROXY", proxy)
        machine.start_agent(state, processes)
        asyncio.run(machine._linked(running.stage, processes))
        yield Stack(running, ports, processes)


def test_keystroke_on_a_narrow_line(
    proxy: str, tmp_path: Path, chance: random.Random, figures: list[Figure]
) -> None:
    samples: dict[str, list[float]] = defaultdict(list)
    with far_away(tmp_path / "stack", proxy) as stack:
        running = stack.running
        openssh = OpenSsh(tmp_path, front_port=running.ssh_port, identity=running.identity)
        try:
            ours = openssh.through(stack.open_session())
            with load.Keyboard(ours) as board:
                board.type_s(STROKES, chance)
                for what in load.shuffled(("idle", "bulk"), ROUNDS, chance):
                    if what == "idle":
                        typed = board.type_s(STROKES, chance)
                    else:
                        with carrying(ours, WHOLE):
                            time.sleep(SETTLE_S)  # the line is full by then
                            typed = board.type_s(STROKES, chance)
                    samples[what] += [1000 * s for s in typed]
        finally:
            openssh.stop()
    for share, name, bar in ((0.5, "p50", 1.15), (0.99, "p99", 1.3)):
        bulk, idle = (Summary.of(samples[what], share) for what in ("bulk", "idle"))
        figures.append(
            Figure(
                f"keystroke beside bulk on 2 MB/s and 50 ms, {name}", "ms", bulk, Peer("idle line", idle),
                (Bar("at most", bar),),
            )
        )  # fmt: skip
    assert min(map(len, samples.values())) == STROKES * ROUNDS
