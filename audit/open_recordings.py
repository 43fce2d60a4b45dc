"""The recordings of a bundle, opened with the titolare's identity: each segment against its leaf, then together.

Pure but for the packages that open (extra `[recordings]`). What the leaves are worth, the verifier says: step 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from audit import recording as rec
from audit.errors import BadSignature, Malformed
from audit.recording_segment import Piece, check_plain, unseal
from audit.verify_recordings import recordings_in


class Opened(NamedTuple):
    """A recording's pieces, in order; `erased` where its segments are no more."""

    recording: str
    pieces: list[Piece]
    erased: bool


def open_recordings(files: Mapping[str, bytes], identity: str) -> Iterator[Opened]:
    """Each recording of the bundle. `Malformed` or `BadSignature` where a segment is not the recorded one, or
    is sealed for somebody else."""
    for recording in recordings_in(files):
        yield open_one(files, recording, identity)


def open_one(files: Mapping[str, bytes], recording: str, identity: str) -> Opened:
    entries = rec.entries_name(recording)
    if entries not in files:
        raise Malformed(f"{entries} is missing")
    leaves = rec.parse_all(rec.unpack_entries(files[entries]), recording)
    there = [rec.segment_name(recording, leaf.n) in files for leaf in leaves]
    if not any(there):
        return Opened(recording, [], erased=True)
    pieces: list[Piece] = []
    for leaf in leaves:
        name = rec.segment_name(recording, leaf.n)
        if name not in files:
            raise Malformed(f"{name} is missing")
        stored = files[name]
        if rec.stored_digest(stored) != leaf.stored:
            raise BadSignature(f"{name} is not the recorded segment")
        plain = unseal(identity, stored)
        pieces += check_plain(plain, recording, leaf.n, digest=leaf.plain, output=leaf.output)
    return Opened(recording, pieces, erased=False)
