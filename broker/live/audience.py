"""Those who watch: the masked history of each channel to an offset, then the tail from it.

The session never waits for a viewer. Viewers read slices of one bounded buffer per channel by
offset; one that falls behind the buffer is told of the gap and goes on from its oldest byte. What
is in the buffer is already masked (L-48); the original is not kept. Output faster than anybody reads
leaves holes (`track`), told like any other gap.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.wire.frames import Call, OrderRefused
from broker.live.track import Track

MAX_CHANNELS = 32  # of one session kept for viewers; the oldest closed one goes first
HOLD_S = 0.2  # a masker's hold-back is released after this, or a prompt would never be seen


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes of a channel from `offset` on; `gap`: earlier ones were dropped unseen by this viewer."""

    channel: str
    offset: int
    data: bytes
    gap: bool


@dataclass(slots=True)
class Place:
    """How far one viewer has read, per channel."""

    offsets: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    shut: set[str] = field(default_factory=set)
    gaps: dict[str, int] = field(default_factory=dict)  # where a hole at the end was told of
    called: int = 0
    declined: int = 0
    recorded: dict[str, int] = field(default_factory=dict)
    screens: bool = False
    masked: int = 0


class Audience:
    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._tracks: dict[str, Track] = {}
        self._changed = asyncio.Event()
        self._call: Call | None = None
        self._answered = 0
        self._declined: OrderRefused | None = None
        self._noes = 0
        self._recorded: dict[str, int] = {}  # channel -> segments that are safe
        self._screens: set[str] = set()  # channels by which the technician sees one
        self._here: Counter[str] = Counter()  # pages of each person who watches
        self._small = 0  # of them, those that show several sessions at once
        self._spoke = 0.0  # when something came last
        self.version = 0
        self.closed = False

    # ------------------------------------------------------------------------ from the session

    def open(self, channel: str) -> None:
        closed = [name for name, track in self._tracks.items() if not track.open]
        if len(self._tracks) >= MAX_CHANNELS and closed:
            del self._tracks[closed[0]]
        self._tracks[channel] = Track(self._monotonic())
        self._wake()

    def feed(self, channel: str, data: bytes) -> None:
        self._spoke = self._monotonic()
        self._tracks[channel].feed(data, self._spoke)
        self._wake()

    def echo(self, channel: str, *, on: bool) -> None:
        """The terminal's echo was switched: while off, what is typed at a prompt is suppressed."""
        track = self._tracks[channel]
        track.settle(self._monotonic())
        track.masker.echo(on)

    def resize(self, channel: str, cols: int, rows: int) -> None:
        """The technician's window: full-screen programs draw for exactly this."""
        self._tracks[channel].size = (cols, rows)
        self._wake()

    def shut(self, channel: str) -> None:
        track = self._tracks.get(channel)
        if track is not None and track.open:
            track.shut(self._monotonic())
            self._wake()

    def screen(self, channel: str, *, shown: bool) -> None:
        """The technician sees a screen, or no longer: whoever watches may open it for himself."""
        (self._screens.add if shown else self._screens.discard)(channel)
        self._wake()

    @property
    def has_screen(self) -> bool:
        return bool(self._screens)

    def come(self, person: str, *, small: bool = False) -> None:
        """He watches, and the log says so. `small`: among others, on a page of several sessions."""
        self._here[person] += 1
        self._small += small

    def go(self, person: str, *, small: bool = False) -> None:
        self._here[person] -= 1
        self._small -= small
        self._wake()

    @property
    def followed(self) -> bool:
        """Whether somebody has this session on a page of its own."""
        return self._here.total() > self._small

    def quiet_s(self) -> float | None:
        """How long nothing came; None where nothing ever did."""
        return self._monotonic() - self._spoke if self._spoke else None

    def has(self, person: str) -> bool:
        """Whether he watches now."""
        return self._here[person] > 0

    def recorded(self, channel: str, segments: int) -> None:
        """So much of the channel is sealed and under a signed head."""
        self._recorded[channel] = segments
        self._wake()

    def call(self, call: Call) -> None:
        """The host asks the watcher's page for a sign of life; an earlier call is void."""
        self._call = call
        self._wake()

    def decline(self, no: OrderRefused) -> None:
        """The host says no to what somebody of the customer signed."""
        self._declined = no
        self._noes += 1
        self._wake()

    def close(self) -> None:
        """The session is over; viewers read what is left and go."""
        for channel in self._tracks:
            self.shut(channel)
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self.version += 1
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()

    # ------------------------------------------------------------------------- from the viewers

    def release(self) -> bool:
        """Let go what a masker has held back long enough; whether anything is due soon."""
        held = False
        at = self._monotonic()
        for track in self._tracks.values():
            track.catch_up(at)
            track.concede(at)
            held = held or track.losing
            if track.held_since is None or not track.open:
                continue
            if track.waiting or at - track.held_since < HOLD_S:
                held = True
            else:
                track.idle()
        return held

    async def changed(self, seen: int, wait_s: float) -> None:
        """Until `version` is no longer `seen`, or `wait_s` has passed."""
        if self.version != seen:
            return
        try:
            async with asyncio.timeout(wait_s):
                await self._changed.wait()
        except TimeoutError:
            return

    def answered(self, n: int) -> bool:
        """Whether this is the first answer to the last call."""
        if self._call is None or self._call.n != n or self._answered == n:
            return False
        self._answered = n
        return True

    def asked(self, place: Place) -> Call | None:
        """The call this viewer has not heard."""
        if self._call is None or self._call.n == place.called:
            return None
        place.called = self._call.n
        return self._call

    def refused(self, place: Place) -> OrderRefused | None:
        """The host's last no, if this viewer has not heard it."""
        if self._noes == place.declined:
            return None
        place.declined = self._noes
        return self._declined

    def channels(self) -> list[str]:
        return list(self._tracks)

    def masked(self) -> int:
        """How many pieces were covered in what viewers of the kept channels have seen."""
        return sum(sum(track.masker.counts.values()) for track in self._tracks.values())

    def masked_news(self, place: Place) -> int | None:
        """How many pieces were covered by now, if this viewer does not know it yet."""
        count = self.masked()
        if place.masked == count:
            return None
        place.masked = count
        return count

    def news(self, place: Place, limit_bytes: int = 256 * 1024) -> tuple[list[Slice], list[str]]:
        """(slices this viewer has not seen, channels that have shut since); moves its place on."""
        slices: list[Slice] = []
        for channel, track in self._tracks.items():
            at = place.offsets.get(channel, 0)
            gap = at < track.start
            at = max(at, track.start)
            if at < track.end or (gap and track.end == track.start) or channel not in place.offsets:
                data, hole = track.piece(at, limit_bytes)
                slices.append(Slice(channel, track.told(at), data, gap or hole))
                place.offsets[channel] = at = at + len(data)
            if at == track.end and track.ends_in_hole and place.gaps.get(channel) != at:
                # Once: a flood that goes on makes the hole wider, and what comes after it says how wide.
                place.gaps[channel] = at
                slices.append(Slice(channel, track.told(at), b"", gap=True))
        shut = [
            c
            for c, t in self._tracks.items()
            if not t.open and c not in place.shut and place.offsets.get(c, 0) >= t.end
        ]
        place.shut.update(shut)
        return slices, shut

    def kept(self, place: Place) -> list[tuple[str, int]]:
        """(channel, sealed segments) that this viewer does not know yet."""
        found = [(c, n) for c, n in self._recorded.items() if place.recorded.get(c) != n]
        place.recorded.update(found)
        return found

    def screen_news(self, place: Place) -> bool | None:
        """Whether there is a screen to see, if this viewer does not know it yet."""
        if place.screens == self.has_screen:
            return None
        place.screens = self.has_screen
        return place.screens

    def resized(self, place: Place) -> list[tuple[str, int, int]]:
        """(channel, columns, rows) of windows this viewer does not know yet; call it after `news`."""
        found = [
            (channel, *track.size)
            for channel, track in self._tracks.items()
            if track.size is not None and channel in place.offsets and place.sizes.get(channel) != track.size
        ]
        place.sizes.update({channel: (cols, rows) for channel, cols, rows in found})
        return found
