"""A file's bytes as rsync sends them, plain or deflated (`-z`), always the whole of it. Pure.

What rsync calls a token is a piece of the file here, and never a block that the other end has already: no
end sends sums of blocks, so none can be named.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from agent.wire.rsync_wire import SUM_BYTES, Reader, breach, byte, i32

MAX_TOKEN_BYTES = 256 * 1024
_SYNC = b"\x00\x00\xff\xff"  # ends a flushed deflate stream; rsync leaves it out
_DEFLATED, _MAX_DEFLATED = 0x40, 16383


def contents(*, compressed: bool, take: Callable[[bytes], None]) -> Reader[bytes]:
    """`take` gets a file piece by piece; then its MD5 as the sender says it. No block of an older file."""
    yield from _deflated(take) if compressed else _plain(take)
    return (yield SUM_BYTES)


def _plain(take: Callable[[bytes], None]) -> Reader[None]:
    while size := (yield from i32()):
        if not 0 < size <= MAX_TOKEN_BYTES:
            raise breach("not the whole of a file")
        take((yield size))


def _deflated(take: Callable[[bytes], None]) -> Reader[None]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    any_came = False
    while flag := (yield from byte()):
        if flag & 0xC0 != _DEFLATED:
            raise breach("not the whole of a file")
        size = (flag & 0x3F) << 8 | (yield 1)[0]
        if size:
            any_came = True
            _inflated(inflate, (yield size), take)
    if any_came:
        _inflated(inflate, _SYNC, take)


def _inflated(inflate: zlib._Decompress, data: bytes, take: Callable[[bytes], None]) -> None:
    """Never more at once than a piece: a few bytes may stand for very many."""
    try:
        while True:
            piece = inflate.decompress(data, MAX_TOKEN_BYTES)
            if piece:
                take(piece)
            data = inflate.unconsumed_tail
            if not data and len(piece) < MAX_TOKEN_BYTES:
                break
    except zlib.error as wrong:
        raise breach("a compressed file is damaged") from wrong
    if inflate.eof:
        raise breach("a compressed file ends too early")


def put_plain(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield struct.pack("<i", len(piece)) + piece
    yield bytes(4)


def put_deflated(pieces: Iterator[bytes], level: int) -> Iterator[bytes]:
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    held, any_came = b"", False
    for piece in pieces:
        any_came = True
        held += deflate.compress(piece)
        while len(held) > _MAX_DEFLATED + len(_SYNC):  # the last bytes may be those that are left out
            yield _token(held[:_MAX_DEFLATED])
            held = held[_MAX_DEFLATED:]
    if any_came:
        held = (held + deflate.flush(zlib.Z_SYNC_FLUSH)).removesuffix(_SYNC)
    while held:
        yield _token(held[:_MAX_DEFLATED])
        held = held[_MAX_DEFLATED:]
    yield b"\0"


def _token(piece: bytes) -> bytes:
    return bytes([_DEFLATED | len(piece) >> 8, len(piece) & 0xFF]) + piece
