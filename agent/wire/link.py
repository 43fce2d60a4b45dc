"""The control link as a machine: messages in, events and messages out (PROTOCOL.md §3).

Role-neutral and without I/O: both ends run it, so they cannot disagree. It takes whole WebSocket
messages, because the WebSocket layer already cut them. Signatures are checked outside it: the agent's
end answers `Challenged` with `send(Hello(...))`, the broker's end `Greeted` with `send(Welcome(...))`
or `close(CLOSE_AUTH_FAILED, ...)`. `at` is seconds of any clock that never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.wire.frames import (
    CLOSE_BREACH,
    CLOSE_SILENT,
    Challenge,
    Frame,
    Hello,
    Ping,
    Pong,
    ProtocolError,
    Sender,
    Welcome,
    decode,
    encode,
    sender_of,
)

HANDSHAKE_S = 15.0
PING_EVERY_S = 30.0
DEAD_AFTER_S = 90.0  # three pings lost: the peer is gone, whatever the socket says
MAX_QUEUED = 1024  # messages the owner has not fetched; beyond it the owner is broken, not the peer

State: TypeAlias = Literal["handshake", "up", "closed"]


@dataclass(frozen=True, slots=True)
class Challenged:
    """Agent's end: sign `Hello.message(nonce)` and `send` the Hello."""

    nonce: str


@dataclass(frozen=True, slots=True)
class Greeted:
    """Broker's end: check the signature over `hello.message(nonce)`, then Welcome or close."""

    hello: Hello
    nonce: str


@dataclass(frozen=True, slots=True)
class LinkUp:
    """Both ends agreed; agent's end: `welcome` says what the broker holds."""

    welcome: Welcome


