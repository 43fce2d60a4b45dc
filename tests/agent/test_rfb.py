"""RFB between a page and a server: any cut of the bytes gives the same events, and nothing unknown passes."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.channels.rfb import (
    COPY,
    DESKTOP_SIZE,
    LAST_RECT,
    MAX_CUT_BYTES,
    OFFERED,
    PIXELS,
    RAW,
    TIGHT,
    VERSION,
    ZRLE,
    Breach,
    Copied,
    Event,
    Machine,
    Ready,
    ToClient,
    ToServer,
)
from agent.channels.rfb_page import FromClient
from agent.channels.rfb_server import FromServer
from tests.agent import viewer
from tests.bent import TRIES, bent, held, pieces

SCREEN = Ready(800, 600)


def joined(events: Sequence[Event]) -> list[Event]:
    """Neighbours of a kind together: how the bytes were cut is nobody's business."""
    found: list[Event] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, ToClient) and isinstance(last, ToClient):
            found[-1] = ToClient(last.data + event.data)
        elif isinstance(event, ToServer) and isinstance(last, ToServer):
            found[-1] = ToServer(last.data + event.data)
        else:
            found.append(event)
    return found


def fed(machine: Machine, data: bytes, cuts: Sequence[int] = ()) -> list[Event]:
    events: list[Event] = []
    edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    for start, end in pairwise(edges):
        events += machine.feed(data[start:end])
    return joined(events)


def page(*, control: bool = True, clipboard: bool = True) -> FromClient:
    found = FromClient(SCREEN, control=control, clipboard=clipboard)
    assert found.greet() == [ToClient(VERSION)]
    found.feed(viewer.HELLO)
    return found


def to_server(events: Sequence[Event]) -> bytes:
    return b"".join(one.data for one in events if isinstance(one, ToServer))


def to_client(events: Sequence[Event]) -> bytes:
    return b"".join(one.data for one in events if isinstance(one, ToClient))


# --------------------------------------------------------------------------------------- the page


def test_a_page_is_greeted_by_the_agent_itself() -> None:
    found = FromClient(SCREEN, control=False, clipboard=False)
    found.greet()
    said = to_client(found.feed(viewer.HELLO))
    assert (
        said
        == b"\x01\x01" + bytes(4) + struct.pack(">HH", 800, 600) + PIXELS + bytes((0, 0, 0, 7)) + b"Verbale"
    )


def test_only_encodings_whose_length_can_be_told_are_asked_for() -> None:
    extended_clipboard, jpeg_quality, fence = -1063131698, -26, -312
    asked = viewer.encodings(COPY, extended_clipboard, TIGHT, jpeg_quality, fence, TIGHT, RAW, -254, 50)
    assert to_server(page().feed(asked)) == viewer.encodings(COPY, TIGHT, RAW, -254)


INPUT = (
    viewer.key(97, down=True) + viewer.key(97, down=False) + viewer.pointer(3, 4, 1) + viewer.pointer(3, 4)
)


@pytest.mark.parametrize(
    ("control", "clipboard", "expected"),
    [
        (True, True, [ToServer(INPUT + viewer.cut(b"ciao")), Copied("to_host", "ciao")]),
        (True, False, [ToServer(INPUT)]),
        (False, False, []),
    ],
)
def test_what_was_not_approved_is_dropped(
    control: bool,  # noqa: FBT001
    clipboard: bool,  # noqa: FBT001
    expected: list[Event],
) -> None:
    found = page(control=control, clipboard=clipboard)
    assert fed(found, INPUT + viewer.cut(b"ciao")) == expected
    assert to_server(found.feed(viewer.ask(8, 6))) == viewer.ask(8, 6), "what follows is read all the same"


def test_the_hosts_screen_is_not_the_technicians_to_change() -> None:
    resize = struct.pack(">BxHHBx", 251, 640, 480, 1) + bytes(16)
    assert fed(page(), resize + viewer.ask(1, 1)) == [ToServer(viewer.ask(1, 1))]


