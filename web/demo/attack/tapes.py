"""Recordings, forged with the stolen keys: their heads are signed with the log's. Pure but for the sealing, which
takes chance of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audit import checkpoint
from audit import recording as rec
from audit.leaf import Leaf
from audit.recording import SegmentLeaf
from audit.recording_records import RecordingCheckpoint, RecordingClosed, RecordingOpened
from audit.recording_segment import Event, Piece, Sealer, encode_pieces, new_identity, plain_digest
from audit.recording_stream import SALT_BYTES, output_digest
from web.demo.attack.books import Books
from web.demo.attack.forgeries import Desk, unreported

HARMLESS = b"Nulla di particolare.\n"


def recordings_of(books: Books) -> list[str]:
    """Their ids, in the order in which they began."""
    found = [leaf.record for leaf in books.find("recording.opened")]
    return [one.recording for one in found if isinstance(one, RecordingOpened)]


def _segments(books: Books, recording: str) -> list[SegmentLeaf]:
    raw = rec.unpack_entries(books.recordings[rec.entries_name(recording)])
    return rec.parse_all(raw, recording)


def _put(books: Books, **files: bytes) -> Books:
    return replace(books, recordings={**books.recordings, **files})


def segment_altered(desk: Desk) -> Books:
    name = rec.segment_name(recordings_of(desk.true)[0], 0)
    data = desk.true.recordings[name]
    return _put(desk.true, **{name: data[:-1] + bytes([data[-1] ^ 1])})


def segments_swapped(desk: Desk) -> Books:
    """The first of one session against the first of another."""
    one, other = (rec.segment_name(recording, 0) for recording in recordings_of(desk.true)[:2])
    held = desk.true.recordings
    return _put(desk.true, **{one: held[other], other: held[one]})


def segment_missing(desk: Desk) -> Books:
    last = _segments(desk.true, recordings_of(desk.true)[0])[-1]
    gone = rec.segment_name(last.recording, last.n)
    return replace(desk.true, recordings={n: d for n, d in desk.true.recordings.items() if n != gone})


def left_out(desk: Desk) -> Books:
    """All files of a recording; its records stay."""
    gone = rec.folder(recordings_of(desk.true)[0]) + "/"
    return replace(
        desk.true, recordings={n: d for n, d in desk.true.recordings.items() if not n.startswith(gone)}
    )


def never_recorded(desk: Desk) -> Books:
    """As if the last session's channel had opened without one."""
    last = recordings_of(desk.true)[-1]
    told = desk.true.find("recording.opened", "recording.checkpoint", "recording.closed")
    return unreported(desk.true.without([leaf.n for leaf in told if _of(leaf) == last]))


def segment_forged(desk: Desk) -> Books:
    """Another screen in the place of the first segment of the last recording, and everything above it made to fit."""
    recording = recordings_of(desk.true)[-1]
    first, *others = _segments(desk.true, recording)
    salt = bytes(SALT_BYTES)
    at_ms = int(first.first.timestamp() * 1000)
    plain = encode_pieces(salt, [Piece(at_ms, Event.OUTPUT, HARMLESS)])
    stored = Sealer([new_identity()[1]]).seal(plain)
    false = replace(
        first,
        out_bytes=len(HARMLESS),
        output=output_digest(salt, recording, 0, HARMLESS),
        plain=plain_digest(plain),
        stored=rec.stored_digest(stored),
    )
    books = _retold(desk, desk.true, recording, [false, *others])
    return unreported(_put(books, **{rec.segment_name(recording, 0): stored}))


def end_forged(desk: Desk) -> Books:
    """The last segment of the last recording cut off, its heads signed anew, and the record of its end rewritten."""
    recording = recordings_of(desk.true)[-1]
    kept = _segments(desk.true, recording)[:-1]
    gone = rec.segment_name(recording, len(kept))
    books = _retold(desk, desk.true, recording, kept)
    return replace(books, recordings={n: d for n, d in books.recordings.items() if n != gone})


def end_forged_alone(desk: Desk) -> Books:
    """The same, without the month's report, which tells of the log's head: the log is shorter by its records."""
    return unreported(end_forged(desk))


def _retold(desk: Desk, books: Books, recording: str, segments: Sequence[SegmentLeaf]) -> Books:
    """The recording's own log over these, its head signed with the stolen key, and its records in ours to fit."""
    raw = [one.encode() for one in segments]
    tree = rec.tree_of(raw)
    head = rec.head_of(desk.true.vkey.name, recording, tree)
    note = checkpoint.sign(head, desk.loot.log_key(desk.true.vkey.name))
    books = _put(
        books,
        **{rec.entries_name(recording): b"".join(map(rec.pack_entry, raw)), rec.head_name(recording): note},
    )
    for leaf in books.find("recording.checkpoint", "recording.closed"):
        record = leaf.record
        if not isinstance(record, RecordingCheckpoint | RecordingClosed) or record.recording != recording:
            continue
        count = min(record.segments, tree.size)
        told = replace(record, segments=count, root=tree.root(count).hex())
        if isinstance(told, RecordingClosed):
            masked = sum(number for one in segments for _, number in one.masked)
            told = replace(told, out_bytes=sum(one.out_bytes for one in segments), masked=masked)
        books = books.put(leaf._replace(record=told))
    return books


def _of(leaf: Leaf) -> str:
    return str(getattr(leaf.record, "recording", ""))
