"""rsync's frames, however the bytes are cut, and readers that are fed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.frames import ProtocolError
from agent.wire.rsync_frames import MAX_MESSAGE_BYTES, REST, Feed, Frames, Tag, frame
from agent.wire.rsync_wire import Reader

SAID = st.lists(st.tuples(st.sampled_from(list(Tag)), st.binary(max_size=40)), max_size=8)


@given(SAID, st.integers(1, 9))
def test_cut_anywhere_the_same_is_said(said: list[tuple[Tag, bytes]], piece: int) -> None:
    stream = b"".join(frame(tag, data) for tag, data in said)
    frames = Frames()
    found = [one for n in range(0, len(stream), piece) for one in frames.feed(stream[n : n + piece])]
    data = b"".join(data for tag, data in found if tag == Tag.DATA)
    assert data == b"".join(data for tag, data in said if tag is Tag.DATA)
    assert [one for one in found if one[0] != Tag.DATA] == [one for one in said if one[0] is not Tag.DATA]


@pytest.mark.parametrize("head", [b"\x04\0\0\0", b"\x00\0\0\xff", bytes([1, 0, 1, 7 + Tag.ERROR])])
def test_a_frame_of_no_known_kind_or_size_is_a_breach(head: bytes) -> None:
    assert MAX_MESSAGE_BYTES == 0x10000
    with pytest.raises(ProtocolError):
        list(Frames().feed(head))


@given(st.binary(max_size=60))
def test_any_bytes_are_cut_or_refused(data: bytes) -> None:
    try:
        found = list(Frames().feed(data))
    except ProtocolError:
        return
    assert sum(len(piece) for _, piece in found) <= len(data)


def _reads(sizes: list[int], found: list[bytes]) -> Reader[None]:
    for size in sizes:
        piece = yield size
        found.append(piece)


def test_a_reader_is_fed_what_it_asks_for() -> None:
    found: list[bytes] = []
    feed = Feed(_reads([1, 3, 2], found))
    for piece in (b"ab", b"", b"cde", b"f"):
        feed.feed(piece)
    assert found == [b"a", b"bcd", b"ef"]
    with pytest.raises(ProtocolError):
        feed.feed(b"g")


def test_a_reader_that_is_through_drops_the_rest() -> None:
    found: list[bytes] = []
    feed = Feed(_reads([1, REST, 5], found))
    feed.feed(b"a" + bytes(1000))
    feed.feed(bytes(1000))
    assert found == [b"a"]
