"""Where agents dial in: the control link and, one per channel, the sockets they dial back.

An agent is an attacker's text until its signature says whose it is, and bounded text afterwards.
"""

from __future__ import annotations

import asyncio
import logging
import time

from fastapi import WebSocket
from starlette.types import Message
from starlette.websockets import WebSocketDisconnect, WebSocketState

from agent.wire import frames
from agent.wire.channel import AUTHORISATION, MAX_MESSAGE_BYTES
from agent.wire.frames import CHANNEL_PATH, CLOSE_AUTH_FAILED, CLOSE_BREACH, CLOSE_RETIRED, LINK_PATH
from agent.wire.link import Challenged, FrameIn, Greeted, Link, LinkBroken, LinkUp
from audit import instant
from audit.canonical import b64
from broker.cases.link_up import link_down, link_up
from broker.cases.note_clock import note_clock
from broker.cases.relay_watch import repeat_check_ins, take_call
from broker.cases.repeat_stops import repeat_stops
from broker.cases.take_cosignature import take_cosignature
from broker.cases.take_report import take_report
from broker.domain.estate import EnrolledHost
from broker.domain.refusal import LOG_STOPPED, Refused, Why
from broker.live.hub import AgentLink
from broker.live.pipe import Pipe
from broker.parts import Parts

_log = logging.getLogger("verbale.witness")
CLOSE_TRY_LATER = 1013  # RFC 6455's registry: nothing is wrong with the agent, which dials again soon
AGAIN_S = 5.0  # between two tries of a note that the log does not take
LATE_S = 2.0  # the hub's tick minds pings; what is still due after it is the link's own death
_BREACHES = frozenset({"fork", "unproven"})  # what no head of a log that only grew is refused for
_CLOSES = {Why.HOST_NOT_ENROLLED: CLOSE_RETIRED, Why.LOG_UNAVAILABLE: CLOSE_TRY_LATER}


class _Text:
    """The control link's socket: text out, and `OSError` where it is gone."""

    __slots__ = ("_socket",)

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def __call__(self, text: str) -> None:
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise ConnectionError("the agent's link is gone") from gone


