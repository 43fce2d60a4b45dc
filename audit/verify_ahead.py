"""What may be judged of an entry tile before its turn comes, by whoever has time: forms and hashes.

It is said only of tiles in which nothing is wrong, and with the digest of the bytes that were read. Any other
tile the verifier judges itself: no verdict depends on who helped. Order, places and signatures are judged in
their turn.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from audit import tiles
from audit.bundle import Entries
from audit.errors import Malformed
from audit.leaf import Leaf
from audit.verify_log import folded, hashed

DIGEST = 32
NOTHING = bytes(2 * DIGEST)  # of a tile that is not whole and good


class Ahead(Protocol):
    def top(self, index: int, data: bytes) -> bytes | None:
        """The root over entry tile `index`, if exactly these bytes of it were found good; else None."""
        ...


ReadAhead = Callable[[Entries, int], AbstractContextManager[Ahead]]
"""Whoever helps with the files of a log of that size; until the end of the block."""


class Alone:
    def top(self, index: int, data: bytes) -> bytes | None:
        return None


@contextlib.contextmanager
def alone(files: Entries, size: int) -> Iterator[Ahead]:
    """Nobody helps."""
    yield Alone()


def judged(files: Entries, index: int) -> bytes:
    """SHA-256 of a full entry tile and the root over it, if all is well with it."""
    tile = tiles.Tile(None, index)
    try:
        data = files[tile.path]
        entries = tiles.unpack_entries(tile, data)
        row = hashed(entries)
        if row != files[tiles.Tile(0, index).path]:
            return NOTHING
        for entry in entries:
            Leaf.check(entry)
    except (KeyError, Malformed):
        return NOTHING
    return hashlib.sha256(data).digest() + folded(row)
