"""How one log of a tenant follows another (FORMAT.md §2, *Shards*): names in order, the key said before it is used."""

from __future__ import annotations

from audit.errors import Malformed
from audit.note import ED25519, VerifierKey


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
