"""A technician's terminal in the browser, which outlives the page that shows it: a reload or a short cut loses
nothing, and hangs up on nobody.

One page at a time sits there. What the host says is kept within a bound: while the page, or nobody, takes it,
the host waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
from dataclasses import dataclass

from agent.task_group import TaskGroup
from agent.wire.channel import MAX_PAYLOAD_BYTES, Exit, Tag
from agent.wire.frames import ProtocolError
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe

ABSENT_S = 60.0  # a reload, a change of network; then the technician counts as gone
UNREAD_BYTES = 256 * 1024  # that the page's end has not taken: then the host waits
KEPT_BYTES = 2 * 1024 * 1024  # all that a page may still lack: unread, in its backlog, under way, not drawn
AGAIN_BYTES = 256 * 1024  # of what a page with an empty screen is shown again


@dataclass(frozen=True, slots=True)
class Owner:
    """The same person in the same log-in; `login` is the SHA-256 of what his browser bears."""

    session: str
    person: str
    login: bytes


def owner(session: str, person: str, token: str) -> Owner:
    return Owner(session, person, hashlib.sha256(token.encode()).digest())


class Seat:
    """Of one running channel. `run` it once; pages `attach`."""

    def __init__(self, pipe: Pipe, of: Owner) -> None:
        self.pipe = pipe
        self.of = of
        self.over = False
        self._kept = bytearray()
        self._start = 0  # of what is kept, counted from the channel's first byte
        self._page: Page | None = None
        self._taken = 0  # up to where the page's end has read
        self._leaving = asyncio.Event()
        self._changed = asyncio.Event()
        self._present = asyncio.Event()

    @property
    def end(self) -> int:
        return self._start + len(self._kept)

    async def run(self) -> None:
        """Until the host's end is over; whoever is away too long is gone, as a page that closes was."""
        try:
            async with TaskGroup() as group:
                minding = group.create_task(self._mind())
                while (message := await self.pipe.read()) is not None:
                    self._keep(message[1])
                minding.cancel()
        except* (OSError, ProtocolError):
            pass  # the agent's socket broke; the session's own end is the agent's to report
        finally:
            self.over = True
            self.pipe.finish()
            self._wake()

    async def _mind(self) -> None:
        while not self._leaving.is_set():
            await self._until(self._present, clear=True)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ABSENT_S):
                    await self._until(self._present)
                continue
            break
        self._leaving.set()
        self._weigh()
        with contextlib.suppress(OSError):  # the host's end is gone too: what it said before is still counted
            await self.pipe.hang_up()

    async def _until(self, event: asyncio.Event, *, clear: bool = False) -> None:
        """Until somebody is there (`clear`: nobody is), or he has left for good."""
        while event.is_set() == clear and not self._leaving.is_set():
            await self._changed.wait()

    def _keep(self, data: bytes) -> None:
        self._kept += data
        over = len(self._kept) - KEPT_BYTES
        if over > 0:
            del self._kept[:over]
            self._start += over
        self._wake()
        self._weigh()

    def _wake(self) -> None:
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()

    def _weigh(self) -> None:
        if self.end - self._taken > UNREAD_BYTES and not self._leaving.is_set():
            self.pipe.pause()
        else:
            self.pipe.resume()

    # ------------------------------------------------------------------------------- for the page

    def attach(self, at: int | None) -> Page:
        """The page that sits here from now on; an earlier one gets nothing more. `at`: how many of the channel's
        bytes it has; None: its screen is empty."""
        if self._page is not None:
            self._page.gone = True
        if at is None:
            at = self.end - AGAIN_BYTES
        self._page = Page(self, max(self._start, min(at, self.end)))
        self._taken = self._page.at
        self._present.set()
        self._wake()
        self._weigh()
        return self._page

    def leave(self, page: Page, *, for_good: bool) -> None:
        page.gone = True
        if for_good:
            self._leaving.set()
        if self._page is page:
            self._page = None
            self._present.clear()
        self._wake()

    async def take(self, page: Page) -> bytes | None:
        """What comes next for this page; None where nothing does, or another has its place."""
        while not page.gone and not self.over and (page.at == self.end or page.paused):
            await self._changed.wait()
        if page.gone or page.at == self.end:
            return None
        page.at = max(page.at, self._start)
        begin = page.at - self._start
        data = bytes(self._kept[begin : begin + MAX_PAYLOAD_BYTES])
        page.at += len(data)
        self._taken = page.at
        self._weigh()
        return data

    def wake(self) -> None:
        self._wake()


class Page:
    """A page's hold on its seat: as a `Pipe` to whoever relays it."""

    def __init__(self, seat: Seat, at: int) -> None:
        self._seat = seat
        self.at = at
        self.gone = False
        self.paused = False

    @property
    def exit(self) -> Exit | None:
        return None if self.gone else self._seat.pipe.exit

    async def read(self) -> tuple[Tag, bytes] | None:
        data = await self._seat.take(self)
        return None if data is None else (Tag.DATA, data)

    async def send(self, tag: Tag, payload: bytes = b"") -> None:
        if not self.gone:
            await self._seat.pipe.send(tag, payload)

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        self._seat.wake()

    async def hang_up(self) -> None:
        """The page is gone; whether its technician is, time tells."""
        self._seat.leave(self, for_good=False)

    def leave(self) -> None:
        """He is gone: the process ends at once."""
        self._seat.leave(self, for_good=True)

    def finish(self) -> None:
        """The count is the seat's to give."""


class Seats:
    """Of this process: found again by a secret that only the page was told, of the same person and log-in."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._seats: dict[bytes, Seat] = {}

    def take(self, secret: str, pipe: Pipe, of: Owner) -> Seat:
        seat = Seat(pipe, of)
        self._seats[_digest(secret)] = seat
        self._nursery.start(self._run(_digest(secret), seat), f"terminal {pipe.session}")
        return seat

    async def _run(self, key: bytes, seat: Seat) -> None:
        try:
            await seat.run()
        finally:  # a page that was away when the host's end came still fetches its last words
            asyncio.get_running_loop().call_later(ABSENT_S, self._seats.pop, key, None)

    def find(self, secret: str, of: Owner) -> Seat | None:
        seat = self._seats.get(_digest(secret))
        same = seat is not None and hmac.compare_digest(seat.of.login, of.login) and seat.of == of
        return seat if same else None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
