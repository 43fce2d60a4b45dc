"""A port of the customer's rules through a session: what crosses, what is held, and what ends it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.channels import Params, forward
from agent.channels.forward import Forward, PortUnreachable, connect
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Exit, StreamDigest, Tag
from audit.errors import Malformed
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from tests.agent.session_kit import SALT, House, Line, eventually, house

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def target(serve: Serve) -> AsyncIterator[int]:
    writers: list[asyncio.StreamWriter] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(OSError):
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.sleep(0.02)  # one that was accepted in the last moment has its writer then
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(0)  # a transport closes in the loop's next turn


async def banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks first, and answers a line at a time until it is told no more."""
    writer.write(b"220 pronto\r\n")
    while line := await reader.readline():
        writer.write(b"250 " + line)
    writer.write(b"221 fine\r\n")


@asynccontextmanager
async def relay(serve: Serve, room: int = 1000) -> AsyncIterator[tuple[Forward, Line, asyncio.Task[Any]]]:
    async with target(serve) as port, TaskGroup() as group:
        line = Line(room)
        one = Forward(await connect("localhost", port), line, SALT)
        running = group.create_task(one.run())
        yield one, line, running
        one.cut()


async def test_whoever_speaks_first_is_heard_and_each_side_ends_for_itself() -> None:
    async with relay(banner) as (_, line, running):
        await line.read_until(b"220 pronto\r\n")
        line.type(b"HELO x\r\n")
        await line.read_until(b"250 HELO x\r\n")
        line.tell(wire.pack(Tag.EOF))
        await line.read_to_end()
        found = await running
    assert bytes(line.out) == b"220 pronto\r\n250 HELO x\r\n221 fine\r\n"
    counted = StreamDigest(SALT)
    counted.add(bytes(line.out))
    assert (found.in_bytes, found.out_bytes, found.out_digest) == (8, len(line.out), counted.hex)
    assert line.exit == found.exit == Exit(status=0)
    assert line.eof


async def test_a_target_that_ends_first_still_hears_the_rest() -> None:
    heard = asyncio.get_running_loop().create_future()

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x")
        writer.write_eof()
        heard.set_result(await reader.read())

    async with relay(half) as (_, line, running):
        await eventually_eof(line)
        line.type(b"later")
        line.tell(wire.pack(Tag.EOF))
        assert await heard == b"later"
        assert (await running).in_bytes == 5


