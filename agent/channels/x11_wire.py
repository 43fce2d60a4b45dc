"""As much of the X11 protocol as it takes to know where windows are and what they are called. Pure.

X Window System Protocol, version 11, and of its extension SHAPE whether a window has another form than its
rectangle. Little-endian throughout, which the client says when it connects.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TypeAlias

COOKIE = b"MIT-MAGIC-COOKIE-1"
MAX_REPLY_BYTES = 256 * 1024
CLASS, NAME, TRANSIENT = 67, 39, 68  # atoms that every server has: WM_CLASS, WM_NAME, WM_TRANSIENT_FOR
NAME_WORDS = 1024  # of four bytes: as much as is read of a name
_CHILDREN, _PROPERTIES = 1 << 19, 1 << 22  # SubstructureNotify, PropertyChange
_EVENT_MASK = 1 << 11
_HEAD = 32  # of every event, error and reply
_LOCAL, _WILD = 256, 65535  # families of an authority


class Breach(OSError):
    """The display says what is not of the protocol, or lets nobody in."""


@dataclass(frozen=True, slots=True)
class Root:
    """The screen: `owner_mask` are the bits of an id that its client may choose."""

    id: int
    depth: int
    owner_mask: int


@dataclass(frozen=True, slots=True)
class Reply:
    serial: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    serial: int


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the server's own; what a client made up to look like one is left out."""

    code: int
    data: bytes


Said: TypeAlias = Reply | Failed | Told


def hello(cookie: bytes | None) -> bytes:
    name, data = (b"", b"") if cookie is None else (COOKIE, cookie)
    return struct.pack("<BxHHHH2x", 0x6C, 11, 0, len(name), len(data)) + _padded(name) + _padded(data)


def setup_bytes(head: bytes) -> int:
    """What follows the first 8 bytes; `Breach` where the display lets nobody in."""
    if head[0] != 1:
        raise Breach("the display lets us not in")
    return int.from_bytes(head[6:8], "little") * 4


def read_setup(body: bytes, screen: int) -> Root:
    try:
        _, _, mask, _, vendor, _, roots, formats = struct.unpack_from("<IIIIHHBB", body)
        at = 32 + len(_padded(bytes(vendor))) + 8 * formats
        for number in range(roots):
            root, depth, depths = struct.unpack_from("<I34xBB", body, at)
            if number == screen:
                return Root(root, depth, mask)
            at += 40
            for _ in range(depths):
                at += 8 + 24 * int.from_bytes(body[at + 2 : at + 4], "little")
    except struct.error as wrong:
        raise Breach("a display that breaks off") from wrong
    raise Breach("a display without that screen")


def said(held: bytearray) -> list[Said]:
    """Takes what is whole off the front of `held`."""
    found: list[Said] = []
    at = 0
    while len(held) - at >= _HEAD:
        kind, size = held[at], _HEAD
        if kind in (1, 35):  # a reply, or an event of any length
            size += 4 * int.from_bytes(held[at + 4 : at + 8], "little")
            if size > MAX_REPLY_BYTES:
                raise Breach("an answer longer than what was asked for")
        if len(held) - at < size:
            break
        data = bytes(held[at : at + size])
        at += size
        serial = int.from_bytes(data[2:4], "little")
        if kind == 0:
            found.append(Failed(serial))
        elif kind == 1:
            found.append(Reply(serial, data))
        elif kind < 0x80:
            found.append(Told(kind, data))
    del held[:at]
    return found


# --------------------------------------------------------------------------------- what is asked


def watch(window: int) -> bytes:
    """Tell of its names and of what becomes of its children."""
    return struct.pack("<BxHIII", 2, 4, window, _EVENT_MASK, _CHILDREN | _PROPERTIES)


def attributes(window: int) -> bytes:
    return struct.pack("<BxHI", 3, 2, window)


def geometry(window: int) -> bytes:
    return struct.pack("<BxHI", 14, 2, window)


def children(window: int) -> bytes:
    return struct.pack("<BxHI", 15, 2, window)


def atom(name: bytes) -> bytes:
    return struct.pack("<BxHH2x", 16, 2 + len(_padded(name)) // 4, len(name)) + _padded(name)


def text(window: int, name: int) -> bytes:
    return struct.pack("<BBHIIIII", 20, 0, 6, window, name, 0, 0, NAME_WORDS)


def extension(name: bytes) -> bytes:
    return struct.pack("<BxHH2x", 98, 2 + len(_padded(name)) // 4, len(name)) + _padded(name)


def shape(opcode: int, window: int) -> bytes:
    """Tell of its form, and which it has now: two requests, of which the second is answered."""
    return struct.pack("<BBHIB3x", opcode, 6, 3, window, 1) + struct.pack("<BBHI", opcode, 5, 2, window)


def pause() -> bytes:
    """GetInputFocus: its answer comes behind all that happened before."""
    return struct.pack("<BxH", 43, 1)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


# ------------------------------------------------------------------------------------ who may ask


def cookie_for(authority: bytes, host: bytes, display: int) -> bytes | None:
    """From a file of Xauthority: that of this host's display, or of any host's."""
    found: bytes | None = None
    at = 0
    while at + 2 <= len(authority):
        family = int.from_bytes(authority[at : at + 2], "big")
        at += 2
        parts: list[bytes] = []
        for _ in range(4):
            size = int.from_bytes(authority[at : at + 2], "big")
            parts.append(authority[at + 2 : at + 2 + size])
            at += 2 + size
        address, number, name, data = parts
        if name != COOKIE or len(data) != 16 or number not in (b"", str(display).encode()):
            continue
        if family == _WILD or (family == _LOCAL and address == host):
            return data
        found = found or data
    return found
