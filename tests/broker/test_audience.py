"""Watching: history, then the tail, without gap or repeat; bounded; masked."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from broker.live import audience as module
from broker.live.audience import Audience, Place
from broker.live.track import BURST_BYTES, HISTORY_BYTES


class Timer:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def seen(found: Audience, place: Place, channel: str = "c-1") -> bytes:
    slices, _ = found.news(place)
    return b"".join(s.data for s in slices if s.channel == channel)


def told(found: Audience, timer: Timer, data: bytes, channel: str = "c-1") -> None:
    found.feed(channel, data)
    timer.at += module.HOLD_S
    found.release()


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=30), st.data())
def test_a_late_viewer_is_spliced_onto_the_history(pieces: list[bytes], data: st.DataObject) -> None:
    """Whenever he comes and however often he looks, he sees every byte once and in order."""
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    early, late = Place(), Place()
    joined = data.draw(st.integers(0, len(pieces)))
    by_early = by_late = b""
    for number, piece in enumerate(pieces):
        told(found, timer, piece)
        if data.draw(st.booleans()):
            by_early += seen(found, early)
        if number >= joined:
            by_late += seen(found, late)
    found.close()
    by_early += seen(found, early)
    by_late += seen(found, late)
    assert by_early == by_late


def test_a_secret_is_not_shown() -> None:
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    place = Place()
    for byte in b"password=Segretissima1\r\nfatto\r\n":
        found.feed("c-1", bytes([byte]))
    found.close()
    shown = seen(found, place)
    assert b"Segretissima1" not in shown
    assert b"fatto" in shown


def test_each_viewer_is_told_once_how_much_was_covered() -> None:
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    early, late = Place(), Place()
    assert found.masked_news(early) is None  # nothing was, and his page says 0
    told(found, timer, b"password=Segretissima1\r\n")
    assert [found.masked_news(early), found.masked_news(early), found.masked_news(late)] == [1, None, 1]


def test_who_falls_behind_is_told_of_the_gap() -> None:
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    place = Place()
    told(found, timer, b"first\n")
    assert seen(found, place) == b"first\n"
    line = b"x" * 1023 + b"\n"
    for _ in range(HISTORY_BYTES // len(line) + 8):
        told(found, timer, line)
    slices, _ = found.news(place)
    assert slices[0].gap
    assert slices[0].offset > 6


def test_loss_at_the_end_is_told() -> None:
    """A command's last output came too fast and had no line's end: nothing follows it that would say so."""
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    place = Place()
    told(found, timer, b"prima\n")
    assert seen(found, place) == b"prima\n"
    for _ in range(8):
        found.feed("c-1", bytes(64 * 1024))
    found.shut("c-1")
    whole: list[module.Slice] = []
    shut: list[str] = []
    for _ in range(20):
        slices, over = found.news(place)
        whole += slices
        shut += over
    assert whole[-1].gap
    assert whole[-1].data == b""
    assert whole[-1].offset == len(b"prima\n") + 8 * 64 * 1024
    assert [one.data for one in whole].count(b"") == 1, "told once"
    assert shut == ["c-1"]


def test_a_flood_without_line_ends_is_told_of_while_it_lasts() -> None:
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    place = Place()
    found.news(place)
    gaps: list[tuple[float, int]] = []
    for _ in range(100):
        found.feed("c-1", bytes(64 * 1024))
        timer.at += 0.05
        found.release()
        gaps += [(timer.at, s.offset) for s in found.news(place)[0] if not s.data]
    [(when, offset)] = gaps
    assert 1.0 <= when < 2.0
    assert offset > BURST_BYTES
    # When lines come again, they are shown, and their offset says how much was missing.
    timer.at += 60.0
    found.release()
    found.news(place)
    told(found, timer, b"\nfatto\n")
    slices, _ = found.news(place)
    assert slices[-1].data.endswith(b"fatto\n")
    assert slices[-1].offset + len(slices[-1].data) == 100 * 64 * 1024 + len(b"\nfatto\n")


def test_who_waits_is_woken_for_a_loss() -> None:
    """Nothing comes after it: the viewer looks again by himself until he can be told."""
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    place = Place()
    for _ in range(8):
        found.feed("c-1", bytes(64 * 1024))
    for _ in range(100):  # as a live view does it
        held = found.release()
        slices, _ = found.news(place)
        if slices and not slices[-1].data and slices[-1].gap:
            break
        assert held or slices, "he would sleep on"
        timer.at += module.HOLD_S
    else:
        raise AssertionError("he was never told")


def test_a_shut_channel_is_told_once_all_of_it_was_seen() -> None:
    timer = Timer()
    found = Audience(monotonic=timer)
    found.open("c-1")
    place = Place()
    told(found, timer, b"word\n")
    found.shut("c-1")
    looks = [found.news(place, limit_bytes=2) for _ in range(4)]
    assert b"".join(one.data for slices, _ in looks for one in slices) == b"word\n"
    assert [shut for _, shut in looks] == [[], [], ["c-1"], []]


async def test_nobody_misses_what_came_while_he_was_being_sent_something() -> None:
    found = Audience()
    found.open("c-1")
    version = found.version
    found.feed("c-1", b"while away\n")
    async with asyncio.timeout(30):
        await found.changed(version, 3600)


def test_old_channels_give_way() -> None:
    found = Audience()
    for number in range(module.MAX_CHANNELS + 5):
        found.open(f"c-{number}")
        found.shut(f"c-{number}")
    assert len(found.channels()) == module.MAX_CHANNELS


def test_a_viewer_learns_the_window_once() -> None:
    found = Audience()
    found.open("c-1")
    found.resize("c-1", 132, 43)
    place = Place()
    assert found.resized(place) == []  # the channel itself was not told yet
    found.news(place)
    assert found.resized(place) == [("c-1", 132, 43)]
    assert found.resized(place) == []
    found.resize("c-1", 80, 24)
    assert found.resized(place) == [("c-1", 80, 24)]
