"""A terminal while the same session carries a bulk transfer: nobody stands in line behind it."""

from __future__ import annotations

import random
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import load
from tests.bench.conftest import Stack
from tests.bench.peers import Contestant, OpenSsh
from tests.bench.table import Bar, Figure, Peer, Summary

STROKES = 40
ROUNDS = 10
# 2 MB/s, as a line of 16 Mbit/s carries: what is measured is the queue, not who has the processor.
PACED = "while :; do head -c 100000 /dev/urandom; sleep 0.05; done"
WHOLE = "exec cat /dev/urandom"


@contextmanager
def carrying(contestant: Contestant, command: str) -> Iterator[None]:
    """What the command says goes to /dev/null here; it flows on entering."""
    with subprocess.Popen(
        contestant.command(f"echo; {command}"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0
    ) as ssh:
        assert ssh.stdout is not None
        assert ssh.stdout.read(1) == b"\n"
        with subprocess.Popen(["cat"], stdin=ssh.stdout, stdout=subprocess.DEVNULL):
            try:
                yield
                assert ssh.poll() is None, "the transfer broke"
            finally:
                ssh.kill()


def test_keystroke_beside_bulk(
    stack: Stack, openssh: OpenSsh, chance: random.Random, figures: list[Figure]
) -> None:
    ours, theirs = openssh.through(stack.open_session()), openssh.jumping()
    samples: dict[str, list[float]] = defaultdict(list)
    with load.Keyboard(ours) as first, load.Keyboard(theirs) as second:
        for board in (first, second):
            board.type_s(STROKES, chance)
        for what in load.shuffled(("idle", "paced", ours.name, theirs.name), ROUNDS, chance):
            board = second if what == theirs.name else first
            if what == "idle":
                typed = board.type_s(STROKES, chance)
            else:
                command = PACED if what == "paced" else WHOLE
                with carrying(theirs if what == theirs.name else ours, command):
                    typed = board.type_s(STROKES, chance)
            samples[what] += [1000 * s for s in typed]
    for share, name, bar in ((0.5, "p50", 1.15), (0.99, "p99", 1.3)):
        paced, idle = (Summary.of(samples[what], share) for what in ("paced", "idle"))
        figures.append(
            Figure(
                f"keystroke beside 2 MB/s of its session, {name}", "ms", paced, Peer("idle session", idle),
                (Bar("at most", bar),),
            )
        )  # fmt: skip
        both = (Summary.of(samples[one.name], share) for one in (ours, theirs))
        found, peer = both
        figures.append(
            Figure(f"keystroke beside unbounded bulk, {name}", "ms", found, Peer(theirs.name, peer))
        )
    assert min(map(len, samples.values())) == STROKES * ROUNDS
