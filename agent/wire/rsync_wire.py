"""rsync's protocol 30 as both ends read it: its numbers and indices. Pure, standard library only.

A reader is a generator: it yields how many bytes it needs next and is sent exactly these. So the same
reader serves a process that waits for them (`agent/files`) and a watch that is fed what passes.
30 is spoken because newer rsyncs fall back to it by themselves; its numbers are little-endian.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from agent.wire.frames import CLOSE_BREACH, ProtocolError

T = TypeVar("T")
Reader = Generator[int, bytes, T]

VERSION = 30
MAX_VERSION = 40  # what rsync itself takes for a version at all
COMPAT_FLAGS = 0  # no list in parts, no negotiated sums
SEED_BYTES = 4  # told by the host, and used for sums of blocks alone
PIECE_BYTES = 32 * 1024  # of contents; what rsync sends at once itself
SUM_BYTES = 16  # MD5, by which rsync's ends compare
NO_SUMS = bytes(16)  # the head of a list of block sums that has none: everything crosses whole
DONE = -1
WINDOW = 16  # files asked for before the first has come: few enough for any pipe, enough for a slow line
ROUNDS = 3  # of requests, each closed by either end with DONE; only the first has any here
_MAX_NUMBER = 2**31 - 1
_EXTRA = (
    (0,) * 32 + (1,) * 16 + (2,) * 8 + (3,) * 4 + (4, 4, 5, 6)
)  # bytes behind the first, by its upper six bits


class Item:
    """What is said of one entry, beside its index."""

    CONTENT = 1 << 1
    SIZE = 1 << 2
    TIME = 1 << 3
    BASIS = 1 << 11
    NAME = 1 << 12
    NEW = 1 << 13
    LOCAL = 1 << 14
    TRANSFER = 1 << 15


def breach(what: str) -> ProtocolError:
    return ProtocolError(CLOSE_BREACH, f"rsync: {what}")


# ------------------------------------------------------------------------------------------ numbers


def byte() -> Reader[int]:
    return (yield 1)[0]


def exactly(size: int) -> Reader[bytes]:
    return (yield size)


def u16() -> Reader[int]:
    return int.from_bytes((yield 2), "little")


def i32() -> Reader[int]:
    return int.from_bytes((yield 4), "little", signed=True)


def count() -> Reader[int]:
    """A number that cannot be negative."""
    found = yield from i32()
    if found < 0:
        raise breach("a count below nothing")
    return found


def varint() -> Reader[int]:
    first = (yield 1)[0]
    more = _EXTRA[first // 4]
    if more > 4:
        raise breach("a number of no possible size")
    if not more:
        return first
    rest = yield more
    high = first & ((1 << (8 - more)) - 1)
    return int.from_bytes(rest + bytes([high]), "little") & 0xFFFFFFFF


def varlong(least: int) -> Reader[int]:
    """Signed, of eight bytes at most; `least` of them are always sent."""
    head = yield least
    more = _EXTRA[head[0] // 4]
    if least + more > 9:
        raise breach("a number of no possible size")
    rest = (yield more) if more else b""
    high = head[0] & ((1 << (8 - more)) - 1) if more else head[0]
    whole = (head[1:] + rest + bytes([high]))[:8].ljust(8, b"\0")
    return int.from_bytes(whole, "little", signed=True)


def vstring() -> Reader[bytes]:
    size = (yield 1)[0]
    if size & 0x80:
        size = (size & 0x7F) << 8 | (yield 1)[0]
    if size > 4096:
        raise breach("a name is too long")
    return (yield size) if size else b""


def put_varint(number: int) -> bytes:
    return _put(number.to_bytes(4, "little"), 1)


def put_varlong(number: int, least: int) -> bytes:
    return _put(number.to_bytes(8, "little", signed=True), least)


def _put(whole: bytes, least: int) -> bytes:
    size = len(whole)
    while size > least and not whole[size - 1]:
        size -= 1
    room = 1 << (7 - size + least)
    top = whole[size - 1]
    if top >= room:
        return bytes([~(room - 1) & 0xFF]) + whole[:size]
    first = (top | ~(room * 2 - 1)) & 0xFF if size > least else top
    return bytes([first]) + whole[: size - 1]


class Index:
    """Indices of the list in one direction: each is told by its distance from the one before."""

    def __init__(self) -> None:
        self._last = -1
        self._last_below = 1

    def read(self) -> Reader[int]:
        first = yield from byte()
        if not first:
            return DONE
        if first == 0xFF:
            raise breach("an index that only lists in parts have")
        if first != 0xFE:
            return self._is(self._last + first)
        a, b = yield 2
        if not a & 0x80:
            return self._is(self._last + (a << 8 | b))
        c, d = yield 2
        return self._is((a & 0x7F) << 24 | d << 16 | c << 8 | b)

    def _is(self, number: int) -> int:
        if not 0 <= number <= _MAX_NUMBER:
            raise breach("an index of no possible size")
        self._last = number
        return number

    def put(self, number: int) -> bytes:
        if number == DONE:
            return b"\0"
        step, self._last = number - self._last, number
        if 0 < step < 0xFE:
            return bytes([step])
        if 0 <= step <= 0x7FFF:
            return bytes([0xFE, step >> 8, step & 0xFF])
        return bytes([0xFE, number >> 24 | 0x80, number & 0xFF, number >> 8 & 0xFF, number >> 16 & 0xFF])


def attributes() -> Reader[tuple[int, bytes]]:
    """(flags, what else was said), to be said again as it is."""
    flags = yield from u16()
    more = b""
    if flags & Item.BASIS:
        more = yield 1
    if flags & Item.NAME:
        name = yield from vstring()
        size = len(name)
        more += (bytes([size >> 8 | 0x80, size & 0xFF]) if size > 0x7F else bytes([size])) + name
    return flags, more


def block_sums() -> Reader[int]:
    """How many an end has sent of what it holds; they are read past."""
    blocks = yield from count()
    yield from count()
    size = yield from count()
    yield from count()
    if size > SUM_BYTES:
        raise breach("sums that are too long")
    left = blocks * (4 + size)
    while left:
        left -= len((yield min(left, PIECE_BYTES)))
    return blocks
