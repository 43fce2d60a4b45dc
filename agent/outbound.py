"""The WebSockets out: the control link with its back-off, and one socket per channel. Nothing listens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from agent.route import Route
from agent.sentences import shown
from agent.system.here import network
from agent.task_group import TaskGroup
from agent.wire import channel, frames
from agent.wire.link import Challenged, FrameIn, Greeted, Link, LinkBroken, LinkUp

OPEN_S = 15.0  # connect, TLS, proxy and WebSocket handshake together
CLOSE_S = 2.0
FIRST_DELAY_S = 2.0
LONGEST_DELAY_S = 60.0
DISMISSED_DELAY_S = 900.0  # turned away for good: ask again every quarter of an hour, not every minute
NOT_SENT_LOW_BYTES = 128 * 1024  # stale screens must not queue in the kernel (data-path.md §4)
DISMISSED = frozenset({frames.CLOSE_RETIRED, frames.CLOSE_VERSION, frames.CLOSE_AUTH_FAILED})


def delay_s(attempt: int, chance: float) -> float:
    """How long to wait before the `attempt`-th try in a row (from 1); `chance` in [0, 1).

    Full jitter: a thousand agents that lost one broker must not come back together.
    """
    return chance * min(FIRST_DELAY_S * 2.0 ** min(attempt - 1, 10), LONGEST_DELAY_S)


class Owner(Protocol):
    """What stands behind the link. All calls come from the one loop, in the order of events."""

    def hello(self, nonce: str) -> frames.Hello: ...

    def link_up(self, welcome: frames.Welcome) -> None: ...

    def frame(self, frame: frames.Frame) -> None: ...

    def link_lost(self) -> None: ...

    def note(self, message: str) -> None:
        """For our own log: no personal data, no content."""
        ...


class _Broken(Exception):
    """Leaves the conversation's task group."""

    def __init__(self, end: LinkBroken) -> None:
        super().__init__(end.reason)
        self.end = end


class Outbound:
    """Keeps the control link up for as long as `run` runs."""

    def __init__(self, route: Route, *, chance: Callable[[], float]) -> None:
        self._route = route
        self._chance = chance
        self._link: Link | None = None
        self._work = asyncio.Event()
        self._came_up = False

    @property
    def up(self) -> bool:
        return self._link is not None and self._link.state == "up"

    def send(self, frame: frames.Frame) -> bool:
        """False while there is no link; what matters is in the spool then."""
        if self._link is None or self._link.state != "up":
            return False
        self._link.send(frame)
        self._work.set()
        return True

    def break_off(self, code: int, reason: str) -> None:
        """The broker said what cannot be: leave, and come back after the back-off."""
        if self._link is not None:
            self._link.close(code, reason)
            self._work.set()

    async def run(self, owner: Owner) -> None:
        """Until cancelled."""
        attempt = 0
        while True:
            came_up, end = await self._once(owner)
            attempt = 1 if came_up else attempt + 1
            wait_s = delay_s(attempt, self._chance())
            if end.by_peer and end.code in DISMISSED:
                wait_s = DISMISSED_DELAY_S * (0.5 + self._chance() / 2)
            elif end.code == frames.CLOSE_SUPERSEDED:
                wait_s = LONGEST_DELAY_S  # two agents with one identity must not throw each other out
            owner.note(f"link down ({end.code} {shown(end.reason)}); next try in {wait_s:.1f} s")
            await asyncio.sleep(wait_s)

    async def _once(self, owner: Owner) -> tuple[bool, LinkBroken]:
        """One connection from dial to end: (did it come up, how it ended)."""
        try:
            socket = await dial(self._route, frames.LINK_PATH, {}, frames.MAX_FRAME_BYTES)
        except (OSError, WebSocketException) as wrong:
            return False, LinkBroken(0, f"{type(wrong).__name__}: {wrong}"[:200])
        link = self._link = Link("agent", _clock())
        self._came_up = False
        end = LinkBroken(1001, "the agent stops")
        try:
            async with TaskGroup() as group:
                group.create_task(self._read(socket, link, owner))
                group.create_task(self._tick(link, owner))
                group.create_task(self._write(socket, link, owner))
        except* _Broken as broken:
            end = next(one.end for one in broken.exceptions if isinstance(one, _Broken))
        finally:
            self._link = None
            if self._came_up:
                owner.link_lost()
            await _hang_up(socket, link, end)
        return self._came_up, end

    async def _read(self, socket: ClientConnection, link: Link, owner: Owner) -> None:
        while True:
            try:
                message = await socket.recv()
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else 1006
                reason = closed.rcvd.reason if closed.rcvd is not None else "connection cut"
                link.peer_closed(code, reason)
            else:
                link.receive(message, _clock())
            self._settle(link, owner)

    async def _tick(self, link: Link, owner: Owner) -> None:
        while True:
            deadline = link.next_deadline()
            if deadline is None:
                return  # whoever settles next ends the conversation
            await asyncio.sleep(max(0.0, deadline - _clock()))
            link.tick(_clock())
            self._settle(link, owner)

    async def _write(self, socket: ClientConnection, link: Link, owner: Owner) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            for text in link.to_send():
                with contextlib.suppress(ConnectionClosed):  # the reader says why
                    await socket.send(text)
            self._settle(link, owner)

    def _settle(self, link: Link, owner: Owner) -> None:
        """Hand events to the owner; its answers are queued and the writer woken."""
        for event in link.events():
            match event:
                case Challenged(nonce):
                    link.send(owner.hello(nonce))
                case LinkUp(welcome):
                    self._came_up = True
                    owner.link_up(welcome)
                case FrameIn(frame):
                    owner.frame(frame)
                case LinkBroken():
                    raise _Broken(event)
                case Greeted():
                    raise AssertionError("the agent's end is never greeted")
        if link.wants_to_send:
            self._work.set()


