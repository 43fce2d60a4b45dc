"""A session in the browser: pages that take nothing, go away, or whose log-in ends, hold nobody up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from agent.wire.channel import Exit, Tag, pack, pack_exit
from agent.wire.frames import Ping, Pong, ProtocolError, encode
from broker.api import session_ws, sockets, watch_ws
from broker.api.session_ws import AHEAD_BYTES, Screen
from broker.api.who import COOKIE
from broker.cases.log_out import log_out
from broker.domain.refusal import Refused, Why
from broker.live import pipe as pipe_module
from broker.live.audience import HOLD_S, Audience
from broker.live.hub import Hub
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe
from broker.live.seat import Seats
from broker.parts import Parts
from tests.broker.test_hub import Line, Socket, linked, make_hub
from tests.broker.world import Someone, World
from tests.doubles import FakeChance

SALT = bytes(32)
SCREEN = b"riga\n" * 4096


class Page:
    """A browser's WebSocket: what it sent, what it was sent. `takes` cleared: it takes nothing more."""

    def __init__(self, parts: Parts | None = None, someone: Someone | None = None) -> None:
        self.app = SimpleNamespace(state=SimpleNamespace(parts=parts, seats=None))
        self.client = SimpleNamespace(host="192.0.2.10")
        self.headers = {} if parts is None else {"origin": parts.settings.origin}
        self.cookies = {} if someone is None else {COOKIE: someone.token}
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: list[Any] = []
        self.closed: int | None = None
        self.takes = asyncio.Event()
        self.takes.set()

    def type(self, message: bytes) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "bytes": message})

    def leave(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def accept(self) -> None:
        self.heard.append("accepted")

    async def receive(self) -> dict[str, Any]:
        return await self.inbox.get()

    async def send_bytes(self, data: bytes) -> None:
        await self._send(data)

    async def send_text(self, text: str) -> None:
        await self._send(json.loads(text))

    async def _send(self, message: Any) -> None:
        await self.takes.wait()
        if self.closed is not None:
            raise WebSocketDisconnect
        self.heard.append(message)

    async def close(self, code: int = 1000) -> None:
        await self.takes.wait()
        if self.closed is not None:
            raise RuntimeError("closed already")  # as Starlette says it
        self.closed = code
        self.leave()


class Host(Socket):
    """The agent's socket: says what it was made with, then nothing until `over`."""

    def __init__(self, *messages: bytes) -> None:
        super().__init__(*messages)
        self.takes = asyncio.Event()
        self.takes.set()
        self.over = asyncio.Event()

    async def receive(self) -> bytes | None:
        if not self.messages:
            await self.over.wait()
        return await super().receive()

    async def send(self, message: bytes) -> None:
        await self.takes.wait()
        await super().send(message)

    async def close(self) -> None:
        self.over.set()
        await super().close()


def begun(host: Host) -> tuple[Pipe, asyncio.Future[tuple[int, str] | None], list[str]]:
    """A pipe as the hub makes it, its count, and the orders to end that went beside it."""
    pipe = Pipe(host)
    pipe.name("s-1", "c-1")
    count: asyncio.Future[tuple[int, str] | None] = asyncio.get_running_loop().create_future()
    ordered: list[str] = []

    async def order_close() -> bool:
        ordered.append("close")
        return True

    pipe.begin(SALT, Audience(), count, order_close)
    return pipe, count, ordered


def out(count: int) -> list[bytes]:
    return [pack(Tag.DATA, SCREEN)] * count


async def test_a_page_that_takes_nothing_delays_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_ws, "LAST_WORDS_S", 0.2)
    page, host = Page(), Host(*out(200), pack_exit(Exit(status=0)))
    pipe, count, _ = begun(host)
    page.takes.clear()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        showing = group.create_task(session_ws._to_browser(page, pipe, Screen(1 << 40)))  # type: ignore[arg-type]
        assert await settled(host) > 100, "the host waits while the page takes nothing"
        pipe.hurry()  # as the hub does when the end is ordered, or told
        assert await count is not None
        await showing
    assert page.heard == []


async def test_a_slow_page_gets_everything() -> None:
    page, host = Page(), Host(*out(200), pack_exit(Exit(status=7)))
    pipe, count, _ = begun(host)
    page.takes.clear()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(session_ws._to_browser(page, pipe, Screen(1 << 40)))  # type: ignore[arg-type]
        await settled(host)
        page.takes.set()
    assert page.heard == [*out(200), pack_exit(Exit(status=7))]
    assert page.closed == 1000
    assert count.result() is not None


async def test_a_page_that_goes_while_the_host_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed and not taken is void: the order to end does not wait behind it."""
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.1)
    page, host = Page(), Host()
    pipe, _, ordered = begun(host)
    host.takes.clear()
    for _ in range(5):
        page.type(pack(Tag.DATA, b"x" * 1000))
    page.leave()
    async with asyncio.timeout(60):
        await session_ws._to_host(page, pipe, Screen())  # type: ignore[arg-type]
    assert ordered == ["close"]
    assert host.sent == []


async def test_a_page_that_types_without_end_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.1)
    page, host = Page(), Host()
    pipe, _, ordered = begun(host)
    host.takes.clear()
    for _ in range(40):
        page.type(pack(Tag.DATA, b"x" * 60_000))
    async with asyncio.timeout(60):
        await session_ws._to_host(page, pipe, Screen())  # type: ignore[arg-type]
    assert page.closed == session_ws.CLOSE_TOO_MUCH
    assert ordered == ["close"]


async def settled(host: Host) -> int:
    """Messages the broker has not read, once nothing moves any more: no clock and no network is involved."""
    before = -1
    while before != len(host.messages):
        before = len(host.messages)
        for _ in range(200):
            await asyncio.sleep(0)
    return before


async def test_a_page_that_draws_nothing_makes_the_host_wait() -> None:
    """A browser takes whatever comes: what holds the host up is the page's own word of what it has drawn."""
    page, host, screen = Page(), Host(*out(400), pack_exit(Exit(status=0))), Screen()
    pipe, count, _ = begun(host)
    ahead = AHEAD_BYTES // len(SCREEN)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(session_ws._to_browser(page, pipe, screen))  # type: ignore[arg-type]
        first = await settled(host)
        assert ahead < 400 - first < 2 * ahead
        screen.drawn(json.dumps({"drawn": AHEAD_BYTES}))
        screen.drawn(json.dumps({"drawn": 0}))  # an older word changes nothing
        second = await settled(host)
        assert ahead - 20 <= first - second <= ahead + 20
        screen.gone()  # as at a disconnect: what comes is still counted
        assert await count is not None
    assert host.messages == []


