"""Rectangles of a screen: what is left of one under others, and pixels made black where some lie. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Rect(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


def common(one: Rect, other: Rect) -> Rect | None:
    """Where both are; None where they do not meet."""
    x, y = max(one.x, other.x), max(one.y, other.y)
    width, height = min(one.right, other.right) - x, min(one.bottom, other.bottom) - y
    return Rect(x, y, width, height) if width > 0 and height > 0 else None


def without(one: Rect, cut: Rect) -> Iterator[Rect]:
    """What of `one` lies outside of `cut`: none of these meets another."""
    hole = common(one, cut)
    if hole is None:
        yield one
        return
    parts = (
        Rect(one.x, one.y, one.width, hole.y - one.y),
        Rect(one.x, hole.bottom, one.width, one.bottom - hole.bottom),
        Rect(one.x, hole.y, hole.x - one.x, hole.height),
        Rect(hole.right, hole.y, one.right - hole.right, hole.height),
    )
    yield from (part for part in parts if part.width > 0 and part.height > 0)


def seen(one: Rect, above: Iterable[Rect], most: int) -> list[Rect]:
    """What of `one` is seen under those; all of it where that is more than `most` pieces."""
    left = [one]
    for cut in above:
        left = [part for piece in left for part in without(piece, cut)]
        if len(left) > most:
            return [one]
    return left


def around(rects: Sequence[Rect]) -> Rect:
    """The smallest that holds all of these, of which there is one at least."""
    x, y = min(one.x for one in rects), min(one.y for one in rects)
    return Rect(x, y, max(one.right for one in rects) - x, max(one.bottom for one in rects) - y)


def blackened(band: Rect, pixels: bytes, hidden: Iterable[Rect]) -> bytes:
    """`pixels`, four bytes each, of `band`; the same object where nothing of it is hidden."""
    made: bytearray | None = None
    for one in hidden:
        hit = common(band, one)
        if hit is None:
            continue
        made = bytearray(pixels) if made is None else made
        black = bytes(4 * hit.width)
        first = 4 * ((hit.y - band.y) * band.width + hit.x - band.x)
        for start in range(first, first + 4 * band.width * hit.height, 4 * band.width):
            made[start : start + len(black)] = black
    return pixels if made is None else bytes(made)
