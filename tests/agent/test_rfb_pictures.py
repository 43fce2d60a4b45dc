"""Of a screen is kept what needs nothing that came earlier: raw pixels in, rectangles packed one by one out."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.channels.rfb import DESKTOP_SIZE, LAST_RECT, POINTER, RAW, TIGHT, VERSION, Breach, Shown, ToServer
from agent.channels.rfb_pictures import BAND_BYTES, MAX_POINTER_SIDE, MAX_UNMADE, Pictures
from tests.agent import viewer
from tests.agent.test_rfb import fed, to_client

KEY = struct.pack(">BxH4Hi", 0, 0xFFFF, 0, 0, 8, 6, DESKTOP_SIZE)
LAST = struct.pack(">4Hi", 0, 0, 0, 0, LAST_RECT)


def greeting(width: int = 8, height: int = 6) -> bytes:
    init = struct.pack(">HH16xI", width, height, 4) + b"host"
    return VERSION + b"\x01\x01" + bytes(4) + init


def pictures(width: int = 8, height: int = 6) -> Pictures:
    found = Pictures(None)
    found.feed(greeting(width, height))
    return found


def rect(x: int, y: int, width: int, height: int, encoding: int = RAW) -> bytes:
    return struct.pack(">4Hi", x, y, width, height, encoding)


def update(*rects: bytes, count: int | None = None) -> bytes:
    return struct.pack(">BxH", 0, len(rects) if count is None else count) + b"".join(rects)


def raw(x: int, y: int, width: int, height: int, pixels: bytes) -> bytes:
    return rect(x, y, width, height) + pixels


RED, BLUE = b"\xff\0\0\0", b"\0\0\xff\0"
WHOLE = update(raw(0, 0, 8, 6, RED * 48))


def test_the_whole_is_asked_for_or_what_changed() -> None:
    found = pictures()
    assert found.ask(key=True) == viewer.ask(8, 6)
    assert found.ask(key=False) == viewer.ask(8, 6, whole=False)
    assert found.probe() == viewer.ask(1, 1)


def test_a_key_bears_the_screens_size_and_stands_alone() -> None:
    found = pictures()
    found.ask(key=True)
    kept = fed(found, WHOLE)
    assert kept[-1] == Shown(again=False)
    assert to_client(kept) == KEY + rect(0, 0, 8, 6, TIGHT) + b"\x80\xff\0\0" + LAST


def test_what_changed_is_packed_by_itself() -> None:
    found = pictures()
    small, large = RED + BLUE, RED * 20 + BLUE * 20
    kept = to_client(fed(found, update(raw(1, 1, 2, 1, small), raw(0, 0, 8, 5, large))))
    packed = zlib.compress(b"\xff\0\0" * 20 + b"\0\0\xff" * 20, 1)
    assert kept == (
        struct.pack(">BxH", 0, 0xFFFF)
        + rect(1, 1, 2, 1, TIGHT) + b"\x01\xff\0\0\0\0\xff"
        + rect(0, 0, 8, 5, TIGHT) + b"\x01" + bytes((len(packed),)) + packed
        + LAST
    )  # fmt: skip


def test_a_pointer_by_itself_is_taken_and_not_kept() -> None:
    """A server that may send its form draws it into no picture."""
    found = Pictures(None, pointer=False)
    found.feed(greeting())
    found.ask(key=True)
    form = rect(3, 3, 9, 2, POINTER) + bytes(2 * (4 * 9 + 2))
    kept = fed(found, update(form, rect(0, 0, 0, 0, POINTER), raw(0, 0, 8, 6, RED * 48)))
    assert to_client(kept) == KEY + rect(0, 0, 8, 6, TIGHT) + b"\x80\xff\0\0" + LAST
    with pytest.raises(Breach):
        found.feed(update(rect(0, 0, MAX_POINTER_SIDE + 1, 1, POINTER)))
    with pytest.raises(Breach):
        pictures().feed(update(form))  # not offered


def test_nothing_changed_is_nothing_kept() -> None:
    assert fed(pictures(), update()) == [Shown(again=False)]
    assert fed(pictures(), update(LAST, count=0xFFFF)) == [Shown(again=False)]


@pytest.mark.parametrize(("width", "height", "parts"), [(640, 480, 10), (5000, 8, 6)])
def test_a_large_one_is_cut_into_bands_and_none_is_too_wide(width: int, height: int, parts: int) -> None:
    found = pictures(width, height)
    found.ask(key=True)
    noise = bytes(range(251)) * (4 * width * height // 251 + 1)
    kept = to_client(fed(found, update(raw(0, 0, width, height, noise[: 4 * width * height]))))
    at, covered, rects = 16, 0, []
    while True:
        x, y, w, h, encoding = struct.unpack_from(">4Hi", kept, at)
        at += 12
        if encoding == LAST_RECT:
            break
        assert (encoding, kept[at]) == (TIGHT, 0x01)
        size = kept[at + 1] & 0x7F
        at += 2
        if kept[at - 1] & 0x80:
            size |= (kept[at] & 0x7F) << 7
            at += 1
            if kept[at - 1] & 0x80:
                size |= kept[at] << 14
                at += 1
        colours = zlib.decompress(kept[at : at + size])
        at += size
        assert len(colours) == 3 * w * h <= 3 * BAND_BYTES // 4
        first = 4 * (y * width + x)
        assert colours[:3] == noise[first : first + 3]
        covered += w * h
        rects.append((x, y, w, h))
    assert (covered, len(rects), at) == (width * height, parts, len(kept))
    assert max(w for _, _, w, _ in rects) <= 2048


def test_a_new_size_or_a_part_in_the_place_of_the_whole_is_asked_for_again() -> None:
    found = pictures()
    resized = update(rect(0, 0, 4, 2, DESKTOP_SIZE), raw(0, 0, 4, 2, BLUE * 8))
    assert fed(found, resized) == [Shown(again=True)], "and nothing of it is kept: no key came yet"
    assert found.ask(key=True) == viewer.ask(4, 2)
    assert fed(found, update(raw(0, 0, 2, 1, RED + BLUE)))[-1] == Shown(again=True)
    found.ask(key=True)
    assert fed(found, update(raw(0, 0, 4, 2, BLUE * 8)))[-1] == Shown(again=False)


def test_a_server_that_never_shows_the_whole_is_no_server() -> None:
    found = pictures()
    for _ in range(MAX_UNMADE):
        found.ask(key=True)
        assert fed(found, update())[-1] == Shown(again=True)
    found.ask(key=True)
    with pytest.raises(Breach):
        found.feed(update())


@pytest.mark.parametrize(
    "said",
    [
        update(rect(0, 0, 1, 1, TIGHT)),
        update(raw(7, 5, 2, 1, RED * 2)),
        update(rect(0, 0, 0, 6, DESKTOP_SIZE)),
        b"\x05",
    ],
)
def test_what_was_not_asked_for_is_a_breach(said: bytes) -> None:
    found = pictures()
    with pytest.raises(Breach):
        found.feed(said)


def test_bells_and_clipboards_are_no_pictures() -> None:
    cut = struct.pack(">B3xi", 3, 4) + b"ciao"
    assert fed(pictures(), b"\x02" + cut) == []


@given(st.lists(st.integers(min_value=0), max_size=8))
def test_any_cut_of_the_bytes_gives_the_same(cuts: list[int]) -> None:
    said = greeting() + WHOLE + b"\x02" + update(raw(1, 1, 2, 1, RED + BLUE), rect(0, 0, 4, 2, DESKTOP_SIZE))
    assert fed(Pictures(None), said, cuts) == fed(Pictures(None), said)


def test_with_a_secret_it_logs_in() -> None:
    found = Pictures(lambda challenge: challenge[::-1])
    said = found.feed(VERSION + b"\x01\x02" + bytes(range(16)))
    assert ToServer(bytes(range(16))[::-1]) in said


@given(st.binary(max_size=400), st.booleans())
def test_no_server_says_anything_that_is_more_than_a_breach(said: bytes, key: bool) -> None:  # noqa: FBT001
    found = pictures()
    if key:
        found.ask(key=True)
    with suppress(Breach):
        found.feed(update(count=3) + said)
    with suppress(Breach):
        pictures().feed(said)