@pytest.mark.parametrize(
    "text", ["", "drawn", "[]", "{}", '{"drawn": "1"}', '{"drawn": true}', '{"drawn": 1.5}']
)
async def test_other_texts_break_the_protocol(text: str) -> None:
    with pytest.raises(ProtocolError):
        Screen().drawn(text)


async def test_a_quiet_view_is_told_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_ws, "IDLE_S", 0.05)
    page, audience, echo = Page(), Audience(), watch_ws.Echo(Hub(FakeChance()), "host-1")
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(watch_ws._show(page, audience, echo))  # type: ignore[arg-type]
        await until(lambda: page.heard.count({"beat": True}) >= 2)
        audience.close()
    assert page.heard[-1] == {"ended": True}


async def test_u12_a_page_that_asks_is_answered_behind_what_was_on_its_way() -> None:
    """With the line to the host in it, once that was measured; the question of one page is no other's."""
    hub, timer = make_hub()
    line = Line()
    agent = linked(hub, line, "host-1")
    timer.at = 10.0
    page, other, audience = Page(), Page(), Audience()
    echo = watch_ws.Echo(hub, "host-1")
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(watch_ws._show(page, audience, echo))  # type: ignore[arg-type]
        group.create_task(watch_ws._show(other, audience, watch_ws.Echo(hub, "host-1")))  # type: ignore[arg-type]
        page.takes.clear()
        audience.open("c-1")
        audience.feed("c-1", b"prima\r\n")
        await asyncio.sleep(0.05)  # the first piece waits for the page
        audience.feed("c-1", b"dopo\r\n")
        echo.ask(7)
        page.takes.set()
        await until(lambda: {"echo": 7, "host_ms": None} in page.heard)
        came = page.heard.index({"echo": 7, "host_ms": None})
        assert any(isinstance(one, bytes) and b"dopo" in one for one in page.heard[:came])
        assert line.heard == [encode(Ping(10_000))]
        agent.link.receive(encode(Pong(10_000)), 10.4)
        echo.ask(8)
        await until(lambda: page.heard[-1] == {"echo": 8, "host_ms": round(1000 * (0.4 + HOLD_S))})
        audience.close()
    assert not any(isinstance(one, dict) and "echo" in one for one in other.heard)


async def until(so: Callable[[], bool]) -> None:
    while not so():  # noqa: ASYNC110 — a double has no event to wait for
        await asyncio.sleep(0.01)


# ------------------------------------------------------------------------------- the log-in ends


async def test_a_view_does_not_outlast_its_log_in(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "RECOGNISE_S", 0.05)
    world = await World.make(parts)
    watched: list[str] = []

    async def join(*_: object) -> None:
        watched.append("joined")

    async def leave(*_: object) -> None:
        watched.append("left")

    monkeypatch.setattr(watch_ws, "join_watch", join)
    monkeypatch.setattr(watch_ws, "leave_watch", leave)
    page = Page(parts, world.ads)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(watch_ws.live(page, "s-1"))  # type: ignore[arg-type]
        await until(lambda: watched == ["joined"])
        await asyncio.sleep(0.3)  # the cookie is asked for again and again
        assert page.closed is None
        await log_out(parts, world.ads.who, world.ads.token)
    assert page.closed == session_ws.CLOSE_REFUSED
    assert page.heard[-1]["refused"] == "login_needed"
    assert watched == ["joined", "left"]


async def test_a_terminal_does_not_outlast_its_log_in(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "RECOGNISE_S", 0.05)
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.1)
    world = await World.make(parts)
    host = Host()
    pipe, _, ordered = begun(host)

    joined = asyncio.Event()

    async def join(*_: object) -> Pipe:
        joined.set()
        return pipe

    monkeypatch.setattr(session_ws, "_join", join)
    page = Page(parts, world.technician)
    async with asyncio.timeout(60), Nursery() as nursery, asyncio.TaskGroup() as group:
        page.app.state.seats = Seats(nursery)
        group.create_task(session_ws.terminal(page, "s-1"))  # type: ignore[arg-type]
        await joined.wait()
        await asyncio.sleep(0.3)  # the cookie is asked for again and again
        assert page.closed is None
        await log_out(parts, world.technician.who, world.technician.token)
    assert page.closed == session_ws.CLOSE_REFUSED
    assert ordered == ["close"]


async def test_a_log_that_does_not_answer_throws_nobody_out(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await World.make(parts)
    page = Page(parts, world.ads)

    async def away(*_: object) -> None:
        raise Refused(Why.LOG_UNAVAILABLE)

    monkeypatch.setattr("broker.api.who.recognise", away)
    assert await sockets.still_in(page, world.ads.who)  # type: ignore[arg-type]
