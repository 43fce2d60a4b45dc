"""What those who watch cost the technician: a session with many live pages beside one with none."""

from __future__ import annotations

import asyncio
import random
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench import load
from tests.bench.conftest import Stack
from tests.bench.peers import OpenSsh
from tests.bench.table import Bar, Figure, Peer, Summary
from web.demo.processes import program

STROKES = 40
STROKE_ROUNDS = 15
BULK_ROUNDS = 5


async def _cookie(stack: Stack) -> str:
    async with stack.running.stage.logged_in("ads") as ads:
        return ads.cookie


@contextmanager
def watched(stack: Stack, session: str, viewers: int) -> Iterator[None]:
    """Live pages of the session, in a process of their own; each has been shown something on entering."""
    origin = stack.running.stage.origin
    url = f"{origin.replace('http', 'ws', 1)}/api/sessions/{session}/live"
    words = [*program("tests.bench.viewers"), url, asyncio.run(_cookie(stack)), origin, str(viewers)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pages:
        try:
            assert pages.stdout is not None
            assert pages.stdout.readline() == b"up\n"
            yield
            assert pages.poll() is None, "the pages broke"
        finally:
            pages.kill()


@pytest.mark.parametrize("viewers", [3, 100])
def test_viewers(
    viewers: int, stack: Stack, openssh: OpenSsh, bulk: Path, chance: random.Random, figures: list[Figure]
) -> None:
    sessions = stack.open_session(), stack.open_session()
    seen = replace(openssh.through(sessions[0]), name="watched")
    alone = replace(openssh.through(sessions[1]), name="unwatched")
    strokes: dict[str, list[float]] = defaultdict(list)
    speeds: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stays:
        boards = {one.name: stays.enter_context(load.Keyboard(one)) for one in (seen, alone)}
        stays.enter_context(watched(stack, sessions[0], viewers))
        for board in boards.values():
            board.type_s(STROKES, chance)
        for name in load.shuffled(list(boards), STROKE_ROUNDS, chance):
            strokes[name] += [1000 * s for s in boards[name].type_s(STROKES, chance)]
        for one in load.shuffled((seen, alone), BULK_ROUNDS, chance):
            speeds[one.name].append(load.download_mb_s(one, bulk))
    for share, what, bar in ((0.5, "p50", 1.2), (0.99, "p99", 6.0)):
        peer = Peer("nobody watches", Summary.of(strokes[alone.name], share))
        found = Summary.of(strokes[seen.name], share)
        figures.append(
            Figure(f"keystroke, {viewers} live viewers, {what}", "ms", found, peer, (Bar("at most", bar),))
        )
    peer = Peer("nobody watches", Summary.of(speeds[alone.name]))
    figures.append(Figure(f"bulk down, {viewers} live viewers", "MB/s", Summary.of(speeds[seen.name]), peer))
    assert min(map(len, strokes.values())) == STROKES * STROKE_ROUNDS
