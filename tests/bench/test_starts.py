"""How long `make demo` takes until it has said everything: the first time, and on what the first time left."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench.table import Bar, Figure, Peer, Summary
from tests.e2e.test_hands import Place, running
from web.demo.machine import free_ports

ROUNDS = 5
AGAIN_S = 5


async def test_the_demo_starts(figures: list[Figure], tmp_path: Path) -> None:
    place, took = Place(tmp_path / "demo", free_ports()), list[float]()
    for _ in range(1 + ROUNDS):
        began = time.perf_counter()
        async with running(place) as demo:
            took.append(time.perf_counter() - began)
            assert demo.said.count("/invito/") == 6
    first, again = Summary.once(took[0]), Summary.of(took[1:])
    figures += [
        Figure("the demo starts, its first time", "s", first),
        Figure("and again", "s", again, Peer("its first time", first), (Bar("at most", AGAIN_S, "value"),)),
    ]
