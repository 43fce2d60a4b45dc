"""The live view of those who watch a session: what the technician sees, covered, spliced onto its history.

Origin and the log-in cookie are checked before anything is accepted (field R9). Nothing that a watcher says
reaches the session but the signed answer of his page to the host's call.
"""

from __future__ import annotations

import asyncio
import json
import struct

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from agent.task_group import TaskGroup
from agent.wire.frames import Answer, ProtocolError, encode
from broker.api.refusals import agents_sentences
from broker.api.sockets import CLOSE_REFUSED, refuse_socket, until_logged_out
from broker.api.who import who_of_socket
from broker.cases.relay_watch import take_answer
from broker.cases.watch import join_watch, leave_watch
from broker.domain.people import Who
from broker.domain.refusal import Refused
from broker.live.audience import HOLD_S, Audience, Place
from broker.live.hub import Hub
from broker.parts import Parts

router = APIRouter()

MAX_ANSWER_CHARS = 256
TICK_S = 0.025  # what gathered meanwhile goes out as one message (data-path §6)
LARGEST = 2**53  # what a page counts exactly
IDLE_S = 15.0  # a line that brings nothing for longer than this is told alive


class Echo:
    """A page asks how far behind it is, by a number of its own: it gets it back behind all that it had not been
    sent by then, so what it waits for that is what it waits for the picture."""

    def __init__(self, hub: Hub, host: str) -> None:
        self._hub = hub
        self._host = host
        self._number: int | None = None
        self.heard = asyncio.Event()

    def ask(self, number: int) -> None:
        """The last question counts."""
        self._number = number
        self.heard.set()

    async def answer(self) -> str | None:
        """``{"echo": number, "host_ms": n}``: a picture is at most so much older than what the broker sends, by the
        line to the host and by what is held back to be covered; null while that line was not measured yet."""
        self.heard.clear()
        number, self._number = self._number, None
        if number is None:
            return None
        trip_s = await self._hub.probe(self._host)
        return json.dumps(
            {"echo": number, "host_ms": None if trip_s is None else round(1000 * (trip_s + HOLD_S))}
        )


@router.websocket("/api/sessions/{session}/live")
async def live(socket: WebSocket, session: str, *, small: bool = False) -> None:
    """`small`: one of several on a page. Binary: length-prefixed channel id, offset, bytes. Text:

    ``{"quiet": seconds}`` since something came last; ``{"size": channel, "cols": …, "rows": …}``; ``{"shut":
    channel}``; ``{"ended": true}``; on a line with nothing to tell, ``{"beat": true}``; ``{"screen": true}`` while
    the technician sees one (`desktop_ws`); ``{"recorded": channel, "segments": n}`` when so many are sealed;
    ``{"masked": n}`` when so many pieces were covered; ``{"call": {"check_in", "n", "nonce"}}`` from the host, which
    the watcher's page answers by ``{"n": …, "signature": …}``; ``{"declined": code, "it", "en"}`` where the host says
    no to something signed; and to the page's own ``{"echo": number}`` what `Echo` says."""
    parts: Parts = socket.app.state.parts
    who = await who_of_socket(socket, watched=session)
    if who is None:
        await socket.close(CLOSE_REFUSED)
        return
    await socket.accept()
    try:
        host = await join_watch(parts, who, session)
    except Refused as no:
        await refuse_socket(socket, no)
        return
    audience, echo = parts.hub.audience(session), Echo(parts.hub, host)
    small = small or who.role == "auditor"  # he looks on, and follows it for nobody
    audience.come(who.person, small=small)
    try:
        async with TaskGroup() as group:
            others = [
                group.create_task(_show(socket, audience, echo)),
                group.create_task(until_logged_out(socket, who)),
            ]
            await _until_gone(socket, parts, who, session, echo)
            for task in others:
                task.cancel()
    except* (WebSocketDisconnect, RuntimeError):
        pass  # the page is gone
    finally:
        audience.go(who.person, small=small)
        await leave_watch(parts, who, session)


async def _until_gone(socket: WebSocket, parts: Parts, who: Who, session: str, echo: Echo) -> None:
    """A watcher types nothing: his page answers calls and asks how late it is, and nothing else is heard."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        match _said(message.get("text") or ""):
            case {"echo": int(number), **rest} if not rest and 0 <= number < LARGEST:
                echo.ask(number)
            case {"n": int(n), "signature": str(signature)}:
                answer = _answer(session, n, signature)
                if answer is not None:
                    await take_answer(parts, who, answer)
            case _:
                pass


def _said(text: str) -> object:
    try:
        return json.loads(text) if len(text) <= MAX_ANSWER_CHARS else None
    except (ValueError, RecursionError):
        return None


def _answer(session: str, n: int, signature: str) -> Answer | None:
    answer = Answer(session, n, signature)
    try:
        encode(answer)  # of its form, or a breach
    except (ValueError, TypeError, ProtocolError):
        return None
    return answer


async def _show(socket: WebSocket, audience: Audience, echo: Echo) -> None:
    place = Place()
    quiet = audience.quiet_s()
    while True:
        seen = audience.version
        held = audience.release()
        slices, shut = audience.news(place)
        for piece in slices:
            name = piece.channel.encode()
            head = struct.pack(">BBQ", len(name), piece.gap, piece.offset)
            await socket.send_bytes(head + name + piece.data)
        if quiet is not None:  # what came before he did is drawn now, and is older
            await socket.send_text(json.dumps({"quiet": round(quiet)}))
            quiet = None
        for channel, cols, rows in audience.resized(place):
            await socket.send_text(json.dumps({"size": channel, "cols": cols, "rows": rows}))
        masked = audience.masked_news(place)
        if masked is not None:
            await socket.send_text(json.dumps({"masked": masked}))
        for channel, segments in audience.kept(place):
            await socket.send_text(json.dumps({"recorded": channel, "segments": segments}))
        for channel in shut:
            await socket.send_text(json.dumps({"shut": channel}))
        screen = audience.screen_news(place)
        if screen is not None:
            await socket.send_text(json.dumps({"screen": screen}))
        await _relay(socket, audience, place)
        if audience.closed and not slices:
            await socket.send_text(json.dumps({"ended": True}))
            await socket.close(1000)
            return
        if not slices:
            # What a flood keeps waiting is older than what is held back: then the page waits for its answer too.
            told = None if held else await echo.answer()
            if told is not None:
                await socket.send_text(told)
            await _news(audience, seen, HOLD_S if held else IDLE_S, echo)
            if not held and audience.version == seen and not echo.heard.is_set():
                await socket.send_text(json.dumps({"beat": True}))
        await asyncio.sleep(TICK_S)


async def _news(audience: Audience, seen: int, wait_s: float, echo: Echo) -> None:
    """Until there is something for this viewer, or `wait_s` has passed."""
    async with TaskGroup() as group:
        waits = [
            group.create_task(audience.changed(seen, wait_s)),
            group.create_task(echo.heard.wait()),
        ]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()


async def _relay(socket: WebSocket, audience: Audience, place: Place) -> None:
    """What the host wants of the watcher's page, and what it refused."""
    call = audience.asked(place)
    if call is not None:
        asked = {"check_in": call.check_in, "n": call.n, "nonce": call.nonce}
        await socket.send_text(json.dumps({"call": asked}))
    no = audience.refused(place)
    if no is not None:
        italian, english = agents_sentences(no.reason)
        await socket.send_text(json.dumps({"declined": no.reason, "it": italian, "en": english}))