class ChannelSocket:
    """What `Pipe` needs, over the WebSocket an agent dialled."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, message: bytes) -> None:
        try:
            await self._socket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise ConnectionError("the agent's channel is gone") from gone

    async def receive(self) -> bytes | None:
        try:
            message = await self._socket.receive()
        except RuntimeError:  # receive after the disconnect was already seen
            return None
        if message["type"] == "websocket.disconnect":
            return None
        return message.get("bytes") or str(message.get("text", "")).encode()[:MAX_MESSAGE_BYTES]

    async def close(self) -> None:
        await _close(self._socket, 1000)


async def _close(socket: WebSocket, code: int, reason: str = "") -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        try:
            async with asyncio.timeout(LATE_S):  # who takes nothing does not take this either
                await socket.close(code, reason[:100])
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return  # closed from the other end in the same moment, or with what lies unsent


def _from_a_page(socket: WebSocket) -> bool:
    # Agents send no Origin; a browser always does, and no page has business here (field R9).
    return "origin" in socket.headers


async def agent_channel(socket: WebSocket) -> None:
    parts: Parts = socket.app.state.parts
    scheme, _, secret = socket.headers.get("authorization", "").partition(" ")
    if _from_a_page(socket) or scheme != AUTHORISATION or len(secret) > 256:
        await socket.close(CLOSE_AUTH_FAILED)
        return
    adapter = ChannelSocket(socket)
    pipe = Pipe(adapter)
    carried = parts.meters.carried
    pipe.sent, pipe.came = carried.labels("to_host").inc, carried.labels("from_host").inc
    if not parts.hub.expects(secret):
        await socket.close(CLOSE_AUTH_FAILED)
        return
    await socket.accept()
    if not parts.hub.arrive(secret, pipe):
        await socket.close(CLOSE_AUTH_FAILED)
        return
    await pipe.finished()
    await adapter.close()
    try:
        await pipe.end_recording()
    except Refused as no:  # the log takes nothing down: the next start closes it
        _log.error("the recording %s was not closed: %s", pipe.channel, no.why.value)


async def agent_link(socket: WebSocket) -> None:
    if _from_a_page(socket):
        await socket.close(CLOSE_AUTH_FAILED)
        return
    await socket.accept()
    await _End(socket, socket.app.state.parts).run()


class _End:
    """The broker's end of one control link."""

    __slots__ = (
        "_again_s", "_agent", "_asked", "_host", "_link", "_parts", "_passed_over", "_send", "_socket", "_terminal",
        "_untaken", "_waiting",
    )  # fmt: skip

    def __init__(self, socket: WebSocket, parts: Parts) -> None:
        self._socket = socket
        self._parts = parts
        nonce = b64(parts.chance.octets(32))
        self._link = Link("broker", time.monotonic(), nonce=nonce)
        self._asked = parts.clock.now()  # not after the challenge left
        self._send = _Text(socket)
        self._host: EnrolledHost | None = None
        self._agent: AgentLink | None = None
        self._waiting: asyncio.Timeout | None = None
        self._untaken: frames.NoteFrame | None = None  # what the log did not take, until it does
        self._again_s = 0.0
        self._passed_over = False  # notes that came after it
        self._terminal = socket.client.host if socket.client else "unknown"

    async def run(self) -> None:
        code, reason = CLOSE_BREACH, ""
        try:
            await self._flush()
            while self._link.state != "closed":
                await self._try_again()
                message = await self._next()
                if message is None:
                    continue
                if message["type"] == "websocket.disconnect":
                    self._link.peer_closed(message.get("code") or 1006, "")
                    break
                self._link.receive(message.get("text") or "", time.monotonic())
                del message  # nothing of it is kept through the next wait
                await self._work()
        except (ConnectionError, WebSocketDisconnect):
            self._link.peer_closed(1006, "")
        finally:
            for event in self._link.events():
                if isinstance(event, LinkBroken):
                    code, reason = event.code, event.reason
            await self._leave(code, reason)

    async def _next(self) -> Message | None:
        """The next message; None when a deadline of the link passed first: a half-open line says nothing."""
        due = (self._link.next_deadline() or 0.0) + LATE_S
        if self._untaken is not None:
            due = min(due, self._again_s)
        try:
            async with asyncio.timeout(max(0.0, due - time.monotonic())) as self._waiting:
                return await self._socket.receive()
        except TimeoutError:
            self._link.tick(time.monotonic())
            return None
        finally:
            self._waiting = None

    def _wake(self) -> None:
        """Somebody else has ended the link: look at once, not at the next deadline."""
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def _work(self) -> None:
        """Everything the last message brought, then what it made us say."""
        for event in self._link.events():
            match event:
                case Greeted(hello, nonce):
                    await self._greet(hello, nonce)
                case FrameIn(frame):
                    await self._take(frame)
                case LinkBroken(code, reason):
                    await self._flush()
                    await self._leave(code, reason)
                case LinkUp() | Challenged():
                    pass  # the one is our own doing, the other is for the agent's end
        await self._flush()

    async def _flush(self) -> None:
        if self._agent is not None:
            await self._agent.flush()
        else:
            for text in self._link.to_send():
                await self._send(text)

    async def _greet(self, hello: frames.Hello, nonce: str) -> None:
        try:
            up = await link_up(self._parts, hello, nonce, terminal=self._terminal)
        except Refused as no:
            code = _CLOSES.get(no.why, CLOSE_AUTH_FAILED)
            self._link.close(code, f"no link for this agent: {no.why.value}")
            return
        self._host = up.host
        now = self._parts.clock.now()
        agent = AgentLink(
            up.host.tenant,
            up.host.id,
            self._link,
            self._send,
            hello.head_size,
            last_seen=now,
            log=None if hello.head is None else hello.head.partition("\n")[0],
            wake=self._wake,
        )
        self._link.send(frames.Welcome(instant.to_text(now), up.acked))
        for pins in (up.pins, *up.more):
            self._link.send(pins)
        self._agent = agent
        self._parts.hub.add(agent)
        await note_clock(self._parts, up.host, hello, self._asked)
        await repeat_stops(self._parts, up.host)
        await repeat_check_ins(self._parts, up.host)

    async def _take(self, frame: frames.Frame) -> None:
        host, agent = self._host, self._agent
        if host is None or agent is None:
            return  # the link refused this Hello already; what follows it is not heard
        agent.last_seen = self._parts.clock.now()
        match frame:
            case frames.NoteFrame() if self._untaken is None:
                await self._note(host, frame)
            case frames.NoteFrame():
                self._passed_over = True  # in order or not at all: it comes again with the next link
            case frames.Cosignature(size, line):
                await self._cosignature(host, size, line)
            case frames.HeadRefused(size, reason):
                agent.head_sent, agent.log = size, None
                if reason in _BREACHES:
                    _log.error("the agent of %s refuses a head of %s: %s", host.id, host.tenant, reason)
            case frames.ChannelRefused():
                self._parts.hub.refuse_channel(host.id, frame)
            case frames.Call() | frames.OrderRefused():
                await take_call(self._parts, host, frame)
            case _:
                pass  # PinsHeld: the agent says what it judges by; the next link-up asks again

    async def _note(self, host: EnrolledHost, told: frames.NoteFrame) -> bool:
        """Whether it was taken."""
        try:
            acked = await take_report(self._parts, host, told.note.encode(), told.opening)
        except Refused as no:
            if no.why in LOG_STOPPED:  # no fault of the agent's: an order to stop must find its link up
                self._untaken, self._again_s = told, time.monotonic() + AGAIN_S
            else:
                self._link.close(CLOSE_BREACH, f"a note was not taken: {no.why.value}")
            return False
        self._untaken = None
        self._link.send(frames.Ack(acked))
        return True

    async def _try_again(self) -> None:
        """The note that the log did not take; once it does, those after it have to be sent again."""
        if self._untaken is None or self._host is None or time.monotonic() < self._again_s:
            return
        taken = await self._note(self._host, self._untaken)
        if taken and self._passed_over:
            self._link.close(CLOSE_TRY_LATER, "the log takes notes again")
        await self._flush()

    async def _cosignature(self, host: EnrolledHost, size: int, line: str) -> None:
        try:
            await take_cosignature(self._parts, host, size, line)
        except Refused as no:
            if no.why not in LOG_STOPPED:
                raise  # one that is lost is made up for with the next head

    async def _leave(self, code: int, reason: str) -> None:
        agent, self._agent = self._agent, None
        if agent is not None and self._parts.hub.remove(agent):
            await link_down(self._parts, agent.host, agent.tenant, agent.last_seen)
        await _close(self._socket, code, reason)


# Reached past the application's layers (`broker.app`): each of them keeps a frame for as long as a link is
# open, and handles each message of a channel.
SOCKETS = {CHANNEL_PATH: agent_channel, LINK_PATH: agent_link}
