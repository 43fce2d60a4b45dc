"""Tiles: the paths of the specification, bytes both ways, and trees read back from files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle, tiles
from audit.errors import Malformed
from audit.tiles import Tile, TileReader


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 999, 7), "tile/1/999.p/7"),
        (Tile(None, 1000, 255), "tile/entries/x001/000.p/255"),
        (Tile(6, 0, 1), "tile/6/000.p/1"),
    ],
)
def test_paths_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@given(st.none() | st.integers(0, 6), st.integers(0, 2**53 - 1), st.integers(1, 256))
def test_paths_round_trip(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/x000/001",
        "tile/7/000",
        "tile/00/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/x1/000",
        "tile/entries/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x999/" * 20 + "999",
        "checkpoint",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(Malformed):
        Tile.parse(path)


@pytest.mark.parametrize(("level", "index", "width"), [(0, 0, 0), (0, 0, 257), (0, -1, 1), (7, 0, 1)])
def test_tiles_out_of_bounds(level: int, index: int, width: int) -> None:
    with pytest.raises(Malformed):
        Tile(level, index, width)


def published(tree: merkle.Tree) -> dict[str, bytes]:
    return {t.path: tiles.pack_hashes(t, tree.read) for t in tiles.hash_tiles(tree.size)}


def tree_of(count: int) -> merkle.Tree:
    tree = merkle.Tree()
    for i in range(count):
        tree.append(i.to_bytes(4, "big"))
    return tree


TREE = tree_of(70_000)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 513, 65_536, 65_537, 70_000])
def test_a_tree_read_back_from_its_tiles_proves_the_same(size: int) -> None:
    files = {t.path: tiles.pack_hashes(t, TREE.read) for t in tiles.hash_tiles(size)}
    reader = TileReader(size, files.__getitem__)
    assert merkle.root(size, reader) == TREE.root(size)
    for index in {0, size // 2, size - 1}:
        assert merkle.inclusion_proof(index, size, reader) == merkle.inclusion_proof(index, size, TREE.read)


def test_a_reader_holds_a_few_tiles_however_large_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "_MAX_HELD", 2)
    size = TREE.size
    files = {t.path: tiles.pack_hashes(t, TREE.read) for t in tiles.hash_tiles(size)}
    reader = TileReader(size, files.__getitem__)
    for first in range(1, size, 97):
        assert merkle.root(first, reader) == TREE.root(first)
        assert len(reader._tiles) <= 2


def test_which_files_a_growing_log_must_write() -> None:
    assert [t.path for t in tiles.hash_tiles(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert [t.path for t in tiles.hash_tiles(258, since=256)] == ["tile/0/001.p/2"]
    assert tiles.hash_tiles(256, since=256) == []
    assert [t.path for t in tiles.entry_tiles(513, since=300)] == ["tile/entries/001", "tile/entries/002.p/1"]
    assert tiles.entry_tiles(0) == tiles.hash_tiles(0) == []


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_old_and_new_tiles_make_up_all(a: int, b: int) -> None:
    since, size = sorted((a, b))
    needed = set(tiles.hash_tiles(size))
    assert needed <= set(tiles.hash_tiles(since)) | set(tiles.hash_tiles(size, since))


def test_hash_tiles_have_their_width() -> None:
    tile = Tile(0, 0, 3)
    data = tiles.pack_hashes(tile, TREE.read)
    assert tiles.unpack_hashes(tile, data) == [TREE.read(0, i) for i in range(3)]
    for wrong in (data[:-1], data + b"x", b""):
        with pytest.raises(Malformed):
            tiles.unpack_hashes(tile, wrong)
    with pytest.raises(ValueError, match="pack_entries"):
        tiles.pack_hashes(Tile(None, 0), TREE.read)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_entries_round_trip(entries: list[bytes]) -> None:
    tile = Tile(None, 0, len(entries))
    data = tiles.pack_entries(entries)
    assert tiles.unpack_entries(tile, data) == entries
    for wrong in (data[:-1], data + b"\x00", data + b"\x00\x00"):
        with pytest.raises(Malformed):
            tiles.unpack_entries(tile, wrong)


def test_frozen_entry_bytes_and_bounds() -> None:
    assert tiles.pack_entries([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    with pytest.raises(Malformed):
        tiles.unpack_entries(Tile(None, 0, 2), b"\x00\x02ab")
    for entries in ([], [b""] * 257, [bytes(65_536)]):
        with pytest.raises(Malformed):
            tiles.pack_entries(entries)


def test_a_subtree_the_tree_does_not_hold() -> None:
    files = published(tree_of(3))
    with pytest.raises(Malformed):
        TileReader(3, files.__getitem__)(1, 1)
