"""RFB (RFC 6143) between a browser and a host's own VNC server, judged message by message. Pure.

Two machines, one for each direction; the channel gives them bytes as they come and does what they say. Nobody
speaks through here by himself: the two handshakes are the agent's own, the pixel format is one, and of the
encodings only those are offered whose length can be told. A message that nobody offered is a `Breach`.
"""

from __future__ import annotations

import struct
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

VERSION = b"RFB 003.008\n"
PIXELS = struct.pack(">BBBBHHHBBB3x", 32, 24, 0, 1, 255, 255, 255, 0, 8, 16)  # what noVNC asks for
RAW, COPY, TIGHT, ZRLE = 0, 1, 7, 16
DESKTOP_SIZE, LAST_RECT, POINTER = -223, -224, -239
COMPRESS_LEVELS = range(-256, -246)
# No JPEG (its quality levels are not offered): the page may not draw it under a strict policy. No cursor of
# the page's own: the server draws it, so that whoever watches sees it as well.
OFFERED = frozenset({RAW, COPY, TIGHT, ZRLE, DESKTOP_SIZE, LAST_RECT, *COMPRESS_LEVELS})
NONE, VNC_AUTH = 1, 2
MAX_CUT_BYTES = 64 * 1024
MAX_COPIES = 1000  # of one channel: each is a record
MAX_ENCODINGS = 128
MAX_SIDE = 16_384
MAX_PIXELS = 64 * 1024 * 1024
MAX_WORDS = 4096  # of a server's name, or of its reason for a no


class Breach(Exception):
    """What came is not of the protocol, or was not offered: the channel ends."""


@dataclass(frozen=True, slots=True)
class ToServer:
    data: bytes


@dataclass(frozen=True, slots=True)
class ToClient:
    data: bytes


@dataclass(frozen=True, slots=True)
class Copied:
    """Text that passed; `direction` is to_host or from_host."""

    direction: str
    text: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The server's screen, in pixels: the page may be greeted."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture for the recording is whole. `again`: it is none of the screen as it is, and the next has to be
    a key."""

    again: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """Of the picture for the recording that follows, something is left out that is not to be recorded."""


Event: TypeAlias = ToServer | ToClient | Copied | Ready | Shown | Covered
Step: TypeAlias = tuple[int, bool | None]  # bytes, and whether they are looked at, passed (None), or dropped
Steps: TypeAlias = Generator[Step, bytes, None]


class Machine:
    """Bytes in, events out; any cut of the bytes gives the same events, neighbours joined."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._events: list[Event] = []
        self.passing = bytearray()
        self._steps = self._run()
        self._step = next(self._steps)

    def _run(self) -> Steps:
        raise NotImplementedError

    def feed(self, data: bytes) -> list[Event]:
        """What follows from it. After a `Breach` nothing more is fed."""
        self._held += data
        while True:
            count, looked_at = self._step
            if looked_at:
                if len(self._held) < count:
                    break
                piece = bytes(self._held[:count])
                del self._held[:count]
                self._step = self._steps.send(piece)
                continue
            here = min(count, len(self._held))
            if looked_at is None:
                self.passing += self._held[:here]
            del self._held[:here]
            if here < count:
                self._step = count - here, looked_at
                break
            self._step = self._steps.send(b"")
        return self.take()

    def take(self) -> list[Event]:
        self._flush()
        events, self._events = self._events, []
        return events

    def say(self, event: Event) -> None:
        self._flush()
        self._events.append(event)

    def _flush(self) -> None:
        if self.passing:
            self._events.append(ToClient(bytes(self.passing)))
            self.passing.clear()


def text_of(data: bytes) -> str:
    """RFB's cut text is Latin-1 with LF."""
    return data.decode("latin-1")
