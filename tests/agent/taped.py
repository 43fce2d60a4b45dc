"""A recorded screen read again, as FORMAT.md §15 says it is written."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from agent.channels.rfb import DESKTOP_SIZE, LAST_RECT, TIGHT

Part = tuple[int, int, int, int, bytes]  # x, y, width, height, three bytes a pixel


@dataclass
class Screen:
    width: int = 0
    height: int = 0
    pixels: bytearray = None  # type: ignore[assignment]

    def draw(self, part: Part) -> None:
        x, y, width, height, colours = part
        for row in range(height):
            at = 3 * ((y + row) * self.width + x)
            self.pixels[at : at + 3 * width] = colours[3 * row * width : 3 * (row + 1) * width]

    def at(self, x: int, y: int) -> bytes:
        place = 3 * (y * self.width + x)
        return bytes(self.pixels[place : place + 3])


def pictures(kept: bytes) -> Iterator[list[Part]]:
    """Each picture's parts; one of no pixels is a new size, width and height of the screen."""
    at = 0
    while at < len(kept):
        assert kept[at : at + 4] == b"\0\0\xff\xff"
        at += 4
        parts: list[Part] = []
        while True:
            x, y, width, height, encoding = struct.unpack_from(">4Hi", kept, at)
            at += 12
            if encoding == LAST_RECT:
                break
            if encoding == DESKTOP_SIZE:
                parts.append((0, 0, width, height, b""))
                continue
            assert encoding == TIGHT
            at, colours = _colours(kept, at, width * height)
            parts.append((x, y, width, height, colours))
        yield parts


def _colours(kept: bytes, at: int, count: int) -> tuple[int, bytes]:
    if kept[at] == 0x80:
        return at + 4, kept[at + 1 : at + 4] * count
    at += 1
    if 3 * count < 12:
        return at + 3 * count, kept[at : at + 3 * count]
    size = 0
    for place in range(3):
        one = kept[at]
        at += 1
        size |= (one if place == 2 else one & 0x7F) << 7 * place
        if place == 2 or not one & 0x80:
            break
    return at + size, zlib.decompress(kept[at : at + size])


def last(kept: bytes) -> Screen:
    """The screen as it was at the end."""
    screen = Screen()
    for parts in pictures(kept):
        for part in parts:
            if not part[4]:
                screen = Screen(part[2], part[3], bytearray(3 * part[2] * part[3]))
            else:
                screen.draw(part)
    return screen


def shows(kept: bytes, colour: bytes) -> bool:
    """Whether any pixel of any picture has that colour."""
    for parts in pictures(kept):
        for *_, colours in parts:
            at = colours.find(colour)
            while at >= 0:
                if at % 3 == 0:
                    return True
                at = colours.find(colour, at + 1)
    return False