def test_held_it_drops_input_for_good_and_lifts_what_is_pressed() -> None:
    found = page()
    found.feed(viewer.key(0xFFE3, down=True) + viewer.pointer(5, 6, 1))
    lifted = viewer.key(0xFFE3, down=False) + viewer.pointer(5, 6)
    assert to_server(found.hold()) == lifted
    assert found.feed(INPUT + viewer.cut(b"x") + viewer.ask(8, 6) + viewer.ask(8, 6, whole=False)) == []
    assert to_server(found.release()) == viewer.ask(8, 6), "the whole picture, as it was asked for"
    assert found.release() == []
    assert to_server(found.feed(INPUT)) == INPUT
    assert found.leave() == []


def test_nobody_has_more_fingers_than_that() -> None:
    found = page()
    sent = b"".join(viewer.key(100 + n, down=True) for n in range(100))
    assert len(to_server(found.feed(sent))) == 64 * 8
    assert len(to_server(found.leave())) == 64 * 8


@pytest.mark.parametrize(
    "data",
    [
        bytes((1,)) + bytes(19),
        bytes(20),
        b"\xff\x00" + bytes(10),  # QEMU's key: not offered
        b"\xf8" + bytes(8),  # fence
        b"\xfa" + bytes(3),  # xvp
        b"\x96" + bytes(9),  # continuous updates
        struct.pack(">B3xi", 6, -4) + bytes(4),
        struct.pack(">B3xi", 6, MAX_CUT_BYTES + 1),
        struct.pack(">BxH", 2, 129),
    ],
)
def test_what_a_page_may_not_say(data: bytes) -> None:
    with pytest.raises(Breach):
        page().feed(data)


@pytest.mark.parametrize("hello", [b"RFB 003.003\n\x01\x01", VERSION + b"\x02\x01", b"GET / HTTP/1."])
def test_another_greeting(hello: bytes) -> None:
    with pytest.raises(Breach):
        FromClient(SCREEN, control=True, clipboard=True).feed(hello)


MESSAGES = st.lists(
    st.one_of(
        st.builds(viewer.key, st.integers(0, 2**32 - 1), down=st.booleans()),
        st.builds(viewer.pointer, st.integers(0, 800), st.integers(0, 600), st.integers(0, 255)),
        st.builds(viewer.cut, st.binary(max_size=40)),
        st.builds(viewer.ask, st.integers(0, 800), st.integers(0, 600), whole=st.booleans()),
        st.lists(st.sampled_from([*OFFERED, -308, 5]), max_size=9).map(lambda some: viewer.encodings(*some)),
        st.just(b"\0" + viewer.FORMAT[1:]),
    ),
    max_size=12,
).map(b"".join)
CUTS = st.lists(st.integers(0, 5000), max_size=12)


@given(MESSAGES, CUTS, st.booleans())
def test_any_cut_of_what_a_page_says_gives_the_same(data: bytes, cuts: list[int], control: bool) -> None:  # noqa: FBT001
    whole = fed(page(control=control, clipboard=control), data)
    assert fed(page(control=control, clipboard=control), data, cuts) == whole


@given(st.binary(max_size=300))
def test_a_page_may_say_anything(data: bytes) -> None:
    """It is read or it is a breach, and never more is held than one message may have."""
    found = page()
    try:
        found.feed(data)
    except Breach:
        return
    assert len(found._held) <= MAX_CUT_BYTES + 8


# ------------------------------------------------------------------------------------- the server


def rect(x: int, y: int, width: int, height: int, encoding: int, data: bytes = b"") -> bytes:
    return struct.pack(">4Hi", x, y, width, height, encoding) + data


def update(*rects: bytes, count: int | None = None) -> bytes:
    return struct.pack(">BxH", 0, len(rects) if count is None else count) + b"".join(rects)


def words(text: bytes) -> bytes:
    return struct.pack(">B3xi", 3, len(text)) + text


GREETING = VERSION + b"\x01\x02" + bytes(range(16)) + bytes(4) + struct.pack(">HH", 800, 600) + PIXELS
GREETING += struct.pack(">I", 4) + b"host"


