"""`kill -9` of a process that writes: what it acknowledged is there, and no size ever had two heads."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from audit import merkle
from audit.checkpoint import open_checkpoint
from audit.leaf import Leaf
from audit.note import VerifierKey
from broker.store import log
from broker.store.database import open_database
from broker.store.tables import facts
from broker.store.tx import Store
from tests.broker.under_load import TENANT
from tests.doubles import FakeChance, MemoryKeys


async def killed_after(url: str, root: Path, lines: int) -> tuple[list[int], dict[int, str]]:
    """(records acknowledged, heads told) by a process that is killed as soon as it has said so much."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.broker.under_load", url, cwd=root, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged, heads = [], {}
    said = 0
    async with asyncio.timeout(60):
        while line := await process.stdout.readline():
            match line.decode().split():
                case ["n", n]:
                    acknowledged.append(int(n))
                case ["head", size, root_hex]:
                    assert heads.setdefault(int(size), root_hex) == root_hex
            said += 1
            if said == lines:
                process.kill()
        await process.wait()
    return acknowledged, heads


@pytest.mark.rounds
async def test_what_was_acknowledged_is_durable(
    database_url: str, root: Path, rounds: int, dice: random.Random
) -> None:
    every: list[int] = []
    told: dict[int, str] = {}
    for _ in range(rounds):
        acknowledged, heads = await killed_after(database_url, root, dice.randrange(20, 600))
        assert acknowledged
        every += acknowledged
        for size, found in heads.items():
            assert told.setdefault(size, found) == found
    assert len(set(every)) == len(every)
    database = open_database(database_url)
    store = Store(database, MemoryKeys(), FakeChance())
    async with store.read() as work:
        head = await log.head(work, TENANT)
        assert head is not None
        leaves = await log.leaves(work, TENANT, 0, head.size + 10_000)
        kept = {row.key for row in await work.run(select(facts.c.key))}
    await database.close()
    tree = merkle.Tree()
    sessions: dict[str, int] = {}
    for n, data in enumerate(leaves):
        leaf = Leaf.parse(data)
        assert leaf.n == n
        if leaf.session is not None:
            assert leaf.session_n == sessions.get(leaf.session, 0)
            sessions[leaf.session] = leaf.session_n + 1
        tree.append(data)
    signed = open_checkpoint(head.note, VerifierKey.log(head.origin, store.keys.log_key(head.origin).public))
    assert (signed.size, signed.root) == (len(leaves), tree.root())
    assert max(every) < len(leaves)
    for size, found in told.items():
        assert tree.root(size).hex() == found
    # State and record together: every fact names a record that is there.
    assert kept
    assert all(int(key[1:]) < len(leaves) for key in kept)
