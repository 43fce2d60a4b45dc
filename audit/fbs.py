"""A recorded screen as an FBS 001.000 file, which players of VNC sessions read. For export, and for the page.

Behind the file's first line come blocks: length (4 bytes, high byte first), so many bytes, padded to four, and
milliseconds since the first picture (4 bytes). Their bytes together are what an RFB 3.3 server says that asks for no
password (RFC 6143): the greeting, and the pictures as they were recorded (FORMAT.md §15, *Screens*).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from audit.errors import Malformed
from audit.recording_segment import Piece

FIRST_LINE = b"FBS 001.000\n"
PIXELS = struct.pack(">BBBBHHHBBB3x", 32, 24, 0, 1, 255, 255, 255, 0, 8, 16)
NAME = b"Verbale"
KEY = struct.Struct(">BxH4Hi")  # an update's head, and the first rectangle of a key: the screen's size
KEY_SIGNS = (0, 0xFFFF, 0, 0, -223)
_LAST_MS = 0xFFFFFFFF


def fbs(pieces: Sequence[Piece]) -> bytes:
    """`Malformed` where the recording begins with no picture of the whole screen."""
    width, height = screen_size(pieces[0].data)
    greeting = b"RFB 003.003\n" + struct.pack(">I", 1)
    greeting += struct.pack(">HH", width, height) + PIXELS + struct.pack(">I", len(NAME)) + NAME
    start_ms = pieces[0].at_ms
    blocks = [_block(greeting, 0), *(_block(one.data, one.at_ms - start_ms) for one in pieces)]
    return FIRST_LINE + b"".join(blocks)


def screen_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, of a key that begins there."""
    if len(data) < KEY.size:
        raise Malformed("a screen's recording begins with its size")
    kind, count, x, y, width, height, encoding = KEY.unpack_from(data)
    if (kind, count, x, y, encoding) != KEY_SIGNS or not (width and height):
        raise Malformed("a screen's recording begins with its size")
    return width, height


def _block(data: bytes, after_ms: int) -> bytes:
    padding = bytes(-len(data) % 4)
    return struct.pack(">I", len(data)) + data + padding + struct.pack(">I", min(after_ms, _LAST_MS))
