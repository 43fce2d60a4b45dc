"""Rectangles under others, what a display says, and windows of which something cannot be read (L-49)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.channels import x11_windows, x11_wire
from agent.channels.rectangles import Rect, around, blackened, common, seen, without
from agent.channels.rfb import Covered, ToClient
from agent.channels.x11_windows import EVERYWHERE, LINGER_S, Windows
from agent.channels.x11_wire import Breach, Failed, Reply, Root, Told
from tests.agent import taped
from tests.agent.test_rfb_pictures import BLUE, RED, pictures, raw, update

ROOT = Root(7, 24, 0x1FFFFF)
SHORT = st.integers(-3, 14)
RECTS = st.builds(Rect, SHORT, SHORT, st.integers(1, 12), st.integers(1, 12))


def spots(rects: Sequence[Rect]) -> set[tuple[int, int]]:
    return {(x, y) for one in rects for x in range(one.x, one.right) for y in range(one.y, one.bottom)}


@given(one=RECTS, cuts=st.lists(RECTS, max_size=5))
def test_l49_what_is_seen_is_what_lies_outside_and_once(one: Rect, cuts: list[Rect]) -> None:
    left = seen(one, cuts, 1000)
    assert spots(left) == spots([one]) - spots(cuts)
    assert sum(part.width * part.height for part in left) == len(spots(left))
    assert spots(seen(one, cuts, 1)) >= spots(left), "too many pieces: all of it"
    assert spots([around([one, *cuts])]) >= spots([one, *cuts])


@given(one=RECTS, other=RECTS)
def test_l49_two_meet_where_both_are(one: Rect, other: Rect) -> None:
    both = common(one, other)
    assert (set() if both is None else spots([both])) == spots([one]) & spots([other])
    assert spots(list(without(one, other))) == spots([one]) - spots([other])


@given(
    band=st.builds(Rect, *[st.integers(0, 9)] * 2, *[st.integers(1, 9)] * 2),
    hidden=st.lists(RECTS, max_size=4),
)
def test_l49_black_is_what_is_hidden_and_nothing_else(band: Rect, hidden: list[Rect]) -> None:
    pixels = b"\x01\x02\x03\x04" * (band.width * band.height)
    made = blackened(band, pixels, hidden)
    dark = spots(hidden)
    expected = b"".join(
        bytes(4) if (x, y) in dark else pixels[:4]
        for y in range(band.y, band.bottom)
        for x in range(band.x, band.right)
    )
    assert made == expected
    assert (made is pixels) == (expected == pixels)


def test_l49_a_picture_is_covered_before_it_is_packed_and_says_so_once() -> None:
    machine = pictures()
    machine.ask(key=True)
    machine.hidden = (Rect(4, 0, 100, 3),)
    events = machine.feed(update(raw(0, 0, 8, 6, RED * 48)))
    assert events[0] == Covered()
    assert events.count(Covered()) == 1
    screen = taped.last(b"".join(one.data for one in events if isinstance(one, ToClient)))
    assert [screen.at(3, 0), screen.at(4, 0), screen.at(7, 2), screen.at(7, 3)] == [
        RED[:3],
        bytes(3),
        bytes(3),
        RED[:3],
    ]
    assert Covered() not in machine.feed(update(raw(0, 3, 8, 3, BLUE * 24)))
    assert machine.ask_again(Rect(-5, 2, 100, 2)) == struct.pack(">BB4H", 3, 0, 0, 2, 8, 2)


# ------------------------------------------------------------------------------- what a display says


class Display:
    """The server's side of the protocol, as the test plays it: what is asked is answered by rules given here."""

    def __init__(self, words: Sequence[str] = ("banca",)) -> None:
        self.windows = Windows(ROOT, words)
        self.serial = 0
        self.children: list[int] = []
        self.class_of: dict[int, bytes] = {}
        self.gone: set[int] = set()
        self.places: dict[int, tuple[int, int, int, int]] = {}
        self.long: set[int] = set()

    def settle(self, at_s: float = 0.0) -> None:
        while asked := self.windows.to_send():
            while asked:
                size = 4 * int.from_bytes(asked[2:4], "little")
                self.serial += 1
                self.windows.feed(self.answer(asked[:size]), at_s)
                asked = asked[size:]

    def reply(self, head: bytes, more: bytes = b"", data: int = 0) -> bytes:
        more += bytes(-len(more) % 4)
        return struct.pack("<BBHI", 1, data, self.serial, len(more) // 4) + head.ljust(24, b"\0") + more

    def answer(self, request: bytes) -> bytes:
        code, (window,) = request[0], struct.unpack_from("<I", request.ljust(8, b"\0"), 4)
        if code == 2:
            return b"" if window not in self.gone else struct.pack("<BBHI24x", 0, 3, self.serial, window)
        if window in self.gone and code in (3, 14, 15, 20):
            return struct.pack("<BBHI24x", 0, 3, self.serial, window)
        match code:
            case 3:
                return self.reply(struct.pack("<IHBBIIBBBB", 1, 1, 0, 0, 0, 0, 0, 0, 2, 0), bytes(12))
            case 14:
                return self.reply(struct.pack("<IhhHHH", 7, *self.places[window], 0), data=24)
            case 15:
                found = self.children if window == 7 else []
                return self.reply(
                    struct.pack("<IIH", 7, 0, len(found)), struct.pack(f"<{len(found)}I", *found)
                )
            case 16:
                return self.reply(struct.pack("<I", 300 + request[8]))
            case 20:
                name = struct.unpack_from("<I", request, 8)[0]
                text = self.class_of.get(window, b"") if name == x11_wire.CLASS else b""
                rest = 1 if window in self.long else 0
                return self.reply(struct.pack("<III", 31 if text else 0, rest, len(text)), text, data=8)
            case 98:
                return self.reply(b"\0")
            case _:
                return self.reply(b"")

    def create(self, window: int, place: tuple[int, int, int, int], at_s: float = 0.0) -> None:
        self.places[window] = place
        self.tell(16, struct.pack("<IIhhHHHB", 7, window, *place, 0, 0), at_s)
        self.tell(19, struct.pack("<II", 7, window), at_s)

    def move(self, window: int, x: int, y: int, at_s: float = 0.0) -> None:
        _, _, width, height = self.places[window]
        self.places[window] = (x, y, width, height)
        self.tell(22, struct.pack("<IIIhhHHHB", 7, window, 0, x, y, width, height, 0, 0), at_s)

    def tell(self, code: int, body: bytes, at_s: float) -> None:
        self.windows.feed(struct.pack("<BBH", code, 0, self.serial & 0xFFFF) + body.ljust(28, b"\0"), at_s)


@pytest.fixture
def shown() -> Display:
    display = Display()
    display.settle()
    return display


def test_l49_before_the_windows_are_listed_everything_is_hidden() -> None:
    assert Display().windows.hidden(0, 0) == (EVERYWHERE,)


def test_l49_places_stay_hidden_from_before_the_picture_was_asked_for(shown: Display) -> None:
    """However late it comes."""
    shown.class_of[100] = b"navigator\0Banca di Prova\0"
    shown.create(100, (10, 10, 5, 5))
    shown.settle()
    here, there = Rect(10, 10, 5, 5), Rect(50, 50, 5, 5)
    shown.move(100, 50, 50, at_s=1)
    assert shown.windows.hidden(1, 1) == (here, there)
    assert shown.windows.hidden(900, 1) == (here, there), "asked for long ago"
    assert shown.windows.hidden(901, 900) == (there,)
    assert shown.windows.until() == 901 + LINGER_S


def test_l49_moves_before_its_name_was_read_count(shown: Display) -> None:
    shown.class_of[100] = b"banca\0"
    shown.create(100, (10, 10, 5, 5))
    shown.move(100, 20, 20)
    shown.move(100, 30, 30)
    assert Rect(30, 30, 5, 5) in shown.windows.hidden(0, 0), "and unread is hidden"
    shown.settle()
    assert set(shown.windows.hidden(0, 0)) == {Rect(at, at, 5, 5) for at in (10, 20, 30)}


def test_l49_one_without_the_words_is_shown_once_it_is_read(shown: Display) -> None:
    shown.create(100, (10, 10, 5, 5))
    assert shown.windows.hidden(0, 0) == (Rect(10, 10, 5, 5),)
    shown.settle()
    assert shown.windows.hidden(0, 0) == ()
    assert shown.windows.settled


@pytest.mark.parametrize("how", ["gone", "long"])
def test_l49_what_cannot_be_read_counts_as_one_of_them(shown: Display, how: str) -> None:
    getattr(shown, how).add(100)
    shown.create(100, (10, 10, 5, 5))
    shown.settle()
    assert shown.windows.hidden(0, 0) == (Rect(10, 10, 5, 5),)
    shown.tell(17, struct.pack("<II", 7, 100), 1)
    assert shown.windows.hidden(1, 1) == (Rect(10, 10, 5, 5),), "where it was"
    assert shown.windows.hidden(9, 9) == ()


def test_l49_menus_of_the_same_client_go_with_it(shown: Display) -> None:
    own, other = 0x400000, 0x600000
    shown.class_of[own + 1] = b"keepass\0Banca\0"
    shown.create(own + 1, (10, 10, 5, 5))
    for window in (own + 2, other + 2):
        shown.places[window] = (40, 40 + 20 * (window // other), 9, 9)
        shown.tell(16, struct.pack("<IIhhHHHB", 7, window, *shown.places[window], 0, 1), 0)
        shown.tell(19, struct.pack("<II", 7, window), 0)
    answer = shown.answer

    def own_way(request: bytes) -> bytes:
        """A menu is override-redirect."""
        said = bytearray(answer(request))
        if request[0] == 3:
            said[27] = 1
        return bytes(said)

    shown.answer = own_way  # type: ignore[method-assign]
    shown.settle()
    assert set(shown.windows.hidden(0, 0)) == {Rect(10, 10, 5, 5), Rect(40, 40, 9, 9)}


def test_l49_a_name_counts_however_its_window_is_nested(shown: Display) -> None:
    """A window manager takes it into a frame of its own; windows far inside of it are not looked at."""
    frame, own = 0x400001, 0x600001
    shown.create(frame, (10, 10, 50, 50))
    shown.class_of[own] = b"keepass\0Banca\0"
    shown.create(own, (70, 70, 5, 5))
    shown.settle()
    for depth in range(1, 9):
        shown.places[own + depth] = (0, 0, 1, 1)
        shown.tell(16, struct.pack("<IIhhHHHB", own + depth - 1, own + depth, 0, 0, 1, 1, 0, 0), 0)
        shown.settle()
    assert shown.windows.hidden(0, 0) == (Rect(70, 70, 5, 5),)
    shown.tell(21, struct.pack("<IIIhhB", 7, own, frame, 1, 1, 0), 0)
    shown.settle()
    assert set(shown.windows.hidden(0, 0)) == {Rect(10, 10, 50, 50), Rect(70, 70, 5, 5)}
    assert shown.windows.hidden(9, 9) == (Rect(10, 10, 50, 50),)
    shown.tell(21, struct.pack("<IIIhhB", 7, own, 7, 30, 30, 0), 10)
    shown.settle(10)
    assert Rect(30, 30, 5, 5) in shown.windows.hidden(20, 20)
    assert len(shown.windows.hidden(20, 20)) == 1


def test_l49_too_many_windows_hide_everything(shown: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x11_windows, "MAX_WINDOWS", 3)
    for window in range(100, 104):
        shown.create(window, (1, 1, 2, 2))
    shown.settle()
    assert shown.windows.hidden(0, 0) == (EVERYWHERE,)


@given(moves=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=80))
def test_l49_no_place_of_it_is_missed(moves: list[tuple[int, int]]) -> None:
    shown = Display()
    shown.settle()
    shown.class_of[100] = b"banca\0"
    shown.create(100, (0, 0, 5, 5))
    shown.settle()
    for x, y in moves:
        shown.move(100, x, y)
    hidden = shown.windows.hidden(0, 0)
    assert all(any(common(one, Rect(x, y, 5, 5)) == Rect(x, y, 5, 5) for one in hidden) for x, y in moves)


def test_events_that_a_client_made_up_are_none() -> None:
    made_up = bytearray(struct.pack("<BBHIIIhhHHHB5x", 22 | 0x80, 0, 1, 7, 100, 0, 1, 2, 3, 4, 0, 0))
    assert x11_wire.said(made_up) == []
    assert made_up == b""


def test_what_a_display_says_is_cut_anywhere() -> None:
    whole = (
        struct.pack("<BBHI24x", 1, 0, 5, 1)
        + b"abcd"
        + struct.pack("<BBHI24x", 0, 3, 6, 9)
        + bytes((19,)).ljust(32, b"\0")
    )
    held, found = bytearray(), []
    for one in whole:
        held.append(one)
        found += x11_wire.said(held)
    assert [type(one) for one in found] == [Reply, Failed, Told]
    assert found[0].data.endswith(b"abcd")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "said",
    [
        struct.pack("<BBHI24x", 1, 0, 9, 0),
        struct.pack("<BBHI24x", 1, 0, 1, 1 << 30),
        struct.pack("<BBHI24x", 0, 17, 1, 0),
    ],
    ids=["not asked", "too long", "knows no atoms"],
)
def test_a_display_that_says_what_is_not_of_the_protocol(said: bytes) -> None:
    with pytest.raises(Breach):
        Windows(ROOT, ("banca",)).feed(said, 0)


def test_a_display_s_greeting() -> None:
    head = struct.pack("<BBHHH", 1, 0, 11, 0, 30)
    screens = b"".join(
        struct.pack("<I34xBB", root, 24, 1) + struct.pack("<BxH4x", 24, 1) + bytes(24) for root in (50, 60)
    )
    body = struct.pack("<IIIIHHBB10x", 0, 0, 0x1FFFFF, 0, 3, 0, 2, 1) + b"abc\0" + bytes(8) + screens
    assert x11_wire.setup_bytes(head) == 120
    assert x11_wire.read_setup(body, 1) == Root(60, 24, 0x1FFFFF)
    for wrong in (lambda: x11_wire.read_setup(body, 2), lambda: x11_wire.read_setup(body[:60], 1)):
        with pytest.raises(Breach):
            wrong()
    with pytest.raises(Breach):
        x11_wire.setup_bytes(bytes((0,)) + head[1:])


def test_a_cookie_of_this_hosts_display() -> None:
    def line(family: int, *parts: bytes) -> bytes:
        return struct.pack(">H", family) + b"".join(struct.pack(">H", len(one)) + one for one in parts)

    one, two, three = b"1" * 16, b"2" * 16, b"3" * 16
    written = (
        line(256, b"far", b"0", x11_wire.COOKIE, one)
        + line(256, b"here", b"1", x11_wire.COOKIE, two)
        + line(256, b"here", b"0", x11_wire.COOKIE, three)
        + line(65535, b"", b"", b"XDM", b"x")
    )
    assert x11_wire.cookie_for(written, b"here", 0) == three
    assert x11_wire.cookie_for(written, b"here", 1) == two
    assert x11_wire.cookie_for(written, b"other", 0) == one, "of another name of this host"
    assert x11_wire.cookie_for(written[:-3], b"here", 5) is None
