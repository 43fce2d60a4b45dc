"""The SSH front: who gets in, what he may open, what is recorded of the rest."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from agent.wire.frames import ChannelRefused as ChannelRefusedFrame
from audit.channel_records import ChannelRefused
from audit.person_records import AccessDenied
from broker import serve
from broker.api.refusals import sentence
from broker.bastion import doorstep, front
from broker.bastion.doorstep import Doorstep
from broker.live.nursery import Nursery
from broker.parts import Parts
from tests.broker.world import World
from tests.stories.telling import Story

SEED = b"technician".ljust(32, b".")  # of the key the world gives its technician


@pytest.fixture
async def story(parts: Parts) -> Story:
    return await Story.begin(await World.make(parts))


@pytest.fixture
async def port(story: Story) -> AsyncIterator[int]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    [listener] = serve.bind("127.0.0.1", 0)
    async with Nursery() as nursery, front.listening(story.parts, nursery, key, sentence, [listener]):
        yield listener.getsockname()[1]


def technicians_key() -> asyncssh.SSHKey:
    made = Ed25519PrivateKey.from_private_bytes(SEED)
    return asyncssh.import_private_key(
        made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    )


@asynccontextmanager
async def entered(
    port: int, session: str, key: asyncssh.SSHKeyPair
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    async with asyncssh.connect(
        "127.0.0.1", port, username=session, client_keys=[key], known_hosts=None, agent_path=None, config=None
    ) as connection:
        yield connection


async def denied(story: Story) -> list[tuple[str, str]]:
    found = [leaf.record for leaf in await story.leaves()]
    return [(one.what, one.reason) for one in found if isinstance(one, AccessDenied)]


async def until_some(ask: Callable[[], Awaitable[Any]], count: int = 1) -> None:
    async with asyncio.timeout(60):
        while len(await ask()) < count:  # noqa: ASYNC110 - asks the database
            await asyncio.sleep(0.1)


async def refused(story: Story) -> list[str]:
    found = [leaf.record for leaf in await story.leaves()]
    assert all(one.reason == "channel_not_granted" for one in found if isinstance(one, ChannelRefused))
    return [one.kind for one in found if isinstance(one, ChannelRefused)]


async def test_a_public_key_without_its_private_one_is_an_attempt(story: Story, port: int) -> None:
    session = await story.running()
    [right] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, right):
        pass
    [wrong] = asyncssh.load_keypairs([asyncssh.generate_private_key("ssh-ed25519")])
    wrong.public_data = right.public_data
    with pytest.raises(asyncssh.PermissionDenied):
        async with entered(port, session, wrong):
            pass
    await until_some(lambda: denied(story))
    await asyncio.sleep(0.3)  # whatever else would come
    assert await denied(story) == [("ssh", "not_recognised")]


async def forward(there: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelOpenError):
        await there.open_connection("127.0.0.1", 9)


async def listen(there: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelListenError):
        await there.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 9)


async def socket_forward(there: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelOpenError):
        await there.open_unix_connection("/run/docker.sock")


async def socket_listen(there: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelListenError):
        await there.start_unix_server(lambda: None, "/tmp/none.sock")


async def tunnel(there: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelOpenError):
        await there.open_tun()


async def network(there: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelOpenError):
        await there.open_tap()


async def unknown(there: asyncssh.SSHClientConnection) -> None:
    with pytest.raises(asyncssh.ChannelOpenError) as no:
        await there.create_tcp_channel()._open(b"console@example.org")
    assert no.value.code == asyncssh.OPEN_UNKNOWN_CHANNEL_TYPE


async def display_of_his(there: asyncssh.SSHClientConnection) -> None:
    """A channel that only a server opens, and only where X11 was forwarded."""
    with pytest.raises(asyncssh.ChannelOpenError):
        await there.create_tcp_channel()._open(b"x11")


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (forward, "forward"), (listen, "forward"), (socket_forward, "forward"), (socket_listen, "forward"),
        (tunnel, "other"), (network, "other"), (unknown, "other"), (display_of_his, "other"),
    ],
)  # fmt: skip
async def test_what_is_no_channel_here_is_refused_and_recorded(
    story: Story, port: int, ask: Callable[[asyncssh.SSHClientConnection], Awaitable[None]], kind: str
) -> None:
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, key) as there:
        await ask(there)
        await until_some(lambda: refused(story))
        assert await refused(story) == [kind]
    assert await story.findings() == []


@pytest.mark.parametrize(("subsystem", "kind"), [("sftp", "files"), ("netconf", "other")])
async def test_a_subsystem_is_recorded_as_what_it_is(
    story: Story, port: int, subsystem: str, kind: str
) -> None:
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, key) as there:
        process = await there.create_process(subsystem=subsystem, encoding=None)
        done = await process.wait()
        assert done.exit_status == 254
    assert await refused(story) == [kind]


async def test_a_program_that_asks_again_and_again_does_not_fill_the_log(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "MAX_TURNED_DOWN", 2)
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, key) as there:
        for _ in range(5):
            await forward(there)
        await until_some(lambda: refused(story), 2)
        await asyncio.sleep(0.3)  # whatever else would come
        assert await refused(story) == ["forward", "forward"]


async def test_a_command_that_does_not_fit_ends_with_a_sentence(story: Story, port: int) -> None:
    """Signs that JSON writes as six: 64 KiB of them as typed are six times that as kept."""
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, key) as there, asyncio.timeout(60):
        done = await there.run("\x01" * 65_000, encoding=None)
    assert done.exit_status == 254
    assert "più di quanto" in bytes(done.stderr or b"").decode()


async def test_a_fault_of_ours_ends_the_channel(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody's `ssh` hangs because something here is broken; the journal says what."""
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(front, "join_session", broken)
    async with entered(port, session, key) as there, asyncio.timeout(30):
        done = await there.run("true")
    assert done.exit_status == 253
    assert "a bug" in caplog.text


