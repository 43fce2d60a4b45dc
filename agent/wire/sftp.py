"""SFTP version 3 as both ends read it: numbers, packets, and why something is refused. Standard library only.

draft-ietf-secsh-filexfer-02 with the extensions of OpenSSH's PROTOCOL file that are listed here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum

from agent.wire.frames import CLOSE_BREACH, ProtocolError

VERSION = 3
MAX_PACKET_BYTES = 256 * 1024  # OpenSSH's own limit
MAX_DATA_BYTES = 255 * 1024
MAX_HANDLES = 64
MAX_HANDLE_BYTES = 256  # the draft's own limit
READ, WRITE, APPEND, CREAT, TRUNC, EXCL = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
ATTR_SIZE, ATTR_UIDGID, ATTR_PERMISSIONS, ATTR_TIMES, ATTR_EXTENDED = 0x01, 0x02, 0x04, 0x08, 0x80000000
POSIX_RENAME, FSYNC, LIMITS = b"posix-rename@openssh.com", b"fsync@openssh.com", b"limits@openssh.com"
HARDLINK = b"hardlink@openssh.com"


class Op(IntEnum):
    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    SETSTAT = 9
    FSETSTAT = 10
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    MKDIR = 14
    RMDIR = 15
    REALPATH = 16
    STAT = 17
    RENAME = 18
    READLINK = 19
    SYMLINK = 20
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED = 200
    EXTENDED_REPLY = 201


class Code(IntEnum):
    """Of STATUS."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    BAD_MESSAGE = 5
    UNSUPPORTED = 8


# What the host's end says with a refusal; `file.transferred` bears the word before it.
REASONS: dict[str, str] = {
    "outside_folder": "outside the approved folders",
    "direction": "files may not go this way here",
    "link": "links are not followed",
    "not_plain": "not a plain file of its own",
    "not_allowed": "a channel for files does not do this",
    "denied": "permission denied",
    "read_only": "the disk is read-only",
    "no_space": "no space left",
    "name_too_long": "the name is too long",
    "too_many": "too many files in one channel",
    "failed": "it failed",
}
_BY_SENTENCE = {sentence: word for word, sentence in REASONS.items()}


def reason_of(sentence: str) -> str:
    """The word of a refusal's sentence; one that nobody here wrote is a refusal all the same."""
    return _BY_SENTENCE.get(sentence, "denied")


class Fields:
    """Reads what a packet holds, in its order; `ProtocolError` where it ends too early.

    `at`: from there on; where most of a packet is a file's bytes, cutting it costs a copy of them.
    """

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    def _take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        if len(found) != count:
            raise ProtocolError(CLOSE_BREACH, "an SFTP packet ends too early")
        self._at += count
        return found

    def byte(self) -> int:
        return self._take(1)[0]

    def u32(self) -> int:
        return int.from_bytes(self._take(4), "big")

    def u64(self) -> int:
        return int.from_bytes(self._take(8), "big")

    def string(self) -> bytes:
        return self._take(self.u32())

    def handle(self) -> bytes:
        """A name the host gave to what it opened."""
        found = self.string()
        if len(found) > MAX_HANDLE_BYTES:
            raise ProtocolError(CLOSE_BREACH, "an SFTP handle is too long")
        return found


class Packets:
    """Cuts a stream into packets, whatever its pieces; what is held back is at most one packet."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Each whole packet, without its length. Take all of them before the next `feed`."""
        self._held += data
        at = 0
        while len(self._held) - at >= 4:
            size = int.from_bytes(self._held[at : at + 4], "big")
            if not 1 <= size <= MAX_PACKET_BYTES:
                raise ProtocolError(CLOSE_BREACH, "an SFTP packet of no possible size")
            if len(self._held) - at < 4 + size:
                break
            with memoryview(self._held) as held:
                found = held[at + 4 : at + 4 + size].tobytes()
            yield found
            at += 4 + size
        del self._held[:at]


def packet(op: Op, *parts: bytes) -> bytes:
    return b"".join((struct.pack(">IB", 1 + sum(map(len, parts)), op), *parts))


def string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
