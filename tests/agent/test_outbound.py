"""The link out against a real server: handshake, cuts, half-open lines, proxies, certificates, breaches."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import InvalidStatus
from websockets.http11 import Request, Response

from agent import outbound
from agent.outbound import Outbound, delay_s, dial_channel
from agent.route import Route
from agent.wire import channel, frames, link
from audit.canonical import b64
from tests.agent.relay import PATIENCE_S, Broker, Relay, relaying, serving
from tests.audit import people


class Owner:
    """Signs its hello and keeps what it was told."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[frames.Frame] = asyncio.Queue()
        self.story: list[str] = []
        self.logged: list[str] = []

    def hello(self, nonce: str) -> frames.Hello:
        unsigned = frames.Hello("t-1", "h-1", "0.1", "boot", "2026-11-22T10:00:00.000Z", 1, 0, "")
        return replace(unsigned, signature=b64(people.AGENT_KEY.sign(unsigned.message(nonce))))

    def link_up(self, welcome: frames.Welcome) -> None:
        self.story.append(f"up {welcome.acked}")

    def frame(self, frame: frames.Frame) -> None:
        self.frames.put_nowait(frame)

    def link_lost(self) -> None:
        self.story.append("lost")

    def note(self, message: str) -> None:
        self.logged.append(message)


@contextlib.asynccontextmanager
async def running(out: Outbound, owner: Owner) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(out.run(owner))
        try:
            yield
        finally:
            task.cancel()


def broker() -> Broker:
    return Broker(people.AGENT_KEY.public)


def outbound_to(port: int, **of: object) -> Outbound:
    route = Route(f"http://127.0.0.1:{port}")
    return Outbound(replace(route, **of), chance=lambda: 0.001)  # type: ignore[arg-type]


async def got(owner: Owner) -> frames.Frame:
    return await asyncio.wait_for(owner.frames.get(), PATIENCE_S)


async def until(found: list[str], wanted: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not any(wanted in line for line in found):  # noqa: ASYNC110 - a list kept by a test double
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"{wanted!r} is not in {found}") from None


async def test_handshake_and_frames_both_ways() -> None:
    owner = Owner()
    async with serving(broker()) as server:
        out = outbound_to(server.port)
        assert not out.send(frames.PinsHeld(1, 1))
        async with running(out, owner):
            await server.linked(1)
            await server.say(frames.encode(frames.Ack(3)))
            assert await got(owner) == frames.Ack(3)
            assert out.up
            assert out.send(frames.PinsHeld(1, 1))
            assert await server.next(frames.PinsHeld) == frames.PinsHeld(1, 1)
            await server.say(frames.encode(frames.Ping(7)))
            assert await server.next(frames.Pong) == frames.Pong(7)
        assert owner.story == ["up 0", "lost"]
        await asyncio.wait_for(server.live[0].wait_closed(), PATIENCE_S)


async def test_a_cut_line_is_dialled_again() -> None:
    owner = Owner()
    async with (
        serving(broker()) as server,
        relaying(Relay(server.port)) as relay,
        running(outbound_to(relay.port), owner),
    ):
        for _ in range(3):
            await until(owner.story, "up")
            assert owner.story.pop(0) == "up 0"
            relay.cut()
            await until(owner.story, "lost")
            assert owner.story.pop(0) == "lost"
        await server.linked(4)


async def test_a_broker_that_comes_back() -> None:
    owner = Owner()
    first = broker()
    async with running_after(first, owner) as port:
        again = broker()
        again.port = port
        async with serving(again):
            await again.linked(1)


@contextlib.asynccontextmanager
async def running_after(first: Broker, owner: Owner) -> AsyncIterator[int]:
    """The agent runs while the broker goes away."""
    async with contextlib.AsyncExitStack() as stack:
        async with serving(first):
            await stack.enter_async_context(running(outbound_to(first.port), owner))
            await first.linked(1)
        await until(owner.logged, "ConnectionRefusedError")
        yield first.port


