"""`ssh -L` at the front: the host's end first, then the technician's; nothing lost, nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncssh
import pytest

from agent.wire.channel import Exit, Tag, pack, pack_exit
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from broker import serve
from broker.api.refusals import sentence
from broker.bastion import front
from broker.cases.change_policy import begin_policy
from broker.domain.refusal import Refused, Why
from broker.live import pipe as pipe_module
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe
from broker.parts import Parts
from tests.broker.test_front import entered, refused, technicians_key, until_some
from tests.broker.test_session_ws import Host, begun
from tests.broker.world import ACCOUNT, DRAFT, World
from tests.stories.telling import Story, wish

RDP = NamedPort("rdp", "localhost", 3389)


@pytest.fixture
async def story(parts: Parts) -> Story:
    found = await Story.begin(await World.make(parts))
    accounts = ((found.world.host.id, ACCOUNT),)
    draft = replace(DRAFT, channels=("terminal", "forward"), accounts=accounts, ports=(RDP,), witnesses=0)
    await found.world.titolare.sign(await begin_policy(parts, found.world.titolare.who, draft))
    await found.agent.obey()
    return found


@pytest.fixture
async def port(story: Story, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.1)
    key = asyncssh.generate_private_key("ssh-ed25519")
    [listener] = serve.bind("127.0.0.1", 0)
    async with Nursery() as nursery, front.listening(story.parts, nursery, key, sentence, [listener]):
        yield listener.getsockname()[1]


def hosts(monkeypatch: pytest.MonkeyPatch, *ends: Host) -> list[tuple[asyncio.Future[Any], list[str]]]:
    """Each channel asked for finds the next of these at the host."""
    waiting, told = list(ends), []

    async def open_channel(parts: Parts, joined: Any, kind: str, params: dict[str, object]) -> Pipe:
        assert (kind, joined.params["port"], params) == ("forward", "rdp", {})
        pipe, count, ordered = begun(waiting.pop(0))
        told.append((count, ordered))
        return pipe

    monkeypatch.setattr(front, "open_channel", open_channel)
    return told


async def test_what_a_target_says_first_is_heard_each_time(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pack(Tag.DATA, b"220 pronto\r\n")
    told = hosts(monkeypatch, *(Host(first, pack(Tag.EOF), pack_exit(Exit(status=0))) for _ in range(30)))
    session = await story.running(asked=wish(Channel("forward", port=RDP)))
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with asyncio.timeout(60), entered(port, session, key) as there:
        for number in range(30):
            reader, writer = await there.open_connection("localhost", 3389, encoding=None)
            assert await reader.read() == b"220 pronto\r\n"
            assert await told[number][0] is not None
            writer.close()


async def test_both_ways_and_both_ends(story: Story, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host()
    told = hosts(monkeypatch, host)
    session = await story.running(asked=wish(Channel("forward", port=RDP)))
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with asyncio.timeout(60), entered(port, session, key) as there:
        _, writer = await there.open_connection("rdp", 0, encoding=None)
        writer.write(bytes(200_000))
        writer.write_eof()
        while not host.sent or host.sent[-1] != pack(Tag.EOF):  # noqa: ASYNC110 - looks from outside
            await asyncio.sleep(0.01)
        assert sum(len(one) - 1 for one in host.sent) == 200_000
        assert told[0][1] == []
        writer.close()
        while told[0][1] != ["close"]:  # noqa: ASYNC110 - looks from outside
            await asyncio.sleep(0.01)
    assert story.parts.hub.audience(session).channels() == [], "nobody is shown what passes"


async def test_a_technician_who_goes_ends_it(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hosts(monkeypatch, Host())
    session = await story.running(asked=wish(Channel("forward", port=RDP)))
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with asyncio.timeout(60):
        async with entered(port, session, key) as there:
            await there.open_connection("localhost", 3389, encoding=None)
            there.abort()
        while told[0][1] != ["close"]:  # noqa: ASYNC110 - looks from outside
            await asyncio.sleep(0.01)


async def test_a_no_is_said_and_recorded(story: Story, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await story.running(asked=wish(Channel("forward", port=RDP)))
    [key] = asyncssh.load_keypairs([technicians_key()])

    async def nobody(*_: object) -> Pipe:
        raise Refused(Why.HOST_UNREACHABLE)

    monkeypatch.setattr(front, "open_channel", nobody)
    monkeypatch.setattr(front, "MAX_CHANNELS", 1)
    async with asyncio.timeout(60), entered(port, session, key) as there:
        for _ in range(3):  # what was refused takes no place
            with pytest.raises(
                asyncssh.ChannelOpenError, match=sentence(Refused(Why.HOST_UNREACHABLE)).split("\n")[0][:20]
            ):
                await there.open_connection("localhost", 3389, encoding=None)
        with pytest.raises(asyncssh.ChannelOpenError, match="autorizzato"):
            await there.open_connection("localhost", 22, encoding=None)
        await until_some(lambda: refused(story))
        assert await refused(story) == ["forward"]


async def test_a_connection_that_holds_nothing_ends_with_its_session(
    story: Story, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "LOOK_EVERY_S", 0.05)
    session = await story.running(asked=wish(Channel("forward", port=RDP)))
    [key] = asyncssh.load_keypairs([technicians_key()])
    async with asyncio.timeout(60), entered(port, session, key) as there:
        await asyncio.sleep(0.2)
        assert not there.is_closed()
        await story.stop_signed(session)
        await there.wait_closed()