async def opening(story: Story, count: int) -> list[str]:
    """Channels for which the agent is awaited, which in this story never dials back."""
    while len(story.parts.hub._awaited) < count:  # noqa: ASYNC110 - the hub's own table
        await asyncio.sleep(0.01)
    return [one.channel for one in story.parts.hub._awaited.values()]


async def test_channels_are_counted_while_they_are_open(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One connection may open any number one after the other: only so many at once."""
    monkeypatch.setattr(front, "MAX_CHANNELS", 2)
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, key) as there, asyncio.timeout(60):
        for _ in range(4):
            process = await there.create_process(subsystem="netconf", encoding=None)
            await process.wait()
            await process.wait_closed()
        held = [await there.create_process(request_pty=False, command=None) for _ in range(2)]
        with pytest.raises(asyncssh.ChannelOpenError):
            await there.create_process(command="true")
        for channel in await opening(story, 2):
            story.parts.hub.refuse_channel(
                story.world.host.id, ChannelRefusedFrame(session, channel, "expired")
            )
        for process in held:
            assert (await process.wait()).exit_status == 254


# ------------------------------------------------------------------------------------ the doorstep


def banner(port: int) -> bytes:
    """What a stranger hears who connects and says nothing; empty where he is not let wait."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as one:
        return one.recv(3)


async def test_strangers_who_only_wait_are_bounded(story: Story, port: int) -> None:
    with ExitStack() as held:
        waiting = [
            held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            for _ in range(doorstep.WAITING_OF_ONE)
        ]
        for one in waiting:
            assert await asyncio.to_thread(one.recv, 3) == b"SSH"
        assert await asyncio.to_thread(banner, port) == b""
    async with asyncio.timeout(60):  # those are gone: there is room again
        while await asyncio.to_thread(banner, port) != b"SSH":  # noqa: ASYNC110 - asks the front
            await asyncio.sleep(0.1)
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, key):
        pass


async def test_whoever_is_known_waits_no_longer(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorstep, "WAITING_OF_ONE", 1)
    session = await story.running()
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with entered(port, session, key), entered(port, session, key), entered(port, session, key):
        pass


def test_an_address_and_its_network_share_a_place() -> None:
    step = Doorstep()
    for n in range(doorstep.WAITING_OF_ONE):
        assert step.enter(f"2001:db8:1:2::{n + 1:x}")
    assert not step.enter("2001:db8:1:2:ffff::1")
    assert step.enter("2001:db8:1:3::1")
    step.leave("2001:db8:1:2::1")
    assert step.enter("2001:db8:1:2:ffff::1")


def test_the_whole_doorstep_is_bounded_too() -> None:
    step = Doorstep()
    assert all(step.enter(f"192.0.2.{n}") for n in range(doorstep.WAITING))
    assert not step.enter("198.51.100.1")
    step.leave("192.0.2.0")
    assert step.enter("198.51.100.1")


# ------------------------------------------------------------------------------------ the host key


def test_the_host_key_is_whole_or_not_there(tmp_path: Path) -> None:
    made = front.host_key(tmp_path)
    path = tmp_path / front.HOST_KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == [front.HOST_KEY_FILE]
    assert front.host_key(tmp_path).get_fingerprint() == made.get_fingerprint()
    # A start that was interrupted while it wrote: the half does no harm.
    path.unlink()
    path.with_suffix(".new").write_bytes(b"-----BEGIN OPENSSH")
    assert front.host_key(tmp_path).get_fingerprint() != made.get_fingerprint()
    assert os.listdir(tmp_path) == [front.HOST_KEY_FILE]


async def test_nothing_is_sent_that_says_nothing(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No empty packet before each packet: it would cost every keystroke as much again."""
    heard: list[object] = []
    known = asyncssh.SSHClientConnection._packet_handlers
    listen = known[front.MSG_IGNORE]

    def count(connection: asyncssh.SSHConnection, *packet: Any) -> object:
        heard.append(type(connection))
        return listen(connection, *packet)

    monkeypatch.setitem(known, front.MSG_IGNORE, count)
    session = await story.running()
    async with entered(port, session, asyncssh.load_keypairs([technicians_key()])[0]) as there:
        with pytest.raises(asyncssh.ChannelListenError):
            await there.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 9)
    # This client is asyncssh too, and sends its own: both ends count here.
    assert asyncssh.SSHServerConnection in heard
    assert asyncssh.SSHClientConnection not in heard
