"""rsync's two streams, cut up: frames that carry data or a message, and what a reader needs of them. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum

from agent.wire.rsync_wire import Reader, breach

MAX_MESSAGE_BYTES = 64 * 1024
BASE = 7  # added to each tag
REST = 0


class Tag(IntEnum):
    """Of a frame."""

    DATA = 0
    ERROR_XFER = 1
    INFO = 2
    ERROR = 3
    WARNING = 4
    IO_ERROR = 22
    NOOP = 42
    SUCCESS = 100
    NO_SEND = 102


_KNOWN = frozenset(Tag)


def frame(tag: Tag, data: bytes) -> bytes:
    return struct.pack("<I", (BASE + tag) << 24 | len(data)) + data


class Frames:
    """Cuts a multiplexed stream; of DATA the pieces as they come, of all else whole messages."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._message = bytearray()
        self._tag = 0
        self._left = 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        rest = memoryview(data)
        while rest:
            if len(self._head) < 4:
                taken = 4 - len(self._head)
                self._head += rest[:taken]
                rest = rest[taken:]
                if len(self._head) == 4:
                    self._begin()
                    if not self._left:
                        yield from self._over(b"")
                continue
            piece, rest = rest[: self._left], rest[self._left :]
            self._left -= len(piece)
            yield from self._over(bytes(piece))

    def _begin(self) -> None:
        head = int.from_bytes(self._head, "little")
        self._tag, self._left = (head >> 24) - BASE, head & 0xFFFFFF
        if self._tag not in _KNOWN or (self._tag != Tag.DATA and self._left > MAX_MESSAGE_BYTES):
            raise breach("a frame that nobody sends here")

    def _over(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        if self._tag == Tag.DATA:
            if piece:
                yield Tag.DATA, piece
        else:
            self._message += piece
        if self._left:
            return
        self._head.clear()
        if self._tag != Tag.DATA:
            message, self._message = bytes(self._message), bytearray()
            yield self._tag, message


class Feed:
    """Runs a reader on a stream that comes in pieces; once it has ended, nothing more may come.

    A reader that asks for `REST` is through with it: whatever comes is dropped.
    """

    def __init__(self, reader: Reader[None]) -> None:
        self._reader = reader
        self._held = bytearray()
        self._need: int | None = None
        self._begun = False

    def feed(self, data: bytes) -> None:
        self._held += data
        if not self._begun:
            self._begun = True
            self._go(None)
        while self._need is not None and len(self._held) >= self._need:
            if self._need == REST:
                self._held.clear()
                return
            piece = bytes(self._held[: self._need])
            del self._held[: self._need]
            self._go(piece)
        if self._need is None and self._held:
            raise breach("more than the protocol has")

    def _go(self, piece: bytes | None) -> None:
        try:
            self._need = next(self._reader) if piece is None else self._reader.send(piece)
        except StopIteration:
            self._need = None