def server(*, clipboard: bool = True) -> FromServer:
    found = FromServer(lambda challenge: challenge[::-1], clipboard=clipboard)
    said = found.feed(GREETING)
    answered = VERSION + b"\x02" + bytes(range(16))[::-1] + b"\x01" + bytes(4) + PIXELS
    assert joined(said) == [ToServer(answered), SCREEN]
    return found


PIECES = {
    "raw": rect(0, 0, 3, 2, RAW, bytes(24)),
    "copy": rect(1, 1, 3, 2, COPY, bytes(4)),
    "nothing": rect(0, 0, 0, 0, RAW),
    "zrle": rect(0, 0, 64, 64, ZRLE, struct.pack(">I", 5) + b"hello"),
    "tight, one colour": rect(0, 0, 9, 9, TIGHT, b"\x80abc"),
    "tight, few bytes": rect(0, 0, 1, 3, TIGHT, b"\x00" + bytes(9)),
    "tight, packed": rect(0, 0, 9, 9, TIGHT, b"\x1f\x05hello"),
    "tight, two bytes of length": rect(0, 0, 90, 90, TIGHT, b"\x00\x81\x01" + bytes(129)),
    "tight, three bytes of length": rect(0, 0, 90, 90, TIGHT, b"\x00\x80\x80\x01" + bytes(16384)),
    "tight, two colours": rect(0, 0, 9, 9, TIGHT, b"\x40\x01\x01abcdef" + b"\x04data"),
    "tight, two colours, few bytes": rect(0, 0, 8, 3, TIGHT, b"\x40\x01\x01abcdef" + b"abc"),
    "tight, five colours": rect(0, 0, 9, 9, TIGHT, b"\x50\x01\x04" + bytes(15) + b"\x04data"),
    "tight, gradient": rect(0, 0, 9, 9, TIGHT, b"\x60\x02\x04data"),
    "tight, copied": rect(0, 0, 9, 9, TIGHT, b"\x40\x00\x04data"),
    "another size": rect(0, 0, 1024, 768, DESKTOP_SIZE),
}


@pytest.mark.parametrize("name", PIECES)
def test_each_packing_is_passed_over_to_its_end(name: str) -> None:
    data = update(PIECES[name], PIECES["raw"]) + b"\x02" + update(PIECES[name])
    assert fed(server(), data + words(b"fine")) == [
        ToClient(data + words(b"fine")),
        Copied("from_host", "fine"),
    ]


def test_an_update_without_end_ends_with_its_last_piece() -> None:
    data = update(PIECES["raw"], PIECES["zrle"], rect(0, 0, 0, 0, LAST_RECT), count=0xFFFF) + b"\x02"
    assert fed(server(), data) == [ToClient(data)]


def test_what_is_copied_at_the_host_passes_where_it_may() -> None:
    assert fed(server(clipboard=False), words(b"segreto") + b"\x02") == [ToClient(b"\x02")]
    found = server()
    assert fed(found, words(bytes(MAX_CUT_BYTES + 1)) + b"\x02") == [ToClient(b"\x02")], (
        "too long for anybody"
    )
    many = fed(found, words(b"x") * 1001)
    assert len([one for one in many if isinstance(one, Copied)]) == 1000


@pytest.mark.parametrize(
    "data",
    [
        b"\x01" + bytes(5),
        b"\x07",
        struct.pack(">B3xi", 3, -1),
        update(rect(0, 0, 1, 1, 5)),
        update(rect(0, 0, 1, 1, -239)),
        update(rect(799, 0, 2, 1, RAW)),
        update(rect(0, 599, 1, 2, RAW)),
        update(rect(0, 0, 0, 1, DESKTOP_SIZE)),
        update(rect(0, 0, 16384, 16384, DESKTOP_SIZE)),
        update(rect(0, 0, 2, 2, ZRLE, struct.pack(">I", 2**31))),
        update(rect(0, 0, 9, 9, TIGHT, b"\x90\x01")),
        update(rect(0, 0, 9, 9, TIGHT, b"\xa0\x01")),
        update(rect(0, 0, 9, 9, TIGHT, b"\x40\x03")),
        update(rect(0, 0, 9, 9, TIGHT, b"\x00\xff\xff\xff")),
    ],
)
def test_what_a_server_may_not_say(data: bytes) -> None:
    with pytest.raises(Breach):
        server().feed(data)


