"""The log of a recording that goes on: segments sealed, each with its leaf under a signed head, on the disk."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from audit import checkpoint, merkle
from audit import recording as rec
from audit.keys import SigningKey
from audit.recording import SegmentLeaf
from audit.recording_segment import Piece, Sealer, encode_pieces, plain_digest
from audit.recording_stream import Seen
from broker.store.recording_folder import RecordingFolder
from broker.store.recordings import Recorded


class Segments:
    """The recording's own log. `add` blocks, and is called in threads."""

    def __init__(self, folder: RecordingFolder, sealer: Sealer, told: Recorded, key: SigningKey) -> None:
        self._folder = folder
        self._sealer = sealer
        self._told = told
        self._key = key
        self._lock = threading.Lock()
        self._tree = merkle.Tree()
        self._kept = 0  # of its leaves: one that could not be written stays behind
        self.out_bytes = 0
        self.masked = 0

    def add(
        self, salt: bytes, pieces: list[Piece], seen: Seen, masked: dict[str, int], note: str | None
    ) -> None:
        """One more, on the disk when this returns; `OSError`, and `ValueError` for what is no next segment."""
        with self._lock:
            if seen.n != self._tree.size:
                raise ValueError("a segment before this one was lost")
            plain = encode_pieces(salt, pieces)
            stored = self._sealer.seal(plain)
            leaf = SegmentLeaf(
                self._told.id, seen.n, _instant(pieces[0].at_ms), _instant(pieces[-1].at_ms), seen.out_bytes,
                tuple(masked.items()), seen.output, plain_digest(plain), rec.stored_digest(stored), note,
            ).encode()  # fmt: skip
            self._tree.append(leaf)
            head = checkpoint.sign(rec.head_of(self._told.origin, self._told.id, self._tree), self._key)
            self._folder.add(seen.n, stored, leaf, head)
            self._kept = self._tree.size
            self.out_bytes += seen.out_bytes
            self.masked += sum(masked.values())

    def told(self) -> tuple[int, str]:
        """(segments, root) of all that is on the disk."""
        with self._lock:
            return self._kept, self._tree.root(self._kept).hex()


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
