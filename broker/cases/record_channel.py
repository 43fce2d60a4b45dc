"""A recorded channel: its recording is in the log before the channel opens, its segments on the disk before
the log tells of them, and where they cannot be kept the session ends."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from audit import checkpoint, merkle
from audit import recording as rec
from audit.age_keys import NoAge
from audit.errors import BadSignature, Malformed
from audit.instant import whole_ms
from audit.keys import PublicKey, SigningKey
from audit.record import BROKER
from audit.recording import SegmentLeaf
from audit.recording_segment import (
    MAX_PLAIN_BYTES,
    Event,
    Piece,
    Sealer,
    encode_pieces,
    new_identity,
    plain_digest,
    window,
)
from audit.recording_stream import SALT_BYTES, MaskedStream, Seen, open_seen
from audit.records import RecordingCheckpoint, RecordingClosed, RecordingOpened
from broker.cases.end_unrecorded import end_unrecorded
from broker.cases.take_cosignature import log_origin
from broker.domain.estate import EnrolledHost
from broker.domain.refusal import Refused, Why
from broker.domain.session import Running
from broker.parts import Parts
from broker.store import escrow, estate, log, recordings, sessions
from broker.store.recording_folder import RecordingFolder, require_room
from broker.store.recordings import Recorded

_log = logging.getLogger("verbale.recording")
INLINE_BYTES = 4 * 1024  # masking more may take longer than others should wait
OVERDUE_S = 30.0  # the host ends a segment after 10 s; this much later it does not at all
ROOM_BYTES = MAX_PLAIN_BYTES - 32 * 1024  # a host that ends its segments in time stays below it
_HEAD_BYTES = 13  # before each piece


class RecordingLost(OSError):
    """Nothing more of this channel can be kept."""


async def require_recordable(parts: Parts, tenant: str) -> None:
    """`Refused` where a session that has to be recorded could not be now."""
    try:
        async with parts.store.read() as work:
            whose = await escrow.recipient(work, tenant)
        Sealer([new_identity()[1], *([] if whose is None else [whose])])
        await asyncio.to_thread(require_room, parts.settings.state)
    except (OSError, NoAge, Malformed) as wrong:
        _log.exception("nothing can be recorded for %s", tenant)
        raise Refused(Why.RECORDING_UNAVAILABLE) from wrong


async def begin_recording(parts: Parts, tenant: str, session: str, channel: str, kind: str) -> Recording:
    """Open it in the log and on the disk, before the host is asked for the channel.

    `Refused` where it cannot be: the channel does not open then, and the session ends.
    """
    try:
        return await _begin(parts, tenant, session, channel, kind)
    except (OSError, NoAge, Malformed) as wrong:
        _log.exception("the recording %s could not be opened", channel)
        await end_unrecorded(parts, tenant, session)
        raise Refused(Why.RECORDING_UNAVAILABLE) from wrong


async def _begin(parts: Parts, tenant: str, session: str, channel: str, kind: str) -> Recording:
    salt, (identity, recipient) = parts.chance.octets(SALT_BYTES), new_identity()
    folder = RecordingFolder(parts.settings.state, tenant, channel)
    parts.recordings.claim(channel)
    await asyncio.to_thread(folder.make)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await sessions.load(tx, tenant, session)
        if not isinstance(found, Running):
            raise Refused(Why.SESSION_ENDED, state="ended")
        host = await estate.host(tx.work, tenant, found.permit.host)
        whose, here = await escrow.recipient(tx.work, tenant), await log.head(tx.work, tenant)
        if not isinstance(host, EnrolledHost) or here is None:
            raise Refused(Why.HOST_DIFFERS)
        sealer = Sealer([recipient, *([] if whose is None else [whose])])
        host_origin = await log_origin(tx.work, host)
        n = await tx.append(
            RecordingOpened(recording=channel, kind=kind), actor=BROKER, session=session, host=host.id
        )
        told = Recorded(
            tenant, channel, session, host.id, n, here.origin, closed=False, segments=0, erased=False
        )
        await recordings.add(tx, told, identity, salt)
        tx.announce("session", session)
    witness = _Witness(host_origin or "", host.id, PublicKey.parse(host.recorder_key))
    kept = Recording(parts, told, witness, salt, _Segments(folder, sealer, told, parts.keys.log_key(tenant)))
    parts.recordings.add(channel, kept)
    return kept


@dataclass(frozen=True, slots=True)
class _Witness:
    """Whose signature stands in each segment."""

    origin: str
    host: str
    key: PublicKey

    def said(self, note: bytes) -> Seen:
        return open_seen(note, self.origin, self.host, self.key)


class _Segments:
    """The recording's own log. `add` blocks, and is called in threads."""

    def __init__(self, folder: RecordingFolder, sealer: Sealer, told: Recorded, key: SigningKey) -> None:
        self._folder = folder
        self._sealer = sealer
        self._told = told
        self._key = key
        self._lock = threading.Lock()
        self._tree = merkle.Tree()
        self._kept = 0  # of its leaves: one that could not be written stays behind
        self.out_bytes = 0
        self.masked = 0

    def add(
        self, salt: bytes, pieces: list[Piece], seen: Seen, masked: dict[str, int], note: str | None
    ) -> None:
        """One more, on the disk when this returns; `OSError`, and `ValueError` for what is no next segment."""
        with self._lock:
            if seen.n != self._tree.size:
                raise ValueError("a segment before this one was lost")
            plain = encode_pieces(salt, pieces)
            stored = self._sealer.seal(plain)
            leaf = SegmentLeaf(
                self._told.id, seen.n, _instant(pieces[0].at_ms), _instant(pieces[-1].at_ms), seen.out_bytes,
                tuple(masked.items()), seen.output, plain_digest(plain), rec.stored_digest(stored), note,
            ).encode()  # fmt: skip
            self._tree.append(leaf)
            head = checkpoint.sign(rec.head_of(self._told.origin, self._told.id, self._tree), self._key)
            self._folder.add(seen.n, stored, leaf, head)
            self._kept = self._tree.size
            self.out_bytes += seen.out_bytes
            self.masked += sum(masked.values())

    def told(self) -> tuple[int, str]:
        """(segments, root) of all that is on the disk."""
        with self._lock:
            return self._kept, self._tree.root(self._kept).hex()


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


