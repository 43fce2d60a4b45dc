"""One recorded channel as it runs: masked, cut where the host says, sealed before more is read (FORMAT.md §15)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from audit.errors import BadSignature, Malformed
from audit.keys import PublicKey
from audit.recording_records import RecordingCheckpoint, RecordingClosed
from audit.recording_rules import PICTURES, WINDOW
from audit.recording_segment import MAX_PLAIN_BYTES, Event, Piece, window
from audit.recording_stream import Seen, open_seen, stream_of
from broker.store.recording_log import Segments
from broker.store.recordings import Recorded

_log = logging.getLogger("verbale.recording")
INLINE_BYTES = 4 * 1024  # masking more may take longer than others should wait
OVERDUE_S = 100.0  # a host that is there ends a segment after 10 s; one that is gone is known to be after 90
ROOM_BYTES = MAX_PLAIN_BYTES - 32 * 1024  # a host that ends its segments in time stays below it
_HEAD_BYTES = 13  # before each piece
# Of pictures, which nothing here slows down: twice what a host keeps to (FORMAT.md §15), and its largest screen.
PICTURES_AT_ONCE_BYTES, PICTURES_RATE_BYTES = 256 * 1024 * 1024, 1024 * 1024


class RecordingLost(OSError):
    """Nothing more of this channel can be kept."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Whose signature stands in each segment."""

    origin: str
    host: str
    key: PublicKey

    def said(self, note: bytes) -> Seen:
        return open_seen(note, self.origin, self.host, self.key)


@dataclass(frozen=True, slots=True)
class Around:
    """What a recording reaches beyond itself: the clock, the log, the session's end, those who watch."""

    now: Callable[[], datetime]
    tell: Callable[[RecordingCheckpoint | RecordingClosed], Awaitable[None]]
    end_session: Callable[[], Awaitable[None]]
    sealed: Callable[[int], None]
    gone: Callable[[], None]


