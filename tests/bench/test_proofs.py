"""A proof from a million records: from the broker's store, and from the tiles it publishes.

Beside each the same bytes fetched bare: row by row, and by reading the files. The million
leaves are hashed straight into table and tiles; no session made them.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit import merkle, tiles
from audit.merkle import check_inclusion, inclusion_proof, leaf_hash
from audit.tiles import Tile, TileReader
from broker.store import log
from broker.store.database import open_database
from tests.bench.table import Bar, Figure, Peer, Summary

TENANT = "t-00000001"
LEAVES = 1_000_000
PROOFS = 200
_ROW = "SELECT hash FROM nodes WHERE tenant = ? AND level = ? AND place = ?"
BAR = (Bar("at most", 5, "value"),)


@dataclass(frozen=True, slots=True)
class Log:
    folder: Path
    url: str
    root: bytes


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder = tmp_path_factory.mktemp("million")
    url = f"sqlite:///{folder}/verbale.db"
    asyncio.run(_tables(url))
    row = [leaf_hash(b"record %d" % n) for n in range(LEAVES)]
    rows: list[list[bytes]] = []
    while row:
        rows.append(row)
        row = [merkle.node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]

    def read(level: int, place: int) -> bytes:
        return rows[level][place]

    root = merkle.root(LEAVES, read)
    with sqlite3.connect(folder / "verbale.db") as raw:
        for level, found in enumerate(rows):
            raw.executemany(
                "INSERT INTO nodes (tenant, level, place, hash) VALUES (?, ?, ?, ?)",
                ((TENANT, level, place, node) for place, node in enumerate(found)),
            )
    raw.close()
    for tile in tiles.hash_tiles(LEAVES):
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tiles.pack_hashes(tile, read))
    return Log(folder, url, root)


async def _tables(url: str) -> None:
    database = open_database(url)
    await database.create()
    await database.close()


def asked(count: int) -> list[int]:
    chosen = random.Random(7)
    return [0, LEAVES - 1, *(chosen.randrange(LEAVES) for _ in range(count - 2))]


def test_from_the_store(figures: list[Figure], million: Log) -> None:
    async def measured() -> list[float]:
        database = open_database(million.url)
        took = []
        for n in asked(PROOFS):
            began = time.perf_counter()
            async with database.read() as work:
                proof = await log.with_nodes(work, TENANT, lambda read, n=n: inclusion_proof(n, LEAVES, read))
            took.append((time.perf_counter() - began) * 1000)
            assert check_inclusion(leaf_hash(b"record %d" % n), n, LEAVES, proof, million.root)
        await database.close()
        return took

    took = asyncio.run(measured())
    peer = Peer("the same rows, asked of SQLite bare", Summary.of(_bare_rows(million)))
    figures += [
        Figure("proof from a million records", "ms", Summary.of(took), peer, BAR),
        Figure("proof from a million records, p99", "ms", Summary.of(took, 0.99)),
    ]


def wanted(n: int) -> list[tuple[int, int]]:
    """Which subtrees the proof of leaf `n` takes."""
    found: list[tuple[int, int]] = []
    inclusion_proof(n, LEAVES, lambda level, place: found.append((level, place)) or bytes(32))  # type: ignore[func-returns-value]
    return found


def _bare_rows(million: Log) -> list[float]:
    raw, took = sqlite3.connect(million.folder / "verbale.db"), []
    for n in asked(PROOFS):
        places = wanted(n)
        began = time.perf_counter()
        rows = [raw.execute(_ROW, (TENANT, *place)).fetchone() for place in places]
        took.append((time.perf_counter() - began) * 1000)
        assert all(rows)
    raw.close()
    return took


def test_from_the_published_tiles(figures: list[Figure], million: Log) -> None:
    """A reader who has read nothing before: each proof reads its tiles from the disk's cache."""
    took, bare = [], []
    for n in asked(PROOFS):
        read: list[str] = []

        def load(path: str, read: list[str] = read) -> bytes:
            read.append(path)
            return (million.folder / path).read_bytes()

        began = time.perf_counter()
        proof = inclusion_proof(n, LEAVES, TileReader(LEAVES, load))
        took.append((time.perf_counter() - began) * 1000)
        assert check_inclusion(leaf_hash(b"record %d" % n), n, LEAVES, proof, million.root)
        began = time.perf_counter()
        for path in read:
            (million.folder / path).read_bytes()
        bare.append((time.perf_counter() - began) * 1000)
        assert all(Tile.parse(path) for path in read)
    peer = Peer("the same files, read bare", Summary.of(bare))
    figures.append(Figure("proof from its published tiles", "ms", Summary.of(took), peer, BAR))
