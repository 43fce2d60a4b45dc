"""RFC 6962 tree hashing: append, roots, inclusion and consistency proofs; integers and bytes only.

The tree is kept as its complete subtrees: `read(level, index)` gives the hash over the 2**level leaves
from index * 2**level on. Those never change once written, so any store that can keep them will do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
MAX_SIZE = 2**53 - 1  # what an integer inside a record can say (FORMAT.md §1)
MAX_PROOF = 2 * 53  # a consistency proof of a tree of MAX_SIZE leaves is no longer
EMPTY_ROOT = hashlib.sha256(b"").digest()

Read = Callable[[int, int], bytes]
Node = tuple[int, int, bytes]


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def stored_nodes(n: int, leaf: bytes, read: Read) -> list[Node]:
    """(level, index, hash) of every complete subtree that leaf `n` (hashed) completes, from level 0 up.

    `read` is asked only for subtrees that earlier leaves completed.
    """
    nodes = [(0, n, leaf)]
    level, index, found = 0, n, leaf
    while index & 1:
        found = node_hash(read(level, index - 1), found)
        level, index = level + 1, index >> 1
        nodes.append((level, index, found))
    return nodes


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (RFC 6962 §2.1)."""
    return 1 << (count - 1).bit_length() - 1


def _over(first: int, count: int, read: Read) -> bytes:
    """Hash over `count` leaves from `first` on; `first` is aligned as RFC 6962 splits it."""
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, first >> level)
    k = _split(count)
    return node_hash(_over(first, k, read), _over(first + k, count - k, read))


def root(size: int, read: Read) -> bytes:
    return _over(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf up (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise IndexError("no such leaf in a tree of that size")
    path: list[bytes] = []
    first, count = 0, size
    while count > 1:
        k = _split(count)
        if index - first < k:
            path.append(_over(first + k, count - k, read))
            count = k
        else:
            path.append(_over(first, k, read))
            first, count = first + k, count - k
    return path[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """That the tree of `old` leaves is a prefix of the tree of `new` (RFC 6962 §2.1.2).

    Empty where there is nothing to prove: `old` is 0 or equals `new`.
    """
    if not 0 <= old <= new:
        raise IndexError("a tree does not shrink")
    if old in (0, new):
        return []
    path: list[bytes] = []
    first, count, left, whole = 0, new, old, True
    while left != count:
        k = _split(count)
        if left <= k:
            path.append(_over(first + k, count - k, read))
            count = k
        else:
            path.append(_over(first, k, read))
            first, count, left, whole = first + k, count - k, left - k, False
    if not whole:  # else the old root itself is the starting point, and the checker has it
        path.append(_over(first, count, read))
    return path[::-1]


def _sound(size: int, *hashes: bytes) -> bool:
    return 0 <= size <= MAX_SIZE and all(len(h) == HASH_BYTES for h in hashes)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 §2.1.3.2; `leaf` is a leaf hash. False for anything odd, never an exception."""
    if not _sound(size, leaf, root, *proof) or not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(p, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def check_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162 §2.1.4.2, and for `old` 0 or `new` the empty proof alone. Never an exception."""
    if not _sound(new, old_root, new_root, *proof) or not 0 <= old <= new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    if not path:
        return False
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


class Edge:
    """A tree's complete subtrees at its right edge: enough to grow it and to know its root."""

    def __init__(self) -> None:
        self._size = 0
        self._hashes: dict[int, bytes] = {}  # by level

    def append(self, data: bytes) -> None:
        made = stored_nodes(self._size, leaf_hash(data), self._read)
        for level, _, _ in made[:-1]:
            self._hashes.pop(level, None)
        top, _, found = made[-1]
        self._hashes[top] = found
        self._size += 1

    def _read(self, level: int, _index: int) -> bytes:
        return self._hashes[level]

    def root(self) -> bytes:
        return root(self._size, self._read)


class Tree:
    """A whole tree in memory, for whoever reads a log from its first leaf."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def append(self, data: bytes) -> int:
        """Add a leaf by its data; its index."""
        return self.append_hash(leaf_hash(data))

    def append_hash(self, leaf: bytes) -> int:
        # The loop of `stored_nodes`, with the rows at hand: a verifier does nothing more often.
        rows = self._levels
        row, found = rows[0], leaf
        index = n = len(row)
        row.append(found)
        level = 0
        while index & 1:
            found = hashlib.sha256(b"\x01" + row[index - 1] + found).digest()
            level, index = level + 1, index >> 1
            if level == len(rows):
                rows.append([])
            row = rows[level]
            row.append(found)
        return n

    def read(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Of the first `size` leaves; of all, where none is given."""
        return root(self.size if size is None else size, self.read)
