"""A host's screen as its recording keeps it: the pure half that faces the server (FORMAT.md §15, *Screens*).

The server is asked for raw pixels alone, and what is kept of them needs nothing that came earlier but the picture
below: each rectangle is packed by itself, and a *key* holds the whole screen.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from agent.channels.rectangles import Rect, blackened, common
from agent.channels.rfb import DESKTOP_SIZE, LAST_RECT, POINTER, RAW, TIGHT, Breach, Covered, Shown, Steps
from agent.channels.rfb_server import FromServer

ENCODINGS = struct.pack(">BxH2i", 2, 2, RAW, DESKTOP_SIZE)
# Whoever takes the pointer's form by itself is sent pictures that the server has not drawn it into: a server that draws
# it puts back what it kept from under it, which may be of a window that has gone.
WITHOUT_POINTER = struct.pack(">BxH3i", 2, 3, RAW, DESKTOP_SIZE, POINTER)
MAX_POINTER_SIDE = 512
BAND_BYTES = 128 * 1024  # of raw pixels, packed at once: nobody waits for longer
MAX_TIGHT_SIDE = 2048
MAX_UNMADE = 10  # in a row: a key may meet the answer to an earlier question, or a new size of the screen
FAST = 1  # zlib's level: the host has other things to do
_ENDLESS = 0xFFFF  # rectangles, up to `LAST_RECT`
_SOLID, _PACKED = 0x80, 0x01  # Tight's control: one colour; packed, its stream begun anew
_UNPACKED_BYTES = 12  # fewer are sent as they are


class Pictures(FromServer):
    """`ToClient` is what is kept; after `Ready` and each `Shown` one more picture is asked for.

    `hidden` is what is fed from here on must not show: those places are black in what is kept.
    """

    hidden: tuple[Rect, ...] = ()

    def __init__(self, answer: Callable[[bytes], bytes] | None, *, pointer: bool = True) -> None:
        """`pointer`: whether it shows in what is kept."""
        super().__init__(answer, clipboard=False)
        self.encodings = ENCODINGS if pointer else WITHOUT_POINTER
        self._as_key = False
        self._begun = False  # something of this answer is kept
        self._covered = False  # and something of it is hidden
        self._pixels = 0
        self._unmade = 0
        self.between = True  # no picture is under way

    def ask(self, *, key: bool) -> bytes:
        """What to send for the next picture: all of it, or what changed."""
        self._as_key = key
        return self._asked(Rect(0, 0, self._width, self._height), changed=not key)

    def ask_again(self, place: Rect) -> bytes:
        """What to send for a place as it is now, changed or not."""
        self._as_key = False
        there = common(place, Rect(0, 0, self._width, self._height))
        return self._asked(there or Rect(0, 0, 1, 1), changed=False)

    def probe(self) -> bytes:
        """What to send where nothing changed for long: whoever lives answers with one pixel."""
        return self._asked(Rect(0, 0, 1, 1), changed=False)

    @staticmethod
    def _asked(place: Rect, *, changed: bool) -> bytes:
        return struct.pack(">BB4H", 3, changed, *place)

    def _bell(self, head: bytes) -> None:
        """A sound is no picture."""

    def _update(self, head: bytes) -> Steps:
        self.between = False
        left = int.from_bytes((yield 3, True)[1:], "big")
        endless, resized = left == _ENDLESS, False
        self._begun, self._covered, self._pixels = False, False, 0
        while left or endless:
            x, y, width, height, encoding = struct.unpack(">4Hi", (yield 12, True))
            left -= 1
            if encoding == LAST_RECT:
                break
            if encoding == DESKTOP_SIZE:
                resized = resized or (width, height) != (self._width, self._height)
                self._size(width, height)
                continue
            if encoding == POINTER and self.encodings is WITHOUT_POINTER:
                if max(width, height) > MAX_POINTER_SIDE:
                    raise Breach("a pointer larger than any")
                if width and height:
                    yield height * (4 * width + (width + 7) // 8), True
                continue
            if encoding != RAW or x + width > self._width or y + height > self._height:
                raise Breach("a picture that was not asked for")
            for band in _bands(x, y, width, height):
                pixels = yield 4 * band.width * band.height, True
                if not resized:
                    self._keep(band, pixels)
        if self._begun:
            self.passing += _rect(Rect(0, 0, 0, 0), LAST_RECT)
        short = self._as_key and not resized and self._pixels < self._width * self._height
        again = resized or short
        self._unmade = self._unmade + 1 if again else 0
        if self._unmade > MAX_UNMADE:
            raise Breach("a screen of which no whole picture comes")
        self._as_key, self.between = False, True
        self.say(Shown(again=again))

    def _keep(self, band: Rect, seen: bytes) -> None:
        pixels = blackened(band, seen, self.hidden)
        if pixels is not seen and not self._covered:
            self._covered = True
            self.say(Covered())
        if not self._begun:
            self._begun = True
            self.passing += struct.pack(">BxH", 0, _ENDLESS)
            if self._as_key:
                self.passing += _rect(Rect(0, 0, self._width, self._height), DESKTOP_SIZE)
        self._pixels += band.width * band.height
        for part, own in _columns(band, pixels):
            self.passing += _rect(part, TIGHT) + _packed(own)


def _bands(x: int, y: int, width: int, height: int) -> Iterator[Rect]:
    """The rectangle in the order of its bytes: whole rows together."""
    rows = max(1, BAND_BYTES // (4 * max(1, width)))
    for top in range(0, height if width else 0, rows):
        yield Rect(x, y + top, width, min(rows, height - top))


def _columns(band: Rect, pixels: bytes) -> Iterator[tuple[Rect, bytes]]:
    """No rectangle of Tight is wider than `MAX_TIGHT_SIDE`."""
    if band.width <= MAX_TIGHT_SIDE:
        yield band, pixels
        return
    for left in range(0, band.width, MAX_TIGHT_SIDE):
        width = min(MAX_TIGHT_SIDE, band.width - left)
        starts = range(4 * left, len(pixels), 4 * band.width)
        own = b"".join(pixels[start : start + 4 * width] for start in starts)
        yield Rect(band.x + left, band.y, width, band.height), own


def _rect(band: Rect, encoding: int) -> bytes:
    return struct.pack(">4Hi", *band, encoding)


def _packed(pixels: bytes) -> bytes:
    """Tight's bytes of raw pixels: three of each four, in one zlib stream of its own."""
    colours = bytearray(len(pixels) // 4 * 3)
    for part in range(3):
        colours[part::3] = pixels[part::4]
    if colours == colours[:3] * (len(colours) // 3):
        return bytes((_SOLID,)) + colours[:3]
    if len(colours) < _UNPACKED_BYTES:
        return bytes((_PACKED,)) + colours
    packed = zlib.compress(colours, FAST)
    return bytes((_PACKED,)) + _compact(len(packed)) + packed


def _compact(size: int) -> bytes:
    """Seven bits of each byte, the low ones first, the third whole."""
    if size < 1 << 7:
        return bytes((size,))
    if size < 1 << 14:
        return bytes((size & 0x7F | 0x80, size >> 7))
    return bytes((size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14))