class Recording:
    """A `Recorder` of one channel."""

    def __init__(
        self, parts: Parts, told: Recorded, witness: _Witness, salt: bytes, segments: _Segments
    ) -> None:
        self.salt = salt
        self._parts = parts
        self._told = told
        self._witness = witness
        self._segments = segments
        self._stream = MaskedStream(told.id, salt)
        self._pieces: list[Piece] = []
        self._size_bytes = 0  # of the pieces, as they will be sealed
        self._since: datetime | None = None  # the segment's first message
        self._last_ms = 0
        self._window: tuple[int, int] | None = None
        self._ended = False  # the host has said which segment is the last
        self._working: asyncio.Future[None] | None = None
        self._whole = True  # every segment has its host's word
        self._closed = False
        self.lost = False

    # ------------------------------------------------------------------------------ from the pipe

    async def output(self, data: bytes) -> None:
        if self.lost:
            raise RecordingLost("the recording was lost")
        if self._ended or self._overdue():
            await self._lose("the host ends no segment")
        self._since = self._since or self._parts.clock.now()
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
        self._parts.hub.audience(self._told.session).recorded(self._told.id, self._segments.told()[0])

    def _end(self, signed: Seen | None, note: str | None, *, last: bool) -> None:
        """Seal what is there. `signed`: what the host says of it; None where it came to say nothing."""
        rest, seen, masked = self._stream.finish() if last else self._stream.cut()
        self._put(rest)
        self._ended = last
        if signed is None and not seen.out_bytes:
            return
        if signed is not None and signed != seen:
            _log.error("host and broker saw different output in segment %d of %s", seen.n, self._told.id)
        pieces = self._pieces or [Piece(self._now_ms(), Event.OUTPUT, b"")]
        self._pieces, self._size_bytes, self._since = [], 0, None
        self._whole = signed is not None
        self._segments.add(self.salt, pieces, seen, masked, note)

    async def close(self, *, whole: bool) -> None:
        """Nothing more comes: what is left is sealed without the host's word, and the log is told."""
        if self._closed:
            return
        self._closed = True
        self._parts.recordings.remove(self._told.id)
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
        await self._tell(
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
        await self._tell(RecordingCheckpoint(self._told.id, size, root))

    async def _tell(self, record: RecordingCheckpoint | RecordingClosed) -> None:
        told, closed = self._told, isinstance(record, RecordingClosed)
        async with self._parts.store.tx(told.tenant, whole_ms(self._parts.clock.now())) as tx:
            held = await recordings.find(tx, told.tenant, told.id)
            if held is None or held.closed or (not closed and record.segments == held.segments):
                return
            await tx.append(record, actor=BROKER, session=told.session, host=told.host)
            await recordings.advance(tx, told.id, record.segments, closed=closed)
            tx.announce("session", told.session)

    # -------------------------------------------------------------------------------- segments

    def _put(self, kept: bytes) -> None:
        if not kept:
            return
        at_ms = self._now_ms()
        if self._window is not None:
            self._pieces.append(window(at_ms, *self._window))
            self._size_bytes += _HEAD_BYTES + 4
            self._window = None
        self._pieces.append(Piece(at_ms, Event.OUTPUT, kept))
        self._size_bytes += len(kept) + _HEAD_BYTES

    def _now_ms(self) -> int:
        """Never back: a clock that was set right must not make a recording that nobody reads."""
        self._last_ms = max(self._last_ms, int(self._parts.clock.now().timestamp() * 1000))
        return self._last_ms

    def _overdue(self) -> bool:
        since = self._since
        late = since is not None and (self._parts.clock.now() - since).total_seconds() > OVERDUE_S
        return late or self._size_bytes > ROOM_BYTES

    async def _lose(self, why: str) -> None:
        """What cannot be kept must not go on."""
        self.lost = True
        _log.error("the recording %s is lost: %s", self._told.id, why)
        await end_unrecorded(self._parts, self._told.tenant, self._told.session)
        raise RecordingLost(why)
