"""How one log of a tenant follows another (FORMAT.md §2, *Shards*): names in order, the key said before it is used."""

from __future__ import annotations

from collections.abc import Sequence

from audit import merkle
from audit.errors import Malformed
from audit.leaf import Leaf
from audit.note import ED25519, VerifierKey
from audit.records import KeyRotated


def log_key(text: str) -> VerifierKey:
    """A log's vkey; `Malformed` for anything else."""
    found = VerifierKey.parse(text)
    if found.type != ED25519:
        raise Malformed("a log's key is of another type")
    return found


def follows(after: str, before: str) -> bool:
    """Whether a log of that name (origin) can come after the other: same tenant, later year or letter."""
    where, _, label = before.rpartition("/")
    place, _, later = after.rpartition("/")
    return place == where and later > label


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