async def eventually_eof(line: Line) -> None:
    async with asyncio.timeout(60):
        while not line.eof:
            await line.read_one()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes nothing and says nothing until it is closed."""
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    await writer.wait_closed()


async def listener(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("how", ["cut", "hang_up", "lost", "breach"])
async def test_whatever_ends_it_the_target_is_let_go_at_once(how: str) -> None:
    gone = asyncio.Event()

    async def watched(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()

    async with relay(watched) as (one, line, running):
        match how:
            case "cut":
                one.cut()
            case "hang_up":
                await one.hang_up()
            case "lost":
                line.hang_up()
            case _:
                line.tell(wire.pack(Tag.EXIT))
        async with asyncio.timeout(30):
            found = await running
            await gone.wait()
        assert found.exit.signal in {"KILL", "HUP"}
        if how in {"cut", "hang_up"}:
            await line.read_to_end()
        assert line.exit == (found.exit if how in {"cut", "hang_up"} else None)


async def test_a_target_that_takes_nothing_holds_up_nobody() -> None:
    async with relay(silent) as (one, line, running):
        line.type(bytes(16 * 1024 * 1024))
        await asyncio.sleep(0.2)
        one.cut()
        async with asyncio.timeout(30):
            assert (await running).exit == Exit(signal="KILL")


async def test_a_line_that_goes_while_nothing_is_taken_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "LOOK_EVERY_S", 0.05)
    async with relay(silent) as (_, line, running):
        line.type(bytes(16 * 1024 * 1024))
        line.closed.set()
        async with asyncio.timeout(30):
            assert (await running).exit == Exit(signal="HUP")


async def test_a_reader_that_takes_nothing_stalls_the_target_and_loses_nothing() -> None:
    async def much(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(8 * 1024 * 1024))
        await writer.drain()

    async with relay(much, room=1) as (_, line, running):
        await asyncio.sleep(0.1)
        line.tell(wire.pack(Tag.EOF))
        await line.read_to_end()
        assert (await running).out_bytes == len(line.out) == 8 * 1024 * 1024


async def test_while_nobody_watches_the_target_waits() -> None:
    async with relay(banner) as (one, line, _):
        await line.read_until(b"pronto\r\n")
        one.gate.shut()
        reading = asyncio.get_running_loop().create_future()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await line.read_one()
                reading.set_result(None)
        assert not reading.done()
        one.gate.open()
        line.type(b"NOOP\r\n")
        await line.read_until(b"250 NOOP\r\n")


async def test_what_is_sent_while_nobody_watches_never_arrives() -> None:
    async with relay(banner) as (one, line, running):
        await line.read_until(b"pronto\r\n")
        one.gate.shut()
        line.type(b"DELETE\r\n")
        async with asyncio.timeout(30):
            assert (await running).exit == Exit(signal="HUP")
        assert b"DELETE" not in line.out


async def test_what_the_target_had_not_taken_by_then_is_void(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "LOOK_EVERY_S", 0.05)
    async with relay(silent) as (one, line, running):
        line.type(bytes(16 * 1024 * 1024))
        await asyncio.sleep(0.2)
        one.gate.shut()
        one.gate.open()
        async with asyncio.timeout(30):
            assert (await running).exit == Exit(signal="HUP")


# ------------------------------------------------------------------------------------ the address


def unused() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
async def test_where_nobody_answers(host: str) -> None:
    with pytest.raises(PortUnreachable):
        await connect(host, unused())


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    asked: list[str] = []

    async def found(host: str, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(0, 0, 0, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found, raising=False)
    return asked


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "0.0.0.0", "::"]
)
async def test_a_name_turned_on_the_host_itself_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    names(monkeypatch, address)
    async with target(listener) as port:
        with pytest.raises(PortUnreachable):
            await connect("nas.lan", port)


async def test_a_name_is_looked_up_once_and_what_was_found_is_dialled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = names(monkeypatch, "192.0.2.1", "192.0.2.2", "192.0.2.2")
    dialled: list[str] = []

    async def dial(address: str, port: int) -> None:
        dialled.append(address)

    monkeypatch.setattr(forward, "_dial", dial)
    with pytest.raises(PortUnreachable):
        await connect("nas.lan", 443)
    assert (asked, dialled) == (["nas.lan"], ["192.0.2.1", "192.0.2.2"])


async def test_this_host_s_own_name_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = names(monkeypatch, "192.0.2.1")
    async with target(listener) as port:
        (await connect("localhost", port)).close()
    assert not asked


# ------------------------------------------------------------------------------------- in a session


@asynccontextmanager
async def session_with(tmp_path: Path, port: int) -> AsyncIterator[tuple[House, str]]:
    named = NamedPort("rdp", "localhost", port)
    async with house(tmp_path) as h:
        yield h, await h.begin(channels=(Channel("forward", port=named),), ports=(named,))


async def test_a_session_opens_counts_and_closes_it(tmp_path: Path) -> None:
    async with target(banner) as port, session_with(tmp_path, port) as (h, session):
        line = await h.channel(session, "forward", port="rdp")
        await line.read_until(b"220 pronto\r\n")
        line.tell(wire.pack(Tag.EOF))
        await line.read_to_end()
        closed = await h.broker.until("channel.closed")
        assert h.broker.body("channel.opened")["port"] == "rdp"
        assert (closed["kind"], closed["in_bytes"], closed["out_bytes"]) == ("forward", 0, len(line.out))
        assert "exit_status" not in closed


async def test_the_session_s_end_lets_the_target_go(tmp_path: Path) -> None:
    gone = asyncio.Event()

    async def watched(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()

    async with target(watched) as port, session_with(tmp_path, port) as (h, session):
        await h.channel(session, "forward", port="rdp")
        await h.broker.until("channel.opened")
        await h.sessions.stop(session, "stopped_by_ads")
        async with asyncio.timeout(30):
            await gone.wait()
        await h.broker.until("session.ended")


async def test_a_port_where_nobody_answers_is_refused_before_it_opens(tmp_path: Path) -> None:
    async with session_with(tmp_path, unused()) as (h, session):
        await h.sessions.channel(order_of(session))
        assert await h.broker.until("channel.refused") == {"kind": "forward", "reason": "port_unreachable"}
        await eventually(lambda: h.broker.refused == [(session, "c-1", "port_unreachable")])
        assert not h.broker.lines


async def test_a_broker_that_is_not_reached_keeps_no_connection(tmp_path: Path) -> None:
    async with target(banner) as port, session_with(tmp_path, port) as (h, session):
        h.broker.unreachable = True
        await h.sessions.channel(order_of(session))
        assert (await h.broker.until("channel.refused"))["reason"] == "broker_not_reached"


def order_of(session: str) -> Any:
    from tests.agent.session_kit import order

    return order(session, "c-1", "forward", port="rdp")


# ---------------------------------------------------------------------------------- what is ordered

TEXT = st.text(max_size=300)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=5
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["via", "port", "env", "tool", "command", "cols"]) | TEXT, ANY))
def test_whatever_an_order_says_it_is_read_or_refused(params: dict[str, Any]) -> None:
    with contextlib.suppress(Malformed):
        Params.parse(params)


@pytest.mark.parametrize(
    "env", [{"PATH": "/x"}, {"LANG": "a\nb"}, {"LANG": "è"}, {"LANG": "x" * 257}, {"LANG": 1}, {"lang": "C"}, [], {f"V{n}": "" for n in range(33)}]
)  # fmt: skip
def test_variables_that_are_none(env: Any) -> None:
    with pytest.raises(Malformed):
        Params.parse({"via": "ssh", "env": env})
    assert Params.parse({"via": "ssh", "env": {"TZ": "", "LANG": "it"}}).env == (("LANG", "it"), ("TZ", ""))
