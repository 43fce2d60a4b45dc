"""Another history, shown to one witness alone: the real `verbale-witness`, which holds the genuine head."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx

from audit import merkle
from audit.add_checkpoint import OK, PATH, AddCheckpoint
from web.demo.attack import forgeries
from web.demo.attack.books import Books
from web.demo.attack.forgeries import Desk
from web.demo.attack.outcome import WITNESS, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed, program

NAME = "testimone"
UP_S = 60.0


async def all_witnessing(scene: Scene, ledger: Ledger, desk: Desk) -> None:
    true = desk.sign(desk.true)
    async with httpx.AsyncClient(base_url=await _started(scene), timeout=UP_S, trust_env=False) as witness:
        if (await _asked(witness, true, 0)).status_code != OK:
            raise Failed("il testimone non ha firmato la testa autentica")
        fork = desk.sign(forgeries.altered(desk))
        what = Words(
            "un’altra storia della stessa lunghezza, mostrata a un solo testimone",
            "another history of the same length, shown to one witness alone",
        )
        tell(ledger, Attempt("fork_one_witness", what), await _tried(witness, fork, len(true.leaves)))
        grown = desk.sign(forgeries.lied(replace(desk, true=forgeries.altered(desk))))
        what = Words("la stessa, cresciuta di una registrazione", "the same, grown by one record")
        tell(ledger, Attempt("fork_grown", what), await _tried(witness, grown, len(true.leaves)))


async def _started(scene: Scene) -> str:
    """Its address, once it says so."""
    log = scene.running.state / "logs" / f"{NAME}.log"
    scene.processes.start(
        NAME,
        [
            *program("agent.witness_main"), "--state", str(scene.folder / NAME), "--port", "0",
            "--logs", str(scene.kept.trust), "--name", "testimone.esempio.invalid",
        ],
    )  # fmt: skip
    until = time.monotonic() + UP_S
    while time.monotonic() < until:
        scene.processes.check()
        for line in _lines(log):
            if line.startswith("url: "):
                return line.removeprefix("url: ")
        await asyncio.sleep(0.1)
    raise Failed("il testimone non è partito")


def _lines(log: Path) -> list[str]:
    return log.read_text().splitlines()


async def _asked(witness: httpx.AsyncClient, books: Books, old: int) -> httpx.Response:
    """With the proof that this history's own tree gives."""
    size = len(books.leaves)
    grown = 0 < old < size
    proof = merkle.consistency_proof(old, size, books.tree().read) if grown else []
    request = AddCheckpoint.of(old, tuple(proof), books.checkpoint)
    return await witness.post(PATH, content=request.encode())


async def _tried(witness: httpx.AsyncClient, books: Books, old: int) -> Outcome:
    said = await _asked(witness, books, old)
    if said.status_code == OK:
        return Happened("cosigned")
    return Refused(WITNESS, f"HTTP {said.status_code}")
