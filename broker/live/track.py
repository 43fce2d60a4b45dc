"""One channel's masked history, made at the pace that people can follow.

Masking costs a hundred times what relaying costs. What comes faster than anybody reads is therefore
not masked at all: its newest part waits until there is room again, the rest of it becomes a hole that
viewers are told of. Bytes wait unmasked for no longer than that, and nobody can ask for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from audit.masking import Masker

HISTORY_BYTES = 1024 * 1024  # per channel; some hundred screens
PACE_BYTES_S = 64 * 1024  # thirty screens of 80 × 24 a second
BURST_BYTES = 128 * 1024  # a listing of two thousand lines passes whole
TAIL_BYTES = 16 * 1024  # of what came too fast, what is shown when it slows down
MAX_WAITING_BYTES = 64 * 1024
TOLD_AFTER_S = 1.0  # a hole that has stood so long is told of, though nothing follows it yet
_KEY_EDGE = re.compile(rb"-----(?:BEGIN|END) [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----")
_EDGE_BYTES = 80  # no edge of a key is longer
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(slots=True)
class Track:
    """Offsets count masked bytes; `told` turns one into what viewers are told, holes included."""

    at: float  # of any clock that never goes back
    masker: Masker = field(default_factory=Masker)
    data: bytearray = field(default_factory=bytearray)
    start: int = 0
    open: bool = True
    size: tuple[int, int] | None = None
    held_since: float | None = None
    _room: float = BURST_BYTES
    _waiting: bytes = b""
    _lost_bytes: int = 0  # since the last hole was written down
    _lost_since: float = 0.0
    _cut: bool = False  # what comes next follows a hole
    _seam: bytes = b""  # the end of what was lost, for an edge of a key that was cut in two
    _edge: bytes = b""  # the last edge of a private key in what was lost
    _holes: list[tuple[int, int]] = field(default_factory=list)  # (offset, bytes missing before it)
    _forgotten: int = 0  # bytes of holes that lie before `start`

    @property
    def end(self) -> int:
        return self.start + len(self.data)

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def feed(self, data: bytes, at: float) -> None:
        """Take what the host said."""
        self._pass_time(at)
        self.held_since = at
        if not self._waiting and not self._cut and len(data) <= self._room:
            self._room -= len(data)
            self._add(self.masker.feed(data))
            return
        if len(self._waiting) + len(data) > MAX_WAITING_BYTES:
            # In a flood a message only takes the place of the one before it: nothing is copied.
            self._lose(self._waiting)
            self._waiting = data
        else:
            self._waiting += data
        self.catch_up(at)

    def catch_up(self, at: float) -> None:
        """Show what waits, if there is room by now."""
        self._pass_time(at)
        if self._waiting and min(len(self._waiting), TAIL_BYTES) <= self._room:
            self._show()

    def concede(self, at: float) -> None:
        """Write down a hole that has stood long enough, though nothing follows it yet."""
        self._pass_time(at)
        if self._lost_bytes and at - self._lost_since >= TOLD_AFTER_S:
            self._add(self.masker.flush())
            self._hole()

    def settle(self, at: float) -> None:
        """Show what waits, room or not: what comes next changes how it is to be read."""
        self._pass_time(at)
        if self._waiting:
            self._show()

    def idle(self) -> None:
        """Let go what the masker has held back."""
        self._add(self.masker.idle())
        self.held_since = None

    def shut(self, at: float) -> None:
        """The channel is over."""
        self.settle(at)
        self._add(self.masker.flush())
        self._hole()
        self.open = False

    # ------------------------------------------------------------------------------- for viewers

    def told(self, offset: int) -> int:
        """An offset as viewers count: every hole moves it on by what is missing."""
        return offset + self._forgotten + sum(lost for place, lost in self._holes if place <= offset)

    def piece(self, offset: int, limit_bytes: int) -> tuple[bytes, bool]:
        """(bytes from `offset` up to the next hole, whether a hole lies right before them)."""
        until = min([offset + limit_bytes, *(place for place, _ in self._holes if place > offset)])
        data = bytes(self.data[offset - self.start : until - self.start])
        return data, any(place == offset for place, _ in self._holes)

    @property
    def losing(self) -> bool:
        """Whether bytes are missing that viewers are not told of yet; `concede` will."""
        return self._lost_bytes > 0

    @property
    def ends_in_hole(self) -> bool:
        return bool(self._holes) and self._holes[-1][0] == self.end

    # ---------------------------------------------------------------------------------- the work

    def _pass_time(self, at: float) -> None:
        self._room = min(BURST_BYTES, self._room + max(0.0, at - self.at) * PACE_BYTES_S)
        self.at = max(self.at, at)

    def _show(self) -> None:
        if len(self._waiting) > TAIL_BYTES:
            self._lose(self._waiting[:-TAIL_BYTES])
            self._waiting = self._waiting[-TAIL_BYTES:]
        if self._cut and not self._resume():
            return
        self._room -= len(self._waiting)
        self._add(self.masker.feed(self._waiting))
        self._waiting = b""

    def _resume(self) -> bool:
        """Begin anew behind a hole, at a line's beginning: half a secret would not be known as one."""
        found = _LINE_END.search(self._waiting)
        if found is None:
            self._lose(self._waiting)
            self._waiting = b""
            return False
        self._lose(self._waiting[: found.start()])
        self._waiting = self._waiting[found.start() :]
        self._add(self.masker.flush())
        self._hole()
        if self._edge:  # whether what follows belongs to a private key
            self._add(self.masker.feed(self._edge))
        self._edge, self._seam = b"", b""
        self._cut = False
        return True

    def _lose(self, data: bytes) -> None:
        if not self._lost_bytes:
            self._lost_since = self.at
        self._cut = True
        self._lost_bytes += len(data)
        for part in (self._seam + data[:_EDGE_BYTES], data):
            if b"PRIVATE KEY" in part:
                for found in _KEY_EDGE.finditer(part):
                    self._edge = found[0]
        self._seam = (self._seam + data[-_EDGE_BYTES:])[-_EDGE_BYTES:]

    def _hole(self) -> None:
        if self._lost_bytes:
            wider = self._holes.pop()[1] if self.ends_in_hole else 0
            self._holes.append((self.end, wider + self._lost_bytes))
            self._lost_bytes = 0

    def _add(self, masked: bytes) -> None:
        self.data += masked
        over = len(self.data) - HISTORY_BYTES
        if over > 0:
            del self.data[:over]
            self.start += over
            while self._holes and self._holes[0][0] <= self.start:
                self._forgotten += self._holes.pop(0)[1]