# ------------------------------------------------------------------------------------------ dialling


class _Connect(connect):
    """A redirect is not followed: the broker does not decide whom else this host dials."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class BrokerSocket(ClientConnection):
    def is_gone(self) -> bool:
        """Whether the broker's end has closed or cut, also while earlier messages of it are unread.

        The WebSocket layer reads no further while its queue is full, and so learns of no end.
        """
        raw = self.transport.get_extra_info("socket")
        if self.transport.is_closing() or raw is None or raw.fileno() < 0:
            return True
        return network.is_peer_gone(raw)


async def dial(route: Route, path: str, headers: Mapping[str, str], max_message_bytes: int) -> BrokerSocket:
    """A WebSocket to the broker. Raises `OSError` or `WebSocketException`."""
    socket = await _Connect(
        route.url(path),
        create_connection=BrokerSocket,
        ssl=route.tls(),
        proxy=route.proxy,
        compression=None,
        additional_headers=headers,
        user_agent_header=None,
        # The link has its own pings. On a channel a ping would wait behind a stalled reader and
        # take the session for dead; there TCP's keep-alive finds the cut line.
        ping_interval=None,
        open_timeout=OPEN_S,
        close_timeout=CLOSE_S,
        max_size=max_message_bytes,
        max_queue=4,
    )
    raw = socket.transport.get_extra_info("socket")
    if raw is not None:
        network.tune(raw, NOT_SENT_LOW_BYTES)
    assert isinstance(socket, BrokerSocket), "made by the factory above"
    return socket


async def dial_channel(route: Route, pass_: str) -> BrokerSocket:
    """The socket that *is* one channel, dialled back with the one-use pass."""
    headers = {"Authorization": f"{channel.AUTHORISATION} {pass_}"}
    return await dial(route, frames.CHANNEL_PATH, headers, channel.MAX_MESSAGE_BYTES)


async def _hang_up(socket: ClientConnection, link: Link, end: LinkBroken) -> None:
    """Send what was queued before our own close, then close; a dead peer costs `CLOSE_S`, no more."""
    with contextlib.suppress(TimeoutError, ConnectionClosed):
        async with asyncio.timeout(CLOSE_S):
            if not end.by_peer:
                for text in link.to_send():
                    await socket.send(text)
            await socket.close(end.code if 1000 <= end.code < 5000 else 1001, end.reason[:100])
    socket.transport.abort()


def _clock() -> float:
    return asyncio.get_running_loop().time()