@pytest.mark.parametrize(
    "greeting",
    [
        b"RFB 003.003\n",
        b"SSH-2.0-abcd",
        VERSION + b"\0",
        VERSION + b"\x01\x01",
        VERSION + b"\x01\x02" + bytes(16) + b"\0\0\0\x01",
        GREETING[:34] + bytes(20) + bytes(4),
        GREETING[:54] + struct.pack(">I", 5000),
    ],
)
def test_another_greeting_of_a_server(greeting: bytes) -> None:
    with pytest.raises(Breach):
        FromServer(lambda challenge: challenge, clipboard=False).feed(greeting)


def test_a_server_without_a_secret() -> None:
    found = FromServer(None, clipboard=False)
    greeting = b"RFB 003.889\n\x02\x02\x01" + bytes(4) + GREETING[34:]
    assert to_server(found.feed(greeting))[:14] == VERSION + b"\x01\x01"


@given(st.lists(st.sampled_from(sorted(PIECES.values())), max_size=6), st.binary(max_size=30), CUTS)
def test_any_cut_of_what_a_server_says_gives_the_same(
    some: list[bytes], text: bytes, cuts: list[int]
) -> None:
    data = update(*some) + words(text) + b"\x02" + update(*some)
    whole = fed(server(), data)
    assert fed(server(), data, cuts) == whole
    assert to_client(whole) == data


@given(st.binary(max_size=300))
def test_a_server_may_say_anything(data: bytes) -> None:
    found = server()
    try:
        found.feed(data)
    except Breach:
        return
    assert len(found._held) <= MAX_CUT_BYTES + 8


# ------------------------------------------------------------------------------- whatever comes

PAGE_SAYS = [
    viewer.key(0x61, down=True), viewer.pointer(3, 4, 1), viewer.cut(b"testo"), viewer.ask(800, 600),
    viewer.encodings(RAW, COPY, TIGHT, ZRLE), b"\0" + viewer.FORMAT[1:], b"\xfb" + bytes(5) + b"\x01\0" + bytes(16),
]  # fmt: skip
SERVER_SAYS = [*(update(one) for one in PIECES.values()), words(b"testo"), b"\x02"]
MACHINES: dict[str, tuple[Callable[[], Machine], list[bytes]]] = {
    "page": (page, PAGE_SAYS),
    "page that only looks": (lambda: page(control=False, clipboard=False), PAGE_SAYS),
    "server": (server, SERVER_SAYS),
    "server before its greeting": (
        lambda: FromServer(lambda challenge: challenge, clipboard=True), [GREETING, *SERVER_SAYS]
    ),
    "page before its greeting": (
        lambda: FromClient(SCREEN, control=True, clipboard=True), [viewer.HELLO, *PAGE_SAYS]
    ),
}  # fmt: skip


def until_breach(machine: Machine, some: Sequence[bytes]) -> tuple[list[Event], bool]:
    """What came of it, and whether it was a breach; what a piece says before its breach is not told."""
    events: list[Event] = []
    for piece in some:
        try:
            events += machine.feed(piece)
        except Breach:
            return joined([*events, *machine.take()]), True
    return joined(events), False


@pytest.mark.parametrize("name", MACHINES)
def test_bent_words_are_read_or_a_breach(name: str, rounds: int, dice: random.Random) -> None:
    """The same however they are cut; nothing else is raised, and no more is held than one message may have."""
    made, seeds = MACHINES[name]
    for _ in range(TRIES * rounds):
        data = bent(dice, seeds)
        whole, cut = made(), made()
        assert until_breach(cut, list(pieces(dice, data))) == until_breach(whole, [data])
        assert held([cut._held, cut.passing, cut._events]) <= MAX_CUT_BYTES + 1024
        if isinstance(cut, FromClient):
            assert len(cut._pressed) <= 64
