"""A terminal that outlives its page: nothing is lost in a cut, nothing grows without bound, nobody else sits there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agent.wire.channel import Exit, Tag, pack, pack_exit
from broker.api import session_ws
from broker.live import pipe as pipe_module
from broker.live import seat as seat_module
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe
from broker.live.seat import KEPT_BYTES, UNREAD_BYTES, Seats, owner
from broker.parts import Parts
from tests.broker.test_session_ws import Host, Page, begun
from tests.broker.world import World

MINE = owner("s-1", "p-1", "cookie")
DONE = pack_exit(Exit(status=0))


@pytest.fixture
async def seats(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Seats]:
    monkeypatch.setattr(seat_module, "ABSENT_S", 0.3)
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.1)
    async with asyncio.timeout(60), Nursery() as nursery:
        yield Seats(nursery)


def output(count: int) -> list[bytes]:
    return [pack(Tag.DATA, bytes([n % 251]) * 32_768) for n in range(count)]


async def read_all(page: seat_module.Page) -> bytes:
    found = bytearray()
    while (message := await page.read()) is not None:
        found += message[1]
    return bytes(found)


async def test_a_page_that_comes_back_goes_on_where_it_was(seats: Seats) -> None:
    host = Host(*output(40), DONE)
    pipe, count, ordered = begun(host)
    seat = seats.take("secret", pipe, MINE)
    page = seat.attach(0)
    got = b""
    while len(got) < 300_000:
        message = await page.read()
        assert message is not None
        got += message[1]
    await page.hang_up()
    assert await page.read() is None
    again = seats.find("secret", MINE)
    assert again is seat
    got = got[:-1000]  # on their way when it was cut
    got += await read_all(seat.attach(len(got)))
    assert got == b"".join(one[1:] for one in output(40))
    assert await count is not None
    assert ordered == []


async def test_an_empty_screen_is_shown_the_last_of_it_again(seats: Seats) -> None:
    host = Host(pack(Tag.DATA, b"prima riga\r\n"))
    pipe, _, _ = begun(host)
    seat = seats.take("secret", pipe, MINE)
    first = seat.attach(0)
    assert await first.read() == (Tag.DATA, b"prima riga\r\n")
    again = seat.attach(None)
    assert await first.read() is None, "one page at a time"
    assert (again.at, await again.read()) == (0, (Tag.DATA, b"prima riga\r\n"))
    again.leave()


async def test_while_nobody_is_there_the_host_waits_within_a_bound(
    seats: Seats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat_module, "ABSENT_S", 30.0)
    host = Host(*output(400), DONE)
    pipe, count, ordered = begun(host)
    seat = seats.take("secret", pipe, MINE)
    await seat.attach(0).hang_up()
    await asyncio.sleep(0.3)
    assert UNREAD_BYTES < seat.end <= UNREAD_BYTES + 65_536
    assert (ordered, count.done()) == ([], False)
    assert len(await read_all(seat.attach(0))) == 400 * 32_768
    assert len(seat._kept) <= KEPT_BYTES
    assert await count is not None


async def test_whoever_is_away_too_long_is_gone(seats: Seats) -> None:
    host = Host(*output(400))
    pipe, _, ordered = begun(host)
    seat = seats.take("secret", pipe, MINE)
    await seat.attach(0).hang_up()
    while not seat.over:  # noqa: ASYNC110 - watches from outside
        await asyncio.sleep(0.05)
    assert ordered == ["close"]
    assert seat.end == 400 * 32_768, "what the host still said was counted"
    assert len(seat._kept) == KEPT_BYTES


async def test_whoever_leaves_for_good_is_gone_at_once(seats: Seats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seat_module, "ABSENT_S", 600.0)
    pipe, _, ordered = begun(Host())
    seats.take("secret", pipe, MINE).attach(0).leave()
    await pipe.finished()
    assert ordered == ["close"]


async def test_last_words_wait_for_a_page_that_was_away(seats: Seats) -> None:
    host = Host(pack(Tag.DATA, b"fine\r\n"), DONE)
    pipe, _, _ = begun(host)
    await seats.take("secret", pipe, MINE).attach(0).hang_up()
    await pipe.finished()
    seat = seats.find("secret", MINE)
    assert seat is not None
    page = seat.attach(0)
    assert await read_all(page) == b"fine\r\n"
    assert page.exit == Exit(status=0)
    await asyncio.sleep(0.5)
    assert seats.find("secret", MINE) is None


@pytest.mark.parametrize(
    ("secret", "of"),
    [
        ("other", MINE), ("", MINE), ("secret", owner("s-2", "p-1", "cookie")),
        ("secret", owner("s-1", "p-2", "cookie")), ("secret", owner("s-1", "p-1", "another log-in")),
    ],
)  # fmt: skip
async def test_nobody_else_sits_there(seats: Seats, secret: str, of: seat_module.Owner) -> None:
    pipe, _, _ = begun(Host())
    seat = seats.take("secret", pipe, MINE)
    assert seats.find(secret, of) is None
    assert seats.find("secret", MINE) is seat
    seat.attach(0).leave()


# ------------------------------------------------------------------------------------ with a page


async def heard(page: Page, what: Any) -> None:
    while what not in page.heard:  # noqa: ASYNC110 - watches from outside
        await asyncio.sleep(0.01)


async def test_a_page_takes_up_the_terminal_it_had(
    parts: Parts, seats: Seats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat_module, "ABSENT_S", 30.0)
    world = await World.make(parts)
    host = Host(pack(Tag.DATA, b"uno\r\n"))
    pipe, _, ordered = begun(host)

    async def join(*_: object) -> Pipe:
        return pipe

    monkeypatch.setattr(session_ws, "_join", join)
    pages = [Page(parts, world.technician) for _ in range(4)]
    for page in pages:
        page.app.state.seats = seats
    async with asyncio.TaskGroup() as group:

        def open(page: Page, **asked: Any) -> asyncio.Task[None]:
            return group.create_task(session_ws.terminal(page, "s-1", **asked))  # type: ignore[arg-type]

        first = open(pages[0])
        await heard(pages[0], pack(Tag.DATA, b"uno\r\n"))
        told = pages[0].heard[1]
        assert told["at"] == 0
        pages[0].leave()
        await first
        assert ordered == []
        second = open(pages[1], seat=told["seat"], at=3, cols=100, rows=40)
        await heard(pages[1], pack(Tag.DATA, b"\r\n"))
        assert pages[1].heard[1] == told | {"at": 3}
        assert host.sent[-1] == pack(Tag.RESIZE, b"\x00\x64\x00\x28")
        third = open(pages[2], seat=told["seat"])
        await heard(pages[2], pack(Tag.DATA, b"uno\r\n"))
        await second
        assert pages[1].closed == 1000, "it does not come back by itself"
        await open(pages[3], seat="x" * 10_000)
        assert (pages[3].heard[-1], pages[3].closed) == ({"lost": True}, 1000)
        pages[2].inbox.put_nowait(
            {"type": "websocket.receive", "text": json.dumps({"leave": True}, separators=(",", ":"))}
        )
        await third
    await pipe.finished()
    assert ordered == ["close"]


def test_a_seat_holds_no_more_than_a_page_may_lack() -> None:
    """Unread, in the page's backlog, under way or not drawn: a cut at the worst moment still loses nothing."""
    message = 65_536
    assert (
        UNREAD_BYTES + message + session_ws.HIGH_WATER + message + session_ws.AHEAD_BYTES + message
        <= KEPT_BYTES
    )
