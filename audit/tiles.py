"""Tiles (C2SP tlog-tiles): paths and bytes of the static files a log is published as."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from audit.errors import Malformed
from audit.merkle import HASH_BYTES, MAX_SIZE, Read, node_hash

WIDTH = 256  # hashes or entries in a full tile
HEIGHT = 8  # levels of the tree in one level of tiles
MAX_LEVEL = 6  # 256**7 leaves are more than MAX_SIZE
MAX_ENTRY_BYTES = 0xFFFF  # the length before each entry is 16 bits
_PATH = re.compile(
    r"tile/(?:(?P<level>[0-6])|entries)/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<w>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One file. `level` is None for entries; `width` is 1 to 256, and 256 is full."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 1 <= self.width <= WIDTH or not 0 <= self.index <= MAX_SIZE:
            raise Malformed("a tile's index or width is out of bounds")
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise Malformed("a tile's level is out of bounds")

    @property
    def path(self) -> str:
        """``tile/0/x001/x234/067``, ``tile/entries/000.p/7``."""
        kind = "entries" if self.level is None else str(self.level)
        rest, last = divmod(self.index, 1000)
        groups = [f"{last:03d}"]
        while rest:
            rest, group = divmod(rest, 1000)
            groups.append(f"x{group:03d}")
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{'/'.join(reversed(groups))}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read the one spelling `path` writes."""
        found = _PATH.fullmatch(path)
        if not found or not path.isascii() or len(path) > 64:
            raise Malformed("not the path of a tile")
        level = None if found["level"] is None else int(found["level"])
        index = int(found["n"].replace("/", "").replace("x", ""))
        tile = cls(level, index, int(found["w"] or WIDTH))
        if tile.path != path:
            raise Malformed("the path of a tile in a second spelling")
        return tile


def _row(level: int | None, before: int, count: int) -> Iterator[Tile]:
    """The tiles of one row of `count` items that differ from those of its first `before` items."""
    for index in range(before // WIDTH, count // WIDTH):
        yield Tile(level, index)
    if count % WIDTH and count != before:
        yield Tile(level, count // WIDTH, count % WIDTH)


def hash_tiles(size: int, since: int = 0) -> list[Tile]:
    """The hash tiles of a tree of `size` leaves that the tree of `since` leaves did not have."""
    found: list[Tile] = []
    level = 0
    while size >> level * HEIGHT:
        found.extend(_row(level, since >> level * HEIGHT, size >> level * HEIGHT))
        level += 1
    return found


def entry_tiles(size: int, since: int = 0) -> list[Tile]:
    """The entry tiles of a log of `size` that hold an entry from `since` on."""
    return list(_row(None, since, size))


def pack_hashes(tile: Tile, read: Read) -> bytes:
    """The bytes of a hash tile; `read` as in `merkle`."""
    if tile.level is None:
        raise ValueError("entries are packed by pack_entries")
    first, level = tile.index * WIDTH, tile.level * HEIGHT
    return b"".join(read(level, first + i) for i in range(tile.width))


def unpack_hashes(tile: Tile, data: bytes) -> list[bytes]:
    if len(data) != tile.width * HASH_BYTES:
        raise Malformed("a hash tile's length is not its width")
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """Each entry behind its length as two bytes, high byte first."""
    if not 1 <= len(entries) <= WIDTH or any(len(e) > MAX_ENTRY_BYTES for e in entries):
        raise Malformed("an entry tile holds 1 to 256 entries of at most 64 KiB")
    return b"".join(len(e).to_bytes(2, "big") + e for e in entries)


def unpack_entries(tile: Tile, data: bytes) -> list[bytes]:
    entries: list[bytes] = []
    at, size = 0, len(data)
    while at < size:
        end = at + 2 + (data[at] << 8) + data[at + 1] if at + 1 < size else size + 1
        if end > size or len(entries) == tile.width:
            raise Malformed("an entry tile is cut short, or holds more than its width")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != tile.width:
        raise Malformed("an entry tile holds fewer entries than its width")
    return entries


_MAX_HELD = 1024  # 16 MiB of hashes as Python keeps them


class TileReader:
    """`merkle.Read` over the published tiles of a tree of `size` leaves.

    `load` gives a file's bytes by its path. Nothing here is believed: check roots and proofs.
    Call it as a function: ``root(size, reader)``.
    """

    def __init__(self, size: int, load: Callable[[str], bytes]) -> None:
        self._size = size
        self._load = load
        self._tiles: dict[Tile, list[bytes]] = {}

    def _tile(self, level: int, index: int) -> list[bytes]:
        count = self._size >> level * HEIGHT
        tile = Tile(level, index, min(WIDTH, count - index * WIDTH))
        if tile not in self._tiles:
            if len(self._tiles) >= _MAX_HELD:
                self._tiles.clear()
            self._tiles[tile] = unpack_hashes(tile, self._load(tile.path))
        return self._tiles[tile]

    def __call__(self, level: int, index: int) -> bytes:
        row, above = divmod(level, HEIGHT)
        first = index << above
        tile = self._tile(row, first // WIDTH)
        hashes = tile[first % WIDTH : first % WIDTH + (1 << above)]
        if len(hashes) != 1 << above:
            raise Malformed("a subtree that this tree does not hold")
        while len(hashes) > 1:
            hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
        return hashes[0]
