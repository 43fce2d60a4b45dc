"""Forged bundles, each judged by the real `verbale-verify` with what its reader has kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.task_group import TaskGroup
from web.demo.attack.books import Books, stolen_books
from web.demo.attack.forgeries import Desk, Forge
from web.demo.attack.judge import HEADS, Reader, judged
from web.demo.attack.outcome import Attempt, Happened, Ledger, Outcome, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed

AT_ONCE = 2  # verifiers, each a process of its own


@dataclass(frozen=True, slots=True)
class Paper:
    """A forgery, and who reads it: with the head from before the theft, the host's own last head, or neither."""

    name: str
    what: Words
    forge: Forge
    keeps: str = "keys"  # keys | head | witness
    limit: Words | None = None


async def desk_of(scene: Scene) -> Desk:
    """Over the database and keys of the hour of the theft, which are read once."""
    if scene.desk is None:
        true = await stolen_books(scene.stolen, scene.loot.tenant)
        if true.find("login.succeeded")[-1].n >= size_of(scene.kept.witness):
            raise Failed("la testa della macchina non contiene l’ultimo accesso")
        scene.desk = Desk(true, scene.loot, size_of(scene.kept.head), scene.second.identity)
    return scene.desk


def reader(scene: Scene, keeps: str = "keys") -> Reader:
    head = {"head": scene.kept.head, "witness": scene.kept.witness}.get(keeps)
    return Reader(scene.kept.trust, head=head, minds=() if head is None else (HEADS,))


async def judge_all(scene: Scene, ledger: Ledger, papers: Sequence[Paper]) -> None:
    readers = {keeps: reader(scene, keeps) for keeps in ("keys", "head", "witness")}
    await judge_by(scene, ledger, papers, await desk_of(scene), readers)


async def judge_by(
    scene: Scene, ledger: Ledger, papers: Sequence[Paper], desk: Desk, readers: Mapping[str, Reader]
) -> None:
    """Two at a time, and told in their order."""
    genuine, turn = (desk.true.pack(), desk.sign(desk.true).pack()), asyncio.Semaphore(AT_ONCE)

    async def judge(paper: Paper) -> Outcome:
        async with turn:
            forged = await asyncio.to_thread(lambda: paper.forge(desk).pack())
            if forged in genuine:
                raise Failed(f"la falsificazione {paper.name} non ha cambiato nulla")
            return await judged(written(scene, paper.name, forged), readers[paper.keeps])

    async with TaskGroup() as group:
        judging = [(paper, group.create_task(judge(paper))) for paper in papers]
        for paper, task in judging:
            tell(ledger, Attempt(paper.name, paper.what, paper.limit), await task)


async def control(scene: Scene, books: Books, by: Reader) -> None:
    """Genuine papers must be sound, or what is found in forged ones would prove nothing."""
    found = await judged(written(scene, "controllo", books.pack()), by)
    if not isinstance(found, Happened):
        raise Failed(f"il pacchetto autentico non è integro: {found}")


def written(scene: Scene, name: str, data: bytes) -> Path:
    path = scene.folder / f"{name}.zip"
    path.write_bytes(data)
    return path


def size_of(head: Path) -> int:
    return int(head.read_text().split("\n")[1])
