"""A screen in the browser: bytes as they are, both ways, and a last word that says why it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from agent.wire.channel import (
    DESKTOP_BREACH,
    DESKTOP_GONE,
    Exit,
    Tag,
    pack,
    pack_echo,
    pack_exit,
    pack_segment,
)
from broker.api import desktop_ws, sockets
from broker.cases.log_out import log_out
from broker.domain.refusal import Refused, Why
from broker.live import pipe as pipe_module
from broker.live.audience import Audience, Place
from broker.live.pipe import Pipe
from broker.parts import Parts
from tests.broker.test_session_ws import SALT, Host, Page, until
from tests.broker.world import World

PICTURE = bytes(range(256)) * 200


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.1)
    monkeypatch.setattr(desktop_ws, "LOOK_EVERY_S", 0.02)


class Kept:
    """A `Recorder` that remembers; `full` it keeps nothing more."""

    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.ends: list[tuple[bytes, bool]] = []
        self.whole: bool | None = None
        self.full = False

    async def output(self, data: bytes) -> None:
        if self.full:
            raise OSError
        self.said.append(data)

    def echo(self, *, on: bool) -> None:
        raise AssertionError(on)

    def resize(self, cols: int, rows: int) -> None:
        raise AssertionError((cols, rows))

    async def segment(self, note: bytes, *, last: bool) -> None:
        self.ends.append((note, last))

    def hold(self) -> None: ...

    def resume(self) -> None: ...

    async def close(self, *, whole: bool) -> None:
        self.whole = whole


def begun(
    host: Host, recorder: Kept | None = None
) -> tuple[Pipe, asyncio.Future[tuple[int, str] | None], Audience]:
    pipe = Pipe(host)
    pipe.name("s-1", "c-1")
    count: asyncio.Future[tuple[int, str] | None] = asyncio.get_running_loop().create_future()

    async def order_close() -> bool:
        host.over.set()
        return True

    audience = Audience()
    pipe.begin(SALT, None, count, order_close, recorder)
    return pipe, count, audience


async def carried(page: Page, pipe: Pipe, *until: Awaitable[None]) -> None:
    async with asyncio.timeout(60):
        await desktop_ws._carry(page, pipe, *until)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("end", "word"),
    [
        (Exit(status=0), "over"),
        (Exit(status=DESKTOP_GONE), "gone"),
        (Exit(status=DESKTOP_BREACH), "breach"),
        (Exit(signal="KILL"), "over"),
    ],
)
async def test_pictures_arrive_whole_and_the_last_word_says_why(end: Exit, word: str) -> None:
    host, page = Host(pack(Tag.DATA, PICTURE), pack(Tag.DATA, b"rest"), pack_exit(end)), Page()
    pipe, count, audience = begun(host)
    page.type(b"\x03" + bytes(70_000))
    await carried(page, pipe)
    assert b"".join(page.heard[:-1]) == PICTURE + b"rest"
    assert page.heard[-1]["closed"] == word
    assert page.heard[-1]["it"]
    assert page.heard[-1]["en"]
    assert page.closed == 1000
    found = count.result()
    assert found is not None
    assert found[0] == len(PICTURE) + 4
    assert audience.channels() == [], "no text for anybody to read"


async def test_what_a_page_says_arrives_in_messages_the_host_takes() -> None:
    host, page = Host(), Page()
    pipe, _, _ = begun(host)
    page.type(b"\x06" + bytes(70_000))
    page.type(b"\x04abc")
    async with asyncio.TaskGroup() as group:
        group.create_task(carried(page, pipe))
        await until(lambda: len(host.sent) == 3)
        page.leave()
    assert [len(message) for message in host.sent[:3]] == [65_537, 4466, 5]
    assert b"".join(message[1:] for message in host.sent) == b"\x06" + bytes(70_000) + b"\x04abc"


async def test_a_page_that_takes_nothing_holds_the_host_up_and_grows_nothing() -> None:
    host, page = Host(*[pack(Tag.DATA, PICTURE)] * 50), Page()
    pipe, count, _ = begun(host)
    page.takes.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(carried(page, pipe))
        await until(lambda: not pipe._room.is_set())
        await asyncio.sleep(0.05)
        assert len(host.messages) > 40, "they wait at the host"
        page.takes.set()
        await until(lambda: not host.messages)
        host.messages.append(pack_exit(Exit(status=0)))
        host.over.set()
    assert count.result() is not None
    assert b"".join(one for one in page.heard if isinstance(one, bytes)) == PICTURE * 50


async def test_a_page_that_floods_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    host, page = Host(), Page()
    host.takes.clear()
    monkeypatch.setattr(desktop_ws, "MAX_TYPED_BYTES", 1000)
    pipe, count, _ = begun(host)
    for _ in range(5):
        page.type(bytes(600))
    await carried(page, pipe)
    assert page.closed == desktop_ws.CLOSE_TOO_MUCH
    assert count.done()


async def test_pictures_of_the_recording_are_kept_and_those_of_the_page_are_not() -> None:
    said = (
        pack(Tag.SCREEN, b"one"), pack(Tag.DATA, PICTURE), pack(Tag.SCREEN, b"two"),
        pack_segment(b"note", last=True), pack_exit(Exit(status=0)),
    )  # fmt: skip
    kept, page = Kept(), Page()
    pipe, count, _ = begun(Host(*said), kept)
    await carried(page, pipe)
    await pipe.end_recording()
    assert (kept.said, kept.ends, kept.whole) == ([b"one", b"two"], [(b"note", True)], True)
    assert page.heard[:-1] == [PICTURE]
    found = count.result()
    assert found is not None
    assert found[0] == len(PICTURE), "what is kept is not what crossed to the page"


async def test_where_nothing_can_be_kept_the_page_is_shown_nothing_more() -> None:
    kept, page = Kept(), Page()
    kept.full = True
    pipe, count, _ = begun(Host(pack(Tag.SCREEN, b"one"), pack(Tag.DATA, PICTURE)), kept)
    await carried(page, pipe)
    assert page.heard == []
    assert count.result() is None


@pytest.mark.parametrize("said", [pack(Tag.SCREEN, b"one"), pack_segment(b"note", last=True)])
async def test_a_host_that_records_what_nobody_asked_for_breaks_the_protocol(said: bytes) -> None:
    page = Page()
    pipe, count, _ = begun(Host(said, pack(Tag.DATA, PICTURE)))
    await carried(page, pipe)
    assert page.heard == []
    assert count.result() is None


async def test_a_host_that_says_text_on_a_screen_breaks_the_protocol() -> None:
    host, page = Host(pack_echo(on=True)), Page()
    pipe, count, _ = begun(host)
    await carried(page, pipe)
    assert page.heard == []
    assert count.result() is None


# --------------------------------------------------------------------------------- who may see it


async def entered(parts: Parts, someone: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Page, Host, Audience]:
    host, page = Host(), Page(parts, someone)
    pipe, _, _ = begun(host)

    async def watched(*_: object) -> Pipe:
        return pipe

    monkeypatch.setattr(desktop_ws, "watch_desktop", watched)
    return page, host, parts.hub.audience("s-1")


async def test_a_watchers_screen_ends_with_his_watching(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await World.make(parts)
    page, host, audience = await entered(parts, world.ads, monkeypatch)
    audience.come(world.ads.id)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(desktop_ws.watched_desktop(page, "s-1"))  # type: ignore[arg-type]
        await asyncio.sleep(0.1)
        assert page.closed is None
        audience.go(world.ads.id)
    assert page.closed == sockets.CLOSE_REFUSED
    assert host.over.is_set(), "the host is told"


async def test_a_screen_does_not_outlast_its_log_in(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "RECOGNISE_S", 0.05)
    world = await World.make(parts)
    host, page = Host(), Page(parts, world.technician)
    pipe, _, _ = begun(host)
    joined = asyncio.Event()

    async def opened(*_: object, **__: object) -> Any:
        joined.set()
        return pipe

    monkeypatch.setattr(desktop_ws, "join_session", opened)
    monkeypatch.setattr(desktop_ws, "open_channel", opened)
    audience, place = parts.hub.audience("s-1"), Place()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(desktop_ws.desktop(page, "s-1"))  # type: ignore[arg-type]
        await joined.wait()
        await until(lambda: audience.has_screen)
        assert audience.screen_news(place) is True
        assert audience.screen_news(place) is None
        await log_out(parts, world.technician.who, world.technician.token)
    assert page.closed == sockets.CLOSE_REFUSED
    assert page.heard[-1]["refused"] == "login_needed"
    assert audience.screen_news(place) is False


async def test_who_logs_out_while_his_screen_opens_is_not_called_at_rest(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await World.make(parts)
    host, page = Host(), Page(parts, world.technician)
    pipe, _, _ = begun(host)

    async def opened(*_: object, **__: object) -> Any:
        await log_out(parts, world.technician.who, world.technician.token)
        return pipe

    monkeypatch.setattr(desktop_ws, "join_session", opened)
    monkeypatch.setattr(desktop_ws, "open_channel", opened)
    async with asyncio.timeout(60):
        await desktop_ws.desktop(page, "s-1")  # type: ignore[arg-type]
    assert page.closed == sockets.CLOSE_REFUSED
    assert page.heard[-1]["refused"] == "login_needed"


@pytest.mark.parametrize("path", [desktop_ws.desktop, desktop_ws.watched_desktop])
async def test_without_a_log_in_nothing_is_accepted(
    parts: Parts, path: Callable[..., Awaitable[None]]
) -> None:
    page = Page(parts)
    await path(page, "s-1")
    assert (page.heard, page.closed) == ([], sockets.CLOSE_REFUSED)


async def test_a_no_is_a_sentence(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await World.make(parts)

    async def no(*_: object) -> Pipe:
        raise Refused(Why.SESSION_PAUSED)

    monkeypatch.setattr(desktop_ws, "watch_desktop", no)
    page = Page(parts, world.ads)
    await desktop_ws.watched_desktop(page, "s-1")  # type: ignore[arg-type]
    assert page.heard[-1]["refused"] == "session_paused"
    assert page.closed == sockets.CLOSE_REFUSED