async def test_a_half_open_line_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ping puts the end off. Then nothing arrives, and nobody says so: the agent dials anew."""
    monkeypatch.setattr(link, "DEAD_AFTER_S", 8.0)
    monkeypatch.setattr(link, "HANDSHAKE_S", 8.0)  # the agent looks at its clock then for the first time
    monkeypatch.setattr(outbound, "CLOSE_S", 0.1)
    owner = Owner()
    async with serving(broker()) as server, relaying(Relay(server.port)) as relay:
        out = outbound_to(relay.port)
        async with running(out, owner):
            await until(owner.story, "up")
            assert out._link is not None
            for number in range(3):
                before = out._link.next_deadline()
                await server.say(frames.encode(frames.Ping(number)))
                assert await server.next(frames.Pong) == frames.Pong(number)
                assert out._link.next_deadline() > before
            assert not any("nothing heard" in line for line in owner.logged)
            relay.stall()
            await until(owner.logged, "nothing heard")
            await server.linked(2)


async def test_a_silent_handshake_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "HANDSHAKE_S", 0.1)
    owner = Owner()

    async def mute(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with serve(mute, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with running(outbound_to(port), owner):
            await until(owner.logged, "the handshake took too long")
    assert owner.story == []


@pytest.mark.parametrize(
    "breach",
    [
        "not json",
        '{"at": 1,"type":"ping"}',
        frames.encode(frames.Pong(1)),
        frames.encode(frames.Welcome("2026-11-22T10:00:00.000Z", 0)),
        b"binary",
    ],
    ids=["noise", "spelling", "wrong end", "out of turn", "binary"],
)
async def test_a_breach_ends_the_link_with_its_code(breach: str | bytes) -> None:
    owner = Owner()
    async with serving(broker()) as server, running(outbound_to(server.port), owner):
        await server.linked(1)
        await server.live[0].send(breach)
        await asyncio.wait_for(server.live[0].wait_closed(), PATIENCE_S)
        assert server.live[0].close_code == frames.CLOSE_BREACH
        await server.linked(2)


async def test_a_frame_that_is_too_long_ends_the_link() -> None:
    owner = Owner()
    async with serving(broker()) as server, running(outbound_to(server.port), owner):
        await server.linked(1)
        await server.live[0].send("x" * (frames.MAX_FRAME_BYTES + 1))
        await asyncio.wait_for(server.live[0].wait_closed(), PATIENCE_S)
        assert server.live[0].close_code == 1009
        await server.linked(2)


async def test_the_owner_may_break_off() -> None:
    owner = Owner()
    async with serving(broker()) as server:
        out = outbound_to(server.port)
        async with running(out, owner):
            await until(owner.story, "up")
            out.send(frames.PinsHeld(4, 4))
            out.break_off(frames.CLOSE_BREACH, "an acknowledgement of a note that was never sent")
            assert await server.next(frames.PinsHeld) == frames.PinsHeld(4, 4)
            await asyncio.wait_for(server.live[0].wait_closed(), PATIENCE_S)
            assert server.live[0].close_code == frames.CLOSE_BREACH
            await server.linked(2)


@pytest.mark.parametrize(
    ("code", "wait"),
    [(frames.CLOSE_RETIRED, "450"), (frames.CLOSE_AUTH_FAILED, "450"), (frames.CLOSE_SUPERSEDED, "60.0")],
)
async def test_who_is_turned_away_does_not_hammer(code: int, wait: str) -> None:
    owner = Owner()
    server = broker()
    server.turn_away = (code, "no")
    async with serving(server), running(outbound_to(server.port), owner):
        await until(owner.logged, f"({code} no); next try in {wait}")
    assert len(server.hellos) == 1


async def test_what_the_broker_says_cannot_forge_our_log() -> None:
    owner = Owner()
    server = broker()
    server.turn_away = (frames.CLOSE_RETIRED, "bye\nlink up; 0 notes waiting")
    async with serving(server), running(outbound_to(server.port), owner):
        await until(owner.logged, "4410 bye\ufffdlink up")


async def test_through_a_proxy() -> None:
    owner = Owner()
    async with serving(broker()) as server, relaying(Relay(server.port, proxy=True)) as proxy:
        out = outbound_to(server.port, proxy=f"http://127.0.0.1:{proxy.port}")
        async with running(out, owner):
            await server.linked(1)
    assert proxy.asked == [f"CONNECT 127.0.0.1:{server.port} HTTP/1.1"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "broker.pem"
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


def tls_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_tls_is_verified(certificate: Path) -> None:
    owner = Owner()
    async with serving(broker(), tls_server(certificate)) as server:
        route = Route(f"https://127.0.0.1:{server.port}")
        async with running(Outbound(route, chance=lambda: 0.001), owner):
            await until(owner.logged, "SSLCertVerificationError")
        assert server.hellos == []


async def test_tls_with_the_customers_own_authority_through_a_proxy(certificate: Path) -> None:
    owner = Owner()
    async with serving(broker(), tls_server(certificate)) as server:
        async with relaying(Relay(server.port, proxy=True)) as proxy:
            route = Route(
                f"https://127.0.0.1:{server.port}",
                proxy=f"http://127.0.0.1:{proxy.port}",
                ca_file=certificate,
            )
            async with running(Outbound(route, chance=lambda: 0.001), owner):
                await server.linked(1)
        assert proxy.asked[0].startswith("CONNECT ")


async def test_a_redirect_is_not_followed() -> None:
    """The broker does not decide whom else in the customer's network the agent dials."""
    owner = Owner()
    async with serving(broker()) as elsewhere:

        def redirect(socket: ServerConnection, request: Request) -> Response:
            response = socket.respond(302, "elsewhere")
            response.headers["Location"] = f"ws://127.0.0.1:{elsewhere.port}/agent/link"
            return response

        async def never(_: ServerConnection) -> None:
            raise AssertionError

        async with serve(never, "127.0.0.1", 0, process_request=redirect) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            async with running(outbound_to(port), owner):
                await until(owner.logged, "InvalidStatus")
        assert elsewhere.hellos == []


