"""A recording as a small log of its own: a leaf for each sealed segment, and signed heads (FORMAT.md §15).

Pure, and of nothing that has to be opened: what is inside a segment is `recording_segment`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit import instant, merkle
from audit.canonical import Fields, Value, decode, encode
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.forms import CODE, DIGEST, ID
from audit.recording_stream import MAX_SEEN_BYTES

MAX_STORED_BYTES = 1024 * 1024 + 64 * 1024  # 1 MiB that nothing makes smaller, sealed
MAX_ENTRIES_BYTES = 64 * 1024 * 1024  # forty days without a pause
MAX_CLASSES = 64


def origin_of(log_origin: str, recording: str) -> str:
    """The name of a recording's own log, and of the key that signs its heads: the log's."""
    return f"{log_origin}/recording/{recording}"


def folder(recording: str) -> str:
    return f"recordings/{recording}"


def segment_name(recording: str, n: int) -> str:
    return f"{folder(recording)}/{n}.age"


def entries_name(recording: str) -> str:
    return f"{folder(recording)}/entries"


def head_name(recording: str) -> str:
    return f"{folder(recording)}/head"


@dataclass(frozen=True, slots=True)
class SegmentLeaf:
    """A segment in its recording's log. `first` and `last` are when its output came; `out_bytes` how much it is,
    masked; `masked` how many secrets of each class were covered. `output` is the broker's digest of what both
    ends see, `plain` the salted one of what is sealed, `stored` that of the sealed bytes. `host` is the note
    the host signed (recording_stream), absent where it came to none."""

    recording: str
    n: int
    first: datetime
    last: datetime
    out_bytes: int
    masked: tuple[tuple[str, int], ...]
    output: str
    plain: str
    stored: str
    host: str | None

    def encode(self) -> bytes:
        value: dict[str, Value] = {
            "v": 1,
            "type": "segment",
            "recording": self.recording,
            "n": self.n,
            "first": instant.to_text(self.first),
            "last": instant.to_text(self.last),
            "out_bytes": self.out_bytes,
            "masked": dict(self.masked),
            "output": self.output,
            "plain": self.plain,
            "stored": self.stored,
        }
        if self.host is not None:
            value["host"] = self.host
        return encode(value)

    @classmethod
    def parse(cls, data: bytes) -> SegmentLeaf:
        f = Fields(decode(data), "segment")
        f.exactly("v", 1)
        f.exactly("type", "segment")
        found = cls(
            f.formed("recording", ID),
            f.integer("n"),
            instant.parse(f.text("first")),
            instant.parse(f.text("last")),
            f.integer("out_bytes"),
            _counts(f.mapping("masked")),
            f.formed("output", DIGEST),
            f.formed("plain", DIGEST),
            f.formed("stored", DIGEST),
            f.opt_text("host"),
        )
        f.done()
        if found.n < 0 or found.out_bytes < 0 or found.last < found.first:
            raise Malformed("a segment that cannot be")
        if found.host is not None and len(found.host.encode()) > MAX_SEEN_BYTES:
            raise Malformed("what a host says of a segment is longer than that can be")
        return found


def _counts(value: dict[str, Value]) -> tuple[tuple[str, int], ...]:
    fits = len(value) <= MAX_CLASSES and all(
        CODE.fits(name) and type(count) is int and count > 0 for name, count in value.items()
    )
    if not fits:
        raise Malformed("what was masked is a count, above none, for each class")
    return tuple(sorted(value.items()))


def stored_digest(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()


def pack_entry(leaf: bytes) -> bytes:
    """Behind its length as two bytes, high byte first, as in an entry tile."""
    return len(leaf).to_bytes(2, "big") + leaf


def unpack_entries(data: bytes) -> list[bytes]:
    """The leaves of ``entries``; `Malformed` where the last is cut short."""
    found: list[bytes] = []
    at, size = 0, len(data)
    while at < size:
        end = at + 2 + (data[at] << 8) + data[at + 1] if at + 1 < size else size + 1
        if end > size:
            raise Malformed("the list of segments is cut short")
        found.append(data[at + 2 : end])
        at = end
    return found


def tree_of(leaves: Iterable[bytes]) -> merkle.Tree:
    tree = merkle.Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree


def head_of(log_origin: str, recording: str, tree: merkle.Tree) -> Checkpoint:
    return Checkpoint(origin_of(log_origin, recording), tree.size, tree.root())


def parse_all(leaves: Sequence[bytes], recording: str) -> list[SegmentLeaf]:
    """Each at its place, of this recording, none earlier than the one before it; `Malformed`."""
    found = [SegmentLeaf.parse(data) for data in leaves]
    for place, one in enumerate(found):
        if one.n != place or one.recording != recording:
            raise Malformed("a segment is not at its place")
        if place and one.first < found[place - 1].last:
            raise Malformed("a segment begins before the one before it ended")
    return found
