"""A recording's files: sealed segments, the list of their leaves, the signed head (FORMAT.md §15).

What `add` returned from is on the disk. A crash leaves at most a segment that the list does not have yet, or a
leaf behind the head: `whole` reads what stands.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from audit.checkpoint import parse
from audit.errors import Malformed
from audit.note import parse_note
from audit.recording import SegmentLeaf, pack_entry, unpack_entries

FOLDER = "recordings"  # inside the broker's own
ENTRIES, HEAD = "entries", "head"


class RecordingFolder:
    """Of one recording."""

    def __init__(self, state: Path, tenant: str, recording: str) -> None:
        self._path = state / FOLDER / tenant / recording

    def make(self) -> None:
        self._path.mkdir(parents=True, mode=0o700)
        for folder in (self._path.parent, self._path.parent.parent):
            _sync(folder)

    def add(self, n: int, stored: bytes, leaf: bytes, head: bytes) -> None:
        """One more segment; `OSError` where it cannot be kept."""
        self._write(f"{n}.age", stored)
        with open(self._path / ENTRIES, "ab", opener=_private) as entries:
            entries.write(pack_entry(leaf))
            entries.flush()
            os.fsync(entries.fileno())
        self.sign(head)

    def sign(self, head: bytes) -> None:
        """The head, in the place of the one before it."""
        self._write(f"{HEAD}.new", head)
        (self._path / f"{HEAD}.new").replace(self._path / HEAD)
        _sync(self._path)

    def _write(self, name: str, data: bytes) -> None:
        with open(self._path / name, "wb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def read(self, name: str) -> bytes | None:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            return None

    def files(self) -> dict[str, bytes]:
        """What its head is over, by name: a recording that goes on meanwhile is taken as of one moment. A
        segment that is not there is left out."""
        head = self.read(HEAD)
        if head is None:
            return {}
        leaves = self.leaves()[: parse(parse_note(head).text).size]
        found = {HEAD: head, ENTRIES: b"".join(map(pack_entry, leaves))}
        for n in range(len(leaves)):
            stored = self.read(f"{n}.age")
            if stored is not None:
                found[f"{n}.age"] = stored
        return found

    def leaves(self) -> list[bytes]:
        """Of the list, as far as it is whole."""
        data = self.read(ENTRIES) or b""
        while True:
            try:
                return unpack_entries(data)
            except Malformed:
                data = data[:-1]

    def whole(self) -> list[bytes]:
        """The leaves whose segments are there as they were sealed, the list made to hold just these."""
        kept: list[bytes] = []
        for leaf in self.leaves():
            stored = self.read(f"{len(kept)}.age")
            if stored is None or hashlib.sha256(stored).hexdigest() != SegmentLeaf.parse(leaf).stored:
                break
            kept.append(leaf)
        if self.read(ENTRIES) is not None:
            self._write(ENTRIES, b"".join(map(pack_entry, kept)))
        return kept

    def erase(self) -> None:
        """The segments; the leaves and the head stay, and hold nothing that anybody could read."""
        if not self._path.exists():
            return
        for file in self._path.iterdir():
            if file.name not in (ENTRIES, HEAD):
                file.unlink()
        _sync(self._path)


def require_room(state: Path) -> None:
    """`OSError` where nothing could be kept now."""
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    probe = folder / f".probe-{os.getpid()}"
    with open(probe, "wb", opener=_private) as file:
        file.write(bytes(64 * 1024))
        file.flush()
        os.fsync(file.fileno())
    probe.unlink()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
