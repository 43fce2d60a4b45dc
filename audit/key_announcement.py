"""The record that names the next log's key, proved to whoever holds a head (FORMAT.md §2, *Shards*)."""

from __future__ import annotations

from collections.abc import Sequence

from audit import merkle
from audit.errors import Malformed
from audit.leaf import Leaf
from audit.log_records import KeyRotated
from audit.note import VerifierKey
from audit.succession import log_key


def announced(
    leaf: bytes, index: int, proof: Sequence[bytes], *, size: int, root: bytes, tenant: str
) -> VerifierKey:
    """The key that this leaf announces, after a look that it lies in the tree of that head; `Malformed` if not."""
    if not merkle.check_inclusion(merkle.leaf_hash(leaf), index, size, proof, root):
        raise Malformed("the announcement is not in the tree of the head held")
    found = Leaf.parse(leaf)
    if found.tenant != tenant or found.n != index or not isinstance(found.record, KeyRotated):
        raise Malformed("the leaf announces no key")
    return log_key(found.record.key)
