"""A recorded screen as players of VNC sessions read it, and which recordings are none."""

from __future__ import annotations

import struct

import pytest

from audit.errors import Malformed
from audit.fbs import fbs, screen_size
from audit.recording_segment import Event, Piece
from tests.audit.recorded import KEY_PICTURE


def screen(at_ms: int, data: bytes) -> Piece:
    return Piece(at_ms, Event.SCREEN, data)


def test_blocks_with_their_times_behind_the_greeting() -> None:
    found = fbs([screen(5_000, KEY_PICTURE), screen(6_250, b"more")])
    assert found.startswith(b"FBS 001.000\n")
    at, blocks = 12, []
    while at < len(found):
        (size,) = struct.unpack_from(">I", found, at)
        data = found[at + 4 : at + 4 + size]
        at += 4 + size + -size % 4
        blocks.append((data, *struct.unpack_from(">I", found, at)))
        at += 4
    assert at == len(found)
    greeting, *rest = blocks
    assert rest == [(KEY_PICTURE, 0), (b"more", 1_250)]
    assert greeting[0][:16] == b"RFB 003.003\n\0\0\0\1"
    assert struct.unpack_from(">HH", greeting[0], 16) == (8, 6)
    assert greeting[0].endswith(b"\0\0\0\x07Verbale")


@pytest.mark.parametrize("data", [b"", KEY_PICTURE[:15], b"\2" + KEY_PICTURE[1:], KEY_PICTURE[:8] + bytes(8)])
def test_it_begins_with_the_whole_screen(data: bytes) -> None:
    with pytest.raises(Malformed):
        screen_size(data)


def test_a_screen_has_width_and_height() -> None:
    assert screen_size(KEY_PICTURE) == (8, 6)
    with pytest.raises(Malformed):
        screen_size(struct.pack(">BxH4Hi", 0, 0xFFFF, 0, 0, 8, 0, -223))
