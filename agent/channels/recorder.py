"""The host's side of a recording: takes what a channel says as the broker does, and signs each segment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from audit.recording_stream import SEGMENT_BYTES, SEGMENT_MESSAGES, SEGMENT_S, MaskedStream, Seen

INLINE_BYTES = 4 * 1024  # masking more may take longer than a stop should wait


class Recorder:
    """Of one channel. Tell it everything that is sent, in that order; where a segment is due, send what `cut`
    gives behind the message it ends with. Instants are seconds of any clock that never goes back."""

    def __init__(self, stream: MaskedStream, sign: Callable[[Seen], bytes]) -> None:
        self._stream = stream
        self._sign = sign
        self._since_s: float | None = None
        self._messages = 0
        self._working: asyncio.Future[bytes] | None = None

    async def feed(self, data: bytes, at_s: float) -> None:
        self._since_s = at_s if self._since_s is None else self._since_s
        self._messages += 1
        if len(data) <= INLINE_BYTES:
            self._stream.feed(data)
            return
        # A task that is cancelled leaves it to end, and `end` waits for it.
        self._working = asyncio.get_running_loop().run_in_executor(None, self._stream.feed, data)
        await asyncio.shield(self._working)

    @property
    def begun(self) -> bool:
        """The segment under way has something in it."""
        return self._since_s is not None

    def covered(self) -> None:
        """The picture that follows shows less than the screen did."""
        self._stream.covered()

    def echo(self, *, on: bool) -> None:
        self._stream.echo(on=on)

    def due(self, at_s: float) -> bool:
        """Whether the segment under way is to end here."""
        if self._since_s is None:
            return False
        full = self._stream.held_bytes >= SEGMENT_BYTES or self._messages >= SEGMENT_MESSAGES
        return full or at_s - self._since_s >= SEGMENT_S

    def cut(self) -> bytes:
        """The segment ends: the signed note about it."""
        self._since_s, self._messages = None, 0
        return self._sign(self._stream.cut()[1])

    async def end(self) -> bytes | None:
        """The channel is over: the note about its last segment, if there is something in it."""
        if self._working is not None:
            await asyncio.wait([self._working])
        _, seen, _ = self._stream.finish()
        return self._sign(seen) if seen.out_bytes else None
