"""What may be judged of an entry tile before its turn comes, by whoever has time.

That is forms and hashes; and of records that no step listens to (`Hearing`) their places, times and people,
which fold together: nothing else of such a record is ever judged. It is said only of tiles in which nothing is wrong, and
with the digest of the bytes that were read. Any other tile the verifier judges itself, and every record that
some step listens to in its turn: no verdict depends on who helped.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from audit import instant, tiles
from audit.bundle import Entries
from audit.canonical import Value
from audit.erasure_records import ErasureExecuted
from audit.errors import Malformed
from audit.leaf import Leaf
from audit.verify_erasures import ACCESSES
from audit.verify_log import folded, hashed
from audit.verify_playbacks import PLAYED
from audit.verify_records import BACKWARDS

_ANSWER = struct.Struct("32s32s32s24s24s")  # digest of the file, then as `Told`; lines of `accessed` follow
NOTHING = b""  # of a tile that is not whole and good
MAX_ANSWER = 1 << 17  # longer than 256 records with their people
EVERY = (1 << tiles.WIDTH) - 1


class Hearing(NamedTuple):
    """The customer whose log it is, and the kinds of record that some step listens to."""

    tenant: str
    kinds: frozenset[str]


class Told(NamedTuple):
    """Of a full entry tile whose entries hash to the published tile, and that to `top`, every one of its form.

    `loud` has a bit for each record, from the lowest, that some step has to hear. Unless that is `EVERY`
    one, all are in their places and none was written more than `BACKWARDS` before one ahead of it in the
    tile, the first and the last of them at `earliest` and `latest`; and `accessed` is when each person had
    the last access that the others tell of.
    """

    top: bytes
    loud: int
    earliest: datetime
    latest: datetime
    accessed: dict[str, datetime]


class Ahead(Protocol):
    def told(self, index: int, data: bytes) -> Told | None:
        """What was found about entry tile `index`, if it was good and these very bytes; else None."""
        ...


ReadAhead = Callable[[Entries, int, Hearing], AbstractContextManager[Ahead]]
"""Whoever helps with the files of a log of that size; until the end of the block."""


class Alone:
    def told(self, index: int, data: bytes) -> Told | None:
        return None


@contextlib.contextmanager
def alone(files: Entries, size: int, hearing: Hearing) -> Iterator[Ahead]:
    """Nobody helps."""
    yield Alone()


def judged(files: Entries, index: int, hearing: Hearing) -> bytes:
    """What there is to say about a full entry tile; `NOTHING` unless all is well with it."""
    tile = tiles.Tile(None, index)
    try:
        data = files[tile.path]
        entries = tiles.unpack_entries(tile, data)
        row = hashed(entries)
        if row != files[tiles.Tile(0, index).path]:
            return NOTHING
        fold = _Fold(entries, index * tiles.WIDTH, hearing)
    except (KeyError, Malformed):
        return NOTHING
    loud = fold.loud.to_bytes(tiles.WIDTH // 8, "little")
    between = fold.earliest.encode(), fold.latest.encode()
    accessed = "".join([f"{person} {at}\n" for person, at in fold.accessed.items()])
    return _ANSWER.pack(hashlib.sha256(data).digest(), folded(row), loud, *between) + accessed.encode()


def read(said: bytes, data: bytes) -> Told | None:
    """What `judged` said about a tile of these bytes; None for other ones, and for what it would not say."""
    if len(said) < _ANSWER.size:
        return None
    digest, top, loud, *between = _ANSWER.unpack_from(said)
    if digest != hashlib.sha256(data).digest():
        return None
    try:
        earliest, latest = [instant.parse(text.decode()) for text in between]
        lines = [line.split(" ") for line in said[_ANSWER.size :].decode().splitlines()]
        accessed = {person: instant.parse(at) for person, at in lines}
    except (Malformed, ValueError):
        return None
    return Told(top, int.from_bytes(loud, "little"), earliest, latest, accessed)


class _Fold:
    """Of the entries of a tile that begins with record `first`, as in `Told`; `Malformed`."""

    def __init__(self, entries: Sequence[bytes], first: int, hearing: Hearing) -> None:
        tenant, kinds = hearing
        loud, folds, check, access = 0, True, Leaf.check, self._access
        earliest, latest = "9", ""  # instants have one spelling, which sorts as they do
        self.accessed: dict[str, str] = {}
        # Without a call for each: a verifier does nothing more often.
        for n, entry in enumerate(entries, first):
            kind, whose, place, written, linked, actor, body = check(entry)
            if written >= latest:
                latest = written
            elif instant.parse(written) < instant.parse(latest) - BACKWARDS:
                folds = False
            earliest = min(earliest, written)
            if (
                linked
                or kind in kinds
                or place != n
                or not n
                or whose != tenant
                or _demo(body)
                or _played(body)
            ):
                loud |= 1 << n - first
                folds = folds and place == n and kind != ErasureExecuted.KIND
            elif kind in ACCESSES:
                access(actor, kind, body, written)
        self.earliest, self.latest = earliest, latest
        self.loud = loud if folds else EVERY
        if not folds:
            self.accessed = {}

    def _access(self, actor: str, kind: str, body: dict[str, Value], at: str) -> None:
        accessed = self.accessed
        if at > accessed.get(actor, ""):
            accessed[actor] = at
        for name in ACCESSES[kind]:
            person = body.get(name, actor)
            if person != actor and at > accessed.get(person, ""):
                accessed[person] = at


def _played(body: dict[str, Value]) -> bool:
    """A recording was looked at, for which somebody had to have leave."""
    return body.get("what") in PLAYED


def _demo(body: dict[str, Value]) -> bool:
    """Somebody used a key of a demo's software, which only a demo's log may tell of."""
    return body.get("demo_software") is True