class ChannelRecorder:
    """A `Recorder` of one channel."""

    def __init__(
        self, told: Recorded, kind: str, witness: Witness, salt: bytes, segments: Segments, around: Around
    ) -> None:
        self.salt = salt
        self._told = told
        self._witness = witness
        self._around = around
        self._segments = segments
        self._stream = stream_of(kind, told.id, salt)
        self._event = Event.SCREEN if kind == PICTURES else Event.OUTPUT
        self._opened = around.now()
        self._out_bytes = 0
        self._pieces: list[Piece] = []
        self._size_bytes = 0  # of the pieces, as they will be sealed
        self._since: datetime | None = None  # the segment's first message
        self._last_ms = 0
        self._window: tuple[int, int] | None = None
        self._ended = False  # the host has said which segment is the last
        self._working: asyncio.Future[None] | None = None
        self._whole = True  # every segment has its host's word
        self._closed = False
        self._held = False
        self.lost = False

    # ------------------------------------------------------------------------------ from the pipe

    async def output(self, data: bytes) -> None:
        if self.lost:
            raise RecordingLost("the recording was lost")
        if self._ended or self._overdue():
            await self._lose("the host ends no segment")
        if self._event is Event.SCREEN and self._too_fast(len(data)):
            await self._lose("the host sends more pictures than it may")
        self._since = self._since or self._around.now()
        if len(data) <= INLINE_BYTES:
            self._take(data)
        else:
            await self._in_thread(partial(self._take, data))

    def _take(self, data: bytes) -> None:
        self._put(self._stream.feed(data))

    async def _in_thread(self, work: Callable[[], None]) -> None:
        """Others have their turn meanwhile. A task that is cancelled leaves it to end, and `close` waits."""
        self._working = asyncio.get_running_loop().run_in_executor(None, work)
        await asyncio.shield(self._working)

    def hold(self) -> None:
        """Nothing is read now: the technician's end is full, and what the host says waits."""
        self._held = True

    def resume(self) -> None:
        """It is read again, with all that waited."""
        self._held = False
        if self._since is not None:
            self._since = self._around.now()

    def echo(self, *, on: bool) -> None:
        self._stream.echo(on=on)

    def resize(self, cols: int, rows: int) -> None:
        self._window = (cols, rows)

    async def segment(self, note: bytes, *, last: bool) -> None:
        """The host ended one: sealed, and safe on the disk, before more is read."""
        try:
            signed = self._witness.said(note)
            await self._in_thread(partial(self._end, signed, note.decode(), last=last))
        except (Malformed, BadSignature, OSError, ValueError) as wrong:
            await self._lose(str(wrong))
        self._around.sealed(self._segments.told()[0])

    def _end(self, signed: Seen | None, note: str | None, *, last: bool) -> None:
        """Seal what is there. `signed`: what the host says of it; None where it came to say nothing."""
        rest, seen, masked = self._stream.finish() if last else self._stream.cut()
        self._put(rest)
        self._ended = last
        if signed is None and not seen.out_bytes:
            return
        windows = 0 if signed is None else signed.windows
        if windows and self._event is not Event.SCREEN:
            raise Malformed("a host says of text that windows were left out of it")
        seen = replace(seen, windows=windows)
        masked |= {WINDOW: windows} if windows else {}
        if signed is not None and signed != seen:
            _log.error("host and broker saw different output in segment %d of %s", seen.n, self._told.id)
        pieces = self._pieces or [Piece(self._now_ms(), self._event, b"")]
        self._pieces, self._size_bytes, self._since = [], 0, None
        self._whole = signed is not None
        self._segments.add(self.salt, pieces, seen, masked, note)

    async def close(self, *, whole: bool) -> None:
        """Nothing more comes: what is left is sealed without the host's word, and the log is told."""
        if self._closed:
            return
        self._closed = True
        self._around.gone()
        if self._working is not None:
            await asyncio.wait([self._working])
        if not self._ended and not self.lost:
            try:
                await self._in_thread(partial(self._end, None, None, last=True))
            except (OSError, ValueError):
                _log.exception("the last segment of %s could not be kept", self._told.id)
                self._whole = False
        size, root = self._segments.told()
        outcome = "complete" if whole and self._whole and not self.lost else "cut"
        masked = self._segments.masked
        await self._around.tell(
            RecordingClosed(self._told.id, size, root, self._segments.out_bytes, masked, outcome)
        )

    # ----------------------------------------------------------------------------- now and then

    async def checkpoint(self) -> None:
        """Of what is on the disk; a host that ends no segment loses its session."""
        if self._overdue():
            try:
                await self._lose("the host ends no segment")
            except RecordingLost:
                return
        size, root = self._segments.told()
        await self._around.tell(RecordingCheckpoint(self._told.id, size, root))

    # -------------------------------------------------------------------------------- segments

    def _put(self, kept: bytes) -> None:
        if not kept:
            return
        at_ms = self._now_ms()
        if self._window is not None:
            self._pieces.append(window(at_ms, *self._window))
            self._size_bytes += _HEAD_BYTES + 4
            self._window = None
        self._pieces.append(Piece(at_ms, self._event, kept))
        self._size_bytes += len(kept) + _HEAD_BYTES

    def _now_ms(self) -> int:
        """Never back: a clock that was set right must not make a recording that nobody reads."""
        self._last_ms = max(self._last_ms, int(self._around.now().timestamp() * 1000))
        return self._last_ms

    def _overdue(self) -> bool:
        since = self._since
        waited_s = 0.0 if since is None or self._held else (self._around.now() - since).total_seconds()
        return waited_s > OVERDUE_S or self._size_bytes > ROOM_BYTES

    def _too_fast(self, more_bytes: int) -> bool:
        self._out_bytes += more_bytes
        passed_s = max(0.0, (self._around.now() - self._opened).total_seconds())
        return self._out_bytes > PICTURES_AT_ONCE_BYTES + PICTURES_RATE_BYTES * passed_s

    async def _lose(self, why: str) -> None:
        """What cannot be kept must not go on."""
        self.lost = True
        _log.error("the recording %s is lost: %s", self._told.id, why)
        await self._around.end_session()
        raise RecordingLost(why)
