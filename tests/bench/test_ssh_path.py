"""The SSH path against OpenSSH through a jump host: keystrokes, set-up, bulk, and what they cost."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from tests.bench import load
from tests.bench.conftest import Stack
from tests.bench.peers import Contestant, OpenSsh
from tests.bench.table import Bar, Figure, Peer, Summary

STROKES = 40  # of one contestant before the other's turn
STROKE_ROUNDS = 20
SETUP_ROUNDS = 15
BULK_ROUNDS = 5
IDLE_WARM = 8
IDLE_SHELLS = 8  # an agent serves 16 channels of a session at once


@pytest.fixture(scope="module")
def ours(stack: Stack, openssh: OpenSsh) -> Contestant:
    return openssh.through(stack.open_session())


@pytest.fixture(scope="module")
def theirs(openssh: OpenSsh) -> Contestant:
    return openssh.jumping()


def test_keystroke(
    ours: Contestant, theirs: Contestant, chance: random.Random, figures: list[Figure]
) -> None:
    """One sign typed into a terminal on the host, until it is back."""
    samples: dict[str, list[float]] = defaultdict(list)
    with load.Keyboard(ours) as first, load.Keyboard(theirs) as second:
        boards = {ours.name: first, theirs.name: second}
        for board in boards.values():
            board.type_s(STROKES, chance)
        for name in load.shuffled(list(boards), STROKE_ROUNDS, chance):
            samples[name] += [1000 * s for s in boards[name].type_s(STROKES, chance)]
    for share, name, bars in (
        (0.5, "keystroke by ssh, p50", (Bar("at most", 2.0), Bar("at most", 3.0, "value"))),
        (0.99, "keystroke by ssh, p99", (Bar("at most", 1.5), Bar("at most", 3.0, "value"))),
    ):
        peer = Peer(theirs.name, Summary.of(samples[theirs.name], share))
        figures.append(Figure(name, "ms", Summary.of(samples[ours.name], share), peer, bars))
    assert min(map(len, samples.values())) == STROKES * STROKE_ROUNDS


def test_set_up(ours: Contestant, theirs: Contestant, chance: random.Random, figures: list[Figure]) -> None:
    """A new `ssh` until the first byte of its command."""
    samples: dict[str, list[float]] = defaultdict(list)
    for one in (ours, theirs):
        load.first_byte_s(one)
    for one in load.shuffled((ours, theirs), SETUP_ROUNDS, chance):
        samples[one.name].append(1000 * load.first_byte_s(one))
    figures.append(
        Figure(
            "new ssh to first byte",
            "ms",
            Summary.of(samples[ours.name]),
            Peer(theirs.name, Summary.of(samples[theirs.name])),
            (Bar("at most", 0.5),),
        )
    )
    assert min(samples[ours.name]) > 0


def _bulk(
    direction: str,
    contestants: tuple[Contestant, Contestant],
    file: Path,
    stack: Stack,
    chance: random.Random,
) -> tuple[dict[str, list[float]], list[float]]:
    """(MB/s by contestant, the broker's CPU seconds per GB of its own rounds)."""
    measure = {"down": load.download_mb_s, "up": load.upload_mb_s}[direction]
    speeds: dict[str, list[float]] = defaultdict(list)
    cost: list[float] = []
    ours = contestants[0]
    for one in contestants:
        measure(one, file)
    for one in load.shuffled(contestants, BULK_ROUNDS, chance):
        before = load.cpu_s(stack.broker_pid)
        speeds[one.name].append(measure(one, file))
        if one is ours:
            used = load.cpu_s(stack.broker_pid) - before
            cost.append(used / (file.stat().st_size / 1e9))
    return speeds, cost


@pytest.mark.parametrize(
    ("direction", "content", "bar"), [("up", "bulk", 1.8), ("down", "bulk", 1.2), ("down", "log_text", None)]
)
def test_bulk(
    direction: str,
    content: str,
    bar: float | None,
    ours: Contestant,
    theirs: Contestant,
    stack: Stack,
    chance: random.Random,
    figures: list[Figure],
    request: pytest.FixtureRequest,
) -> None:
    """A file through an exec channel, and the broker's processor time for it."""
    file: Path = request.getfixturevalue(content)
    speeds, cost = _bulk(direction, (ours, theirs), file, stack, chance)
    what = f"bulk {direction}, {'random' if content == 'bulk' else 'log text'}, unrecorded"
    peer = Peer(theirs.name, Summary.of(speeds[theirs.name]))
    bars = () if bar is None else (Bar("at least", bar),)
    figures.append(Figure(what, "MB/s", Summary.of(speeds[ours.name]), peer, bars))
    dear = () if bar is None else (Bar("at most", 4.0, "value"),)
    figures.append(Figure(f"broker CPU, {what}", "s/GB", Summary.of(cost), None, dear))
    assert min(cost) > 0


def test_idle_session_memory(stack: Stack, openssh: OpenSsh, ours: Contestant, figures: list[Figure]) -> None:
    """What one more `ssh` with a silent terminal adds to the broker; sshd's own processes beside it."""
    others = openssh.through(stack.open_session())
    with load.idle_shells(ours, IDLE_WARM):
        before = load.settled_resident(stack.broker_pid)
        with load.idle_shells(others, IDLE_SHELLS):
            added = (load.settled_resident(stack.broker_pid) - before) / IDLE_SHELLS
    with load.idle_shells(openssh.jumping(), IDLE_SHELLS):
        peers = load.descendants_proportional(openssh.jump_pid) / IDLE_SHELLS
    figures.append(
        Figure(
            "idle ssh session, broker memory",
            "KiB",
            Summary.once(added / 1024),
            Peer("sshd (jump)", Summary.once(peers / 1024)),
            (Bar("at most", 80, "value"),),
        )
    )
    assert peers > 0
