"""The tree against a ten-line naive one, RFC 6962's published vectors, and pymerkle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from audit import merkle

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc6962.json").read_text())
LEAVES = [bytes.fromhex(h) for h in VECTORS["leaves"]]


def naive(leaves: list[bytes]) -> bytes:
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return merkle.leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(naive(leaves[:k]), naive(leaves[k:]))


def tree_of(count: int) -> merkle.Tree:
    tree = merkle.Tree()
    for i in range(count):
        assert tree.append(b"leaf %d" % i) == i
    return tree


def test_published_roots_and_proofs() -> None:
    tree = merkle.Tree()
    assert tree.root().hex() == VECTORS["roots"][0]
    for leaf in LEAVES:
        tree.append(leaf)
    assert [tree.root(n).hex() for n in range(9)] == VECTORS["roots"]
    for case in VECTORS["inclusion"]:
        proof = merkle.inclusion_proof(case["index"], case["size"], tree.read)
        assert [p.hex() for p in proof] == case["proof"]
    for case in VECTORS["consistency"]:
        proof = merkle.consistency_proof(case["old"], case["new"], tree.read)
        assert [p.hex() for p in proof] == case["proof"]


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_root_equals_naive_and_pymerkle(leaves: list[bytes]) -> None:
    tree, other = merkle.Tree(), InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append(leaf)
        other.append_entry(leaf)
    assert tree.root() == naive(leaves)
    if leaves:
        assert tree.root() == other.get_root()


def test_every_proof_of_small_trees_holds_and_no_other() -> None:
    tree = tree_of(20)
    for size in range(1, 21):
        root = tree.root(size)
        for index in range(size):
            leaf = tree.read(0, index)
            proof = merkle.inclusion_proof(index, size, tree.read)
            assert merkle.check_inclusion(leaf, index, size, proof, root)
            assert not merkle.check_inclusion(leaf, index, size, [*proof, root], root)
            assert not merkle.check_inclusion(leaf, (index + 1) % (size + 1), size, proof, root)
            assert not proof or not merkle.check_inclusion(leaf, index, size, proof[:-1], root)
        for old in range(size + 1):
            proof = merkle.consistency_proof(old, size, tree.read)
            assert merkle.check_consistency(old, size, proof, tree.root(old), root)
            assert not merkle.check_consistency(old, size, [*proof, root], tree.root(old), root)
            if old == 0:
                continue  # everything is consistent with the empty tree
            assert not merkle.check_consistency(old, size, proof, tree.root(old), bytes(32))
            if old < size:
                assert not merkle.check_consistency(old, size, proof[:-1], tree.root(old), root)
                assert not merkle.check_consistency(old, size, [], tree.root(old), root)


@given(st.integers(1, 60), st.integers(0, 59), st.integers(0, 255), st.data())
def test_one_flipped_bit_spoils_a_proof(size: int, index: int, bit: int, data: st.DataObject) -> None:
    tree = tree_of(size)
    index %= size
    proof = merkle.inclusion_proof(index, size, tree.read)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytearray(proof[at])
        flipped[bit // 8] ^= 1 << bit % 8
        proof[at] = bytes(flipped)
        assert not merkle.check_inclusion(tree.read(0, index), index, size, proof, tree.root())


@pytest.mark.parametrize(
    ("index", "size", "leaf", "proof"),
    [
        (-1, 1, bytes(32), []),
        (1, 1, bytes(32), []),
        (0, 1, bytes(31), []),
        (0, 2, bytes(32), [bytes(33)]),
        (0, 2**53, bytes(32), []),
    ],
)
def test_odd_inclusion_claims_are_false(index: int, size: int, leaf: bytes, proof: list[bytes]) -> None:
    assert not merkle.check_inclusion(leaf, index, size, proof, bytes(32))


def test_odd_consistency_claims_are_false() -> None:
    root = tree_of(1).root()
    assert not merkle.check_consistency(2, 1, [], root, root)
    assert not merkle.check_consistency(-1, 1, [], root, root)
    assert not merkle.check_consistency(0, 1, [], root, root)  # the empty tree has its own root
    assert not merkle.check_consistency(0, 1, [root], merkle.EMPTY_ROOT, root)
    assert not merkle.check_consistency(0, 0, [], merkle.EMPTY_ROOT, root)
    assert not merkle.check_consistency(1, 1, [root], root, root)
    assert not merkle.check_consistency(3, 4, [], root, root)
    assert not merkle.check_consistency(1, 2, [b"short"], root, root)


def test_asking_for_what_is_not_there() -> None:
    tree = tree_of(2)
    with pytest.raises(IndexError):
        merkle.inclusion_proof(2, 2, tree.read)
    with pytest.raises(IndexError):
        merkle.consistency_proof(3, 2, tree.read)


def test_stored_nodes_are_the_subtrees_a_leaf_completes() -> None:
    tree = tree_of(4)
    nodes = merkle.stored_nodes(3, tree.read(0, 3), tree.read)
    assert nodes == [(0, 3, tree.read(0, 3)), (1, 1, tree.read(1, 1)), (2, 0, tree.root())]


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_an_edge_has_the_root_of_the_whole_tree(leaves: list[bytes]) -> None:
    tree, edge = merkle.Tree(), merkle.Edge()
    assert edge.root() == tree.root()
    for data in leaves:
        tree.append(data)
        edge.append(data)
        assert edge.root() == tree.root()
