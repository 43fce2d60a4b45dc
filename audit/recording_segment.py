"""What a segment holds, and the sealing of it: an age file with one zstd frame in it (FORMAT.md §15).

``age -d -i IDENTITY 0.age | zstd -d`` opens it with stock programs. Sealing and opening need the extra
`[recordings]` (pyrage, zstandard), loaded when they are asked for; `Sealer` is made once a recording.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from audit.age_keys import NoAge, opened_with
from audit.errors import BadSignature, Malformed
from audit.recording_stream import SALT_BYTES, output_digest

MAX_PLAIN_BYTES = 1024 * 1024
ZSTD_LEVEL = 3
_HEAD = struct.Struct(">QBI")
_TAG = b"verbale/segment/v1\n"
_MAX_SIDE = 10_000


class Event(IntEnum):
    """What a piece of a segment is: `SALT` comes once, first. A recording has `OUTPUT` and `WINDOW`, or
    `SCREEN` alone (FORMAT.md §15, *Screens*)."""

    OUTPUT = 0
    WINDOW = 1
    SALT = 2
    SCREEN = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """At `at_ms` (since 1970, UTC) by the broker's clock."""

    at_ms: int
    event: Event
    data: bytes

    def encode(self) -> bytes:
        return _HEAD.pack(self.at_ms, self.event, len(self.data)) + self.data


def window(at_ms: int, cols: int, rows: int) -> Piece:
    """The technician's terminal has this size from here on."""
    return Piece(at_ms, Event.WINDOW, struct.pack(">HH", cols, rows))


def size_of(piece: Piece) -> tuple[int, int]:
    """Columns and rows of a `WINDOW`."""
    cols, rows = struct.unpack(">HH", piece.data)
    return cols, rows


def encode_pieces(salt: bytes, pieces: Sequence[Piece]) -> bytes:
    """The plain bytes of a segment."""
    at_ms = pieces[0].at_ms if pieces else 0
    return b"".join([Piece(at_ms, Event.SALT, salt).encode(), *(one.encode() for one in pieces)])


def parse_pieces(plain: bytes) -> tuple[bytes, list[Piece]]:
    """(salt, what came after it); `Malformed`."""
    found: list[Piece] = []
    at = 0
    while at < len(plain):
        if at + _HEAD.size > len(plain):
            raise Malformed("a segment is cut short")
        at_ms, kind, length = _HEAD.unpack_from(plain, at)
        data = plain[at + _HEAD.size : at + _HEAD.size + length]
        at += _HEAD.size + length
        if len(data) != length or kind not in tuple(Event):
            raise Malformed("a segment is cut short, or holds what nobody knows")
        found.append(_checked(Piece(at_ms, Event(kind), data), first=not found, before=found[-1:]))
    if not found:
        raise Malformed("a segment holds nothing")
    return found[0].data, found[1:]


def _checked(piece: Piece, *, first: bool, before: list[Piece]) -> Piece:
    if first != (piece.event is Event.SALT) or (first and len(piece.data) != SALT_BYTES):
        raise Malformed("a segment begins with its salt, and has one")
    if before and piece.at_ms < before[0].at_ms:
        raise Malformed("a segment goes back in time")
    text = (Event.OUTPUT, Event.WINDOW)
    if before and {piece.event, before[0].event} not in ({*text}, {piece.event}, {piece.event, Event.SALT}):
        raise Malformed("a segment holds text or pictures")
    if piece.event is Event.WINDOW and not (
        len(piece.data) == 4 and all(1 <= side <= _MAX_SIDE for side in size_of(piece))
    ):
        raise Malformed("a window of no possible size")
    return piece


def output_of(pieces: Sequence[Piece]) -> bytes:
    return b"".join(one.data for one in pieces if one.event is not Event.WINDOW)


def plain_digest(plain: bytes) -> str:
    """Salted: the salt is the first thing in it."""
    return hashlib.sha256(_TAG + plain).hexdigest()


class Sealer:
    """Seals segments for these recipients (age1…). `Malformed` for one that age does not know, `NoAge`
    where the extra is missing."""

    def __init__(self, recipients: Sequence[str]) -> None:
        age, zstd = _packages()
        try:
            self._recipients = [age.x25519.Recipient.from_str(one) for one in recipients]
        except age.RecipientError as wrong:
            raise Malformed("a recipient that age does not know") from wrong
        self._age = age
        self._zstd = zstd.ZstdCompressor(level=ZSTD_LEVEL)

    def seal(self, plain: bytes) -> bytes:
        """The bytes that are stored; the same plain bytes give others each time."""
        if len(plain) > MAX_PLAIN_BYTES:
            raise ValueError("a segment is at most 1 MiB")
        found: bytes = self._age.encrypt(self._zstd.compress(plain), self._recipients)
        return found


def new_identity() -> tuple[str, str]:
    """(identity, recipient) of a recording: its own key, as ``age-keygen`` makes one."""
    age, _ = _packages()
    made = age.x25519.Identity.generate()
    return str(made), str(made.to_public())


def unseal(identity: str, stored: bytes) -> bytes:
    """The plain bytes; `BadSignature` where the identity does not open it, `Malformed` for what is no frame of
    at most 1 MiB, whatever it would unfold to."""
    _, zstd = _packages()
    packed = opened_with(identity, stored)
    reading = zstd.ZstdDecompressor(max_window_size=8 * MAX_PLAIN_BYTES).stream_reader(packed)
    try:
        plain: bytes = reading.read(MAX_PLAIN_BYTES + 1)
    except zstd.ZstdError as wrong:
        raise Malformed("a segment is no zstd frame") from wrong
    if len(plain) > MAX_PLAIN_BYTES:
        raise Malformed("a segment unfolds to more than 1 MiB")
    return plain


def check_plain(plain: bytes, recording: str, n: int, *, digest: str, output: str) -> list[Piece]:
    """The pieces of a segment, if it is the one its leaf is of; `BadSignature` or `Malformed`."""
    if plain_digest(plain) != digest:
        raise BadSignature("a segment is not the one that was recorded")
    salt, pieces = parse_pieces(plain)
    if output_digest(salt, recording, n, output_of(pieces)) != output:
        raise BadSignature("a segment's output is not the one that was recorded")
    return pieces


def _packages() -> tuple[Any, Any]:
    try:
        import pyrage
        import zstandard
    except ImportError as missing:
        raise NoAge from missing
    return pyrage, zstandard