@dataclass(frozen=True, slots=True)
class FrameIn:
    """A frame for the owner; pings and pongs never reach it."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class LinkBroken:
    """The last event. Close the WebSocket with `code`; `by_peer`: it is closed already."""

    code: int
    reason: str
    by_peer: bool = False


Event: TypeAlias = Challenged | Greeted | LinkUp | FrameIn | LinkBroken


class Link:
    """One end of one connection. After every call: `events()`, then `to_send()`."""

    def __init__(self, role: Sender, at: float, *, nonce: str | None = None) -> None:
        """`nonce` (32 random bytes, base64url) is the broker's, and starts the handshake."""
        if (role == "broker") != (nonce is not None):
            raise ValueError("the broker's end brings the nonce, and only it")
        self.role = role
        self.state: State = "handshake"
        self.last_heard = at
        self._peer: Sender = "agent" if role == "broker" else "broker"
        self._began = at
        self._next_ping = at + PING_EVERY_S
        self._asked_ms: int | None = None  # the ping that was not answered yet
        self._trip_s: float | None = None
        self._nonce = nonce
        self._greeted = False  # a Hello went by, in whichever direction
        self._events: list[Event] = []  # an empty list, not a deque: a broker holds thousands of links
        self._out: list[str] = []
        self._pong: Pong | None = (
            None  # to the last ping only: a peer that pings and never reads fills nothing
        )
        if nonce is not None:
            self._out.append(encode(Challenge(nonce)))

    # ---------------------------------------------------------------------------- from the socket

    def receive(self, text: str | bytes, at: float) -> None:
        """Take one message. Never raises on what the peer sent: a breach ends the link."""
        if self.state == "closed":
            return
        self.last_heard = max(self.last_heard, at)
        try:
            if not isinstance(text, str):
                raise ProtocolError(CLOSE_BREACH, "the link carries text messages only")
            frame = decode(text)
            if sender_of(frame) != self._peer:
                raise ProtocolError(CLOSE_BREACH, f"{frame.TYPE} comes from the wrong end")
            self._take(frame, at)
        except ProtocolError as breach:
            self.close(breach.code, breach.reason)

    def peer_closed(self, code: int, reason: str) -> None:
        """The socket is gone, for whichever reason."""
        if self.state != "closed":
            self.state = "closed"
            self._out.clear()
            self._pong = None
            self._events.append(LinkBroken(code, reason, by_peer=True))

    def _take(self, frame: Frame, heard_at: float) -> None:
        match frame:
            case Challenge(nonce) if self.state == "handshake" and self._nonce is None:
                self._nonce = nonce
                self._events.append(Challenged(nonce))
            case Hello() if self.state == "handshake" and not self._greeted and self._nonce is not None:
                self._greeted = True
                self._events.append(Greeted(frame, self._nonce))
            case Welcome() if self.state == "handshake" and self._greeted:
                self._up(frame)
            case Challenge() | Hello() | Welcome():
                raise ProtocolError(CLOSE_BREACH, f"{frame.TYPE} out of its turn")
            case _ if self.state != "up":
                raise ProtocolError(CLOSE_BREACH, f"{frame.TYPE} before the handshake is done")
            case Ping(at):
                self._pong = Pong(at)
            case Pong(at):
                if at == self._asked_ms:  # of the last one; an earlier one says nothing any more
                    self._trip_s = max(0.0, heard_at - at / 1000)
                    self._asked_ms = None
            case _:
                self._events.append(FrameIn(frame))

    def _up(self, welcome: Welcome) -> None:
        self.state = "up"
        self._events.append(LinkUp(welcome))

    # ----------------------------------------------------------------------------- from the owner

    def send(self, frame: Frame) -> None:
        """Queue a frame. A frame that is not ours to say now is a bug here: `ValueError`."""
        if self.state == "closed":
            return  # the owner has not fetched LinkBroken yet; what is lost is resent or void
        if sender_of(frame) != self.role:
            raise ValueError(f"{frame.TYPE} is not for the {self.role} to say")
        match frame:
            case Hello() if self.state == "handshake" and not self._greeted and self._nonce is not None:
                self._greeted = True
            case Welcome() if self.state == "handshake" and self._greeted:
                self._out.append(encode(frame))
                self._up(frame)
                return
            case _ if self.state != "up" or isinstance(frame, Challenge | Hello | Welcome):
                raise ValueError(f"{frame.TYPE} cannot be said in state {self.state}")
            case _:
                pass
        if len(self._out) >= MAX_QUEUED:
            self.close(CLOSE_SILENT, "the peer does not take what it is sent")
            return
        self._out.append(encode(frame))

    def close(self, code: int, reason: str) -> None:
        """End the link from this side; what is queued is still sent first."""
        if self.state != "closed":
            self.state = "closed"
            self._events.append(LinkBroken(code, reason))

    # ------------------------------------------------------------------------------------ the clock

    def next_deadline(self) -> float | None:
        """When to call `tick`; None once closed."""
        if self.state == "closed":
            return None
        if self.state == "handshake":
            return self._began + HANDSHAKE_S
        dead = self.last_heard + DEAD_AFTER_S
        return min(self._next_ping, dead) if self.role == "broker" else dead

    def tick(self, at: float) -> None:
        """Time passed; calling it too early or twice does no harm."""
        if self.state == "handshake" and at >= self._began + HANDSHAKE_S:
            self.close(CLOSE_SILENT, "the handshake took too long")
        elif self.state == "up" and at >= self.last_heard + DEAD_AFTER_S:
            self.close(CLOSE_SILENT, "nothing heard for 90 s")
        elif self.state == "up" and self.role == "broker" and at >= self._next_ping:
            self.ping(at)

    def ping(self, at: float) -> None:
        """Broker's end, once up: ask for a sign of life now; `trip_s` tells how long it took."""
        if self.state != "up" or self.role != "broker":
            return
        self._next_ping = at + PING_EVERY_S
        self._asked_ms = int(at * 1000)
        self._out.append(encode(Ping(self._asked_ms)))

    def trip_s(self, at: float) -> float | None:
        """How long the last ping took to the peer and back; at least as long as one waits that was not answered.

        None before the first. Broker's end.
        """
        waits = None if self._asked_ms is None else at - self._asked_ms / 1000
        return max((one for one in (self._trip_s, waits) if one is not None), default=None)

    # -------------------------------------------------------------------------------- to the owner

    def events(self) -> list[Event]:
        """What happened since the last call, in order."""
        found, self._events = self._events, []
        return found

    @property
    def wants_to_send(self) -> bool:
        """Whether `to_send` would give anything."""
        return bool(self._out) or self._pong is not None

    def to_send(self) -> list[str]:
        """Messages for the socket since the last call, in order; the answer to the last ping comes last."""
        found, self._out = self._out, []
        if self._pong is not None:
            found.append(encode(self._pong))
            self._pong = None
        return found
