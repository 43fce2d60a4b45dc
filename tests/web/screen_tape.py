"""A recorded screen for players: made of raw pixels by the agent's own machine, and the pixels it shows."""

from __future__ import annotations

import struct

from agent.channels.rfb import DESKTOP_SIZE, Shown, ToClient
from agent.channels.rfb_pictures import Pictures
from audit.fbs import fbs
from audit.recording_segment import Event, Piece
from tests.agent.test_rfb_pictures import greeting, raw, update

RED, GREEN, BLUE, WHITE, BLACK = b"\xff\0\0\0", b"\0\xff\0\0", b"\0\0\xff\0", b"\xff\xff\xff\0", bytes(4)


def recorded(*, whole: bool = True, white_at_ms: int = 2_000) -> bytes:
    """64 × 48: red; at 1 s a square half blue, half green; at 2 s two white pixels; after an hour of nothing a new
    size, all black, of which not `whole` there is a half."""
    machine = Pictures(None)
    machine.feed(greeting(64, 48))
    machine.ask(key=True)
    square = (BLUE * 10 + GREEN * 10) * 20
    told = [
        (0, update(raw(0, 0, 64, 48, RED * 64 * 48))),
        (1_000, update(raw(10, 10, 20, 20, square))),
        (white_at_ms, update(raw(0, 0, 2, 1, WHITE * 2))),
    ]
    pieces = [Piece(5_000 + at, Event.SCREEN, kept(machine, said)) for at, said in told]
    machine.feed(update(struct.pack(">4Hi", 0, 0, 32, 16, DESKTOP_SIZE)))
    machine.ask(key=True)
    last = kept(machine, update(raw(0, 0, 32, 16, BLACK * 32 * 16)))
    # Cut in two, as large ones come: it is there with its last byte.
    halves = [Piece(3_600_000, Event.SCREEN, last[:20]), Piece(3_600_100, Event.SCREEN, last[20:])]
    return fbs([*pieces, *(halves if whole else halves[:1])])


def kept(machine: Pictures, said: bytes) -> bytes:
    events = machine.feed(said)
    assert events[-1] == Shown(again=False)
    return b"".join(one.data for one in events if isinstance(one, ToClient))


PIXEL = """([x, y]) => {
  const canvas = document.querySelector("canvas");
  return [canvas.width, canvas.height, ...canvas.getContext("2d").getImageData(x, y, 1, 1).data].join(" ");
}"""
