"""An opened recording as the file that players read: text as an asciicast, a screen as FBS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from audit.asciicast import asciicast
from audit.errors import Malformed
from audit.fbs import fbs
from audit.recording_segment import Event, Piece

CAST, SCREEN = "cast", "fbs"


class Playable(NamedTuple):
    """`suffix` is that of the file's name."""

    suffix: str
    data: bytes


def playable(pieces: Sequence[Piece]) -> Playable:
    """`Malformed` where text and pictures are mixed, or pictures begin with a part of one."""
    pictures = sum(one.event is Event.SCREEN for one in pieces)
    if not pictures:
        return Playable(CAST, asciicast(pieces).encode())
    if pictures < len(pieces):
        raise Malformed("a recording holds text or pictures")
    return Playable(SCREEN, fbs(pieces))
