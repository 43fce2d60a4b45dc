"""A channel's history at a pace: slow output whole, fast output with honest holes, secrets in neither."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from broker.live.audience import Audience, Place
from broker.live.track import BURST_BYTES, MAX_WAITING_BYTES, TAIL_BYTES, Track

FLOOD = b"\n".join(b"riga %06d" % n for n in range(100_000))
MESSAGE = 64 * 1024


def flood(track: Track, data: bytes, at: float) -> None:
    for start in range(0, len(data), MESSAGE):
        track.feed(data[start : start + MESSAGE], at)


def everything(track: Track) -> bytes:
    return bytes(track.data)


def test_a_burst_is_shown_whole() -> None:
    track = Track(0.0)
    track.feed(FLOOD[: BURST_BYTES // 2], 0.0)
    track.shut(1.0)
    assert everything(track) == FLOOD[: BURST_BYTES // 2]


def test_a_flood_is_shown_at_both_ends_and_its_hole_has_the_missing_bytes() -> None:
    track = Track(0.0)
    flood(track, FLOOD, 0.0)
    track.catch_up(60.0)
    track.shut(60.0)
    shown = everything(track)
    assert FLOOD.startswith(shown[:MESSAGE])
    assert FLOOD.endswith(shown[-TAIL_BYTES // 2 :])
    assert len(shown) < BURST_BYTES + 2 * TAIL_BYTES
    assert track.told(track.end) == len(FLOOD)


def test_a_viewer_is_told_of_the_hole_where_it_lies() -> None:
    clock = [0.0]
    found = Audience(monotonic=lambda: clock[0])
    found.open("c-1")
    for start in range(0, len(FLOOD), MESSAGE):
        found.feed("c-1", FLOOD[start : start + MESSAGE])
    clock[0] = 60.0
    found.shut("c-1")
    place = Place()
    looks = [found.news(place) for _ in range(3)]
    first, second = looks[0][0][0], looks[1][0][0]
    assert (first.offset, first.gap) == (0, False)
    assert second.gap
    assert second.offset > len(first.data)
    assert second.offset + len(second.data) == len(FLOOD)
    assert [one for _, shut in looks for one in shut] == ["c-1"]


def test_a_private_key_whose_header_was_lost_is_still_covered() -> None:
    track = Track(0.0)
    body = b"".join(b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC%032d\n" % n for n in range(100))
    flood(track, FLOOD, 0.0)
    key = b"\n-----BEGIN PRIVATE KEY-----\n" + body
    for byte in range(0, len(key), 7):  # the header comes cut, and is lost with what follows it
        track.feed(key[byte : byte + 7], 0.0)
    track.feed(body * 3, 0.0)
    track.catch_up(60.0)
    track.shut(60.0)
    assert b"MIIEvQ" not in everything(track)


def test_half_a_line_behind_a_hole_is_not_shown() -> None:
    """Its beginning might have said what it is."""
    track = Track(0.0)
    flood(track, FLOOD, 0.0)
    track.feed(b"password=" + b"Segretissima" * (TAIL_BYTES // 12 + 1) + b"\nfatto\n", 0.0)
    track.catch_up(60.0)
    track.shut(60.0)
    assert b"Segretissima" not in everything(track)
    assert everything(track).endswith(b"fatto\n")


def test_what_waits_is_bounded() -> None:
    track = Track(0.0)
    for _ in range(200):
        track.feed(os.urandom(MESSAGE), 0.0)
    assert len(track._waiting) <= MAX_WAITING_BYTES


@given(st.lists(st.tuples(st.integers(1, 90), st.floats(0, 0.2)), max_size=60))
def test_shown_and_missing_make_up_the_whole(steps: list[tuple[int, float]]) -> None:
    """However fast it comes, no byte is shown twice and the count of all is right."""
    track = Track(0.0)
    at, fed = 0.0, 0
    for lines, pause in steps:
        data = b"".join(b"%08d\n" % (fed // 9 + n) for n in range(lines * 100))
        track.feed(data, at)
        fed += len(data)
        at += pause
        track.catch_up(at)
    track.shut(at)
    assert track.told(track.end) == fed
    shown = [int(line) for line in everything(track).split()]
    assert shown == sorted(set(shown))