async def test_a_channel_is_dialled_back_with_its_pass() -> None:
    seen: list[str] = []
    server = broker()

    async def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        seen.append(socket.request.headers["Authorization"])
        assert "Sec-WebSocket-Extensions" not in socket.request.headers
        await socket.send(channel.pack(channel.Tag.DATA, bytes(channel.MAX_PAYLOAD_BYTES)))
        await socket.recv()

    server.channel = handle
    async with serving(server):
        socket = await dial_channel(Route(f"http://127.0.0.1:{server.port}"), "abc.def")
        message = await socket.recv()
        assert len(message) == channel.MAX_MESSAGE_BYTES
        await socket.send(channel.pack(channel.Tag.EOF))
        await socket.close()
    assert seen == ["Verbale abc.def"]


@pytest.mark.parametrize("how", ["closed", "cut"])
async def test_an_end_behind_unread_messages_is_noticed(how: str) -> None:
    """The WebSocket layer has stopped reading, because nobody takes what came: the kernel knows all the same."""
    server = broker()
    filled, go = asyncio.Event(), asyncio.Event()

    async def handle(socket: ServerConnection) -> None:
        for _ in range(8):  # more than the agent's end takes unread
            await socket.send(channel.pack(channel.Tag.DATA, b"x"))
        filled.set()
        await go.wait()
        if how == "cut":
            socket.transport.abort()
        else:
            socket.transport.close()

    server.channel = handle
    async with serving(server):
        socket = await dial_channel(Route(f"http://127.0.0.1:{server.port}"), "abc")
        await asyncio.wait_for(filled.wait(), PATIENCE_S)
        assert not socket.is_gone()
        go.set()
        async with asyncio.timeout(PATIENCE_S):
            while not socket.is_gone():  # noqa: ASYNC110 - asked from time to time, as a terminal does
                await asyncio.sleep(0.01)
        await socket.close()
        assert socket.is_gone()


async def test_a_pass_that_is_refused() -> None:
    def refuse(socket: ServerConnection, _: Request) -> Response:
        return socket.respond(403, "no")

    async def never(_: ServerConnection) -> None:
        raise AssertionError

    async with serve(never, "127.0.0.1", 0, process_request=refuse) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with pytest.raises(InvalidStatus):
            await dial_channel(Route(f"http://127.0.0.1:{port}"), "abc")


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_back_off_is_bounded_and_spread(attempt: int, chance: float) -> None:
    assert 0 <= delay_s(attempt, chance) <= outbound.LONGEST_DELAY_S
    assert delay_s(attempt, 0.5) <= delay_s(attempt + 1, 0.5)
    assert delay_s(1, chance) <= outbound.FIRST_DELAY_S
