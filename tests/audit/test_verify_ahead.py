"""What is said of an entry tile before its turn: its root, and only where nothing is wrong with it."""

from __future__ import annotations

import hashlib

import pytest

from audit import bundle
from audit.merkle import Tree
from audit.tiles import WIDTH, Tile
from audit.verify_ahead import NOTHING, Alone, alone, judged
from tests.audit.test_verify_log import many
from tests.audit.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return many(2 * WIDTH)


def test_a_good_tile(world: World) -> None:
    files = bundle.unpack(bundle.pack(world.entries()))
    for index in (0, 1):
        data = files[Tile(None, index).path]
        assert judged(files, index) == hashlib.sha256(data).digest() + world.tree.read(8, index)


@pytest.mark.parametrize("what", ["missing", "no hashes", "form", "hashes", "cut"])
def test_of_a_tile_with_anything_wrong_nothing_is_said(world: World, what: str) -> None:
    entries, first = world.entries(), Tile(None, 1).path
    match what:
        case "missing":
            del entries[first]
        case "no hashes":
            del entries[Tile(0, 1).path]
        case "cut":
            entries[first] = entries[first][:-1]
        case "form":
            entries[first] = entries[first].replace(b'"v":1', b'"v":2', 1)
        case _:
            entries[Tile(0, 1).path] = bytes(WIDTH * 32)
    assert judged(bundle.unpack(bundle.pack(entries)), 1) == NOTHING


def test_a_form_that_is_wrong_though_the_tree_has_it() -> None:
    w = many(2 * WIDTH)
    w.leaves[WIDTH] = w.leaves[WIDTH].replace(b'"v":1', b'"v":2')
    w.tree = Tree()
    for data in w.leaves:
        w.tree.append(data)
    files = bundle.unpack(bundle.pack(w.entries()))
    assert judged(files, 0) != NOTHING
    assert judged(files, 1) == NOTHING


def test_nobody_helps(world: World) -> None:
    with alone(bundle.unpack(bundle.pack(world.entries())), len(world.leaves)) as ahead:
        assert isinstance(ahead, Alone)
        assert ahead.top(0, b"") is None
