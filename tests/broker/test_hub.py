"""Who is connected, which channel is awaited, and the right to send the next head."""

from __future__ import annotations

import asyncio

import pytest

from agent.wire.channel import Exit, StreamDigest, Tag, pack, pack_exit
from agent.wire.frames import Challenge, ChannelRefused, CloseChannel, Hello, OpenChannel, Welcome, decode
from agent.wire.link import Link
from audit.canonical import b64
from broker.domain.refusal import Refused, Why
from broker.live import hub as hub_module
from broker.live import pipe as pipe_module
from broker.live.hub import PASS_LIFE_S, AgentLink, Hub
from broker.live.pipe import Pipe
from tests.doubles import MORNING, FakeChance

SALT = bytes(32)


class Timer:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Line:
    """The agent's end of a link, as text that arrived."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.came = asyncio.Event()

    async def __call__(self, text: str) -> None:
        self.heard.append(text)
        self.came.set()


class Socket:
    """An agent's channel socket in memory."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = list(messages)
        self.sent: list[bytes] = []
        self.closed = False

    async def send(self, message: bytes) -> None:
        self.sent.append(message)

    async def receive(self) -> bytes | None:
        return self.messages.pop(0) if self.messages else None

    async def close(self) -> None:
        self.closed = True


def linked(hub: Hub, line: Line, host: str = "h-1", tenant: str = "t-1") -> AgentLink:
    link = Link("broker", 0.0, nonce=b64(bytes(32)))
    hello = Hello(tenant, host, "1", "boot", "2026-11-10T08:00:00.000Z", 1, 0, "A" * 86)
    agent_end = Link("agent", 0.0)
    for text in link.to_send():
        agent_end.receive(text, 0.0)
    agent_end.events()
    agent_end.send(hello)
    for text in agent_end.to_send():
        link.receive(text, 0.0)
    link.events()
    link.send(Welcome("2026-11-10T08:00:00.000Z", 0))
    link.to_send()
    agent = AgentLink(tenant, host, link, line, 0, MORNING)
    hub.add(agent)
    return agent


def make_hub() -> tuple[Hub, Timer]:
    timer = Timer()
    return Hub(FakeChance(), monotonic=timer), timer


async def test_a_newer_link_takes_the_place_of_the_older() -> None:
    hub, _ = make_hub()
    old, new = linked(hub, Line()), linked(hub, Line())
    assert old.link.state == "closed"
    assert not hub.remove(old)
    assert hub.connected("h-1")
    assert hub.remove(new)
    assert not hub.connected("h-1")


async def test_an_unreachable_host_is_a_refusal() -> None:
    hub, _ = make_hub()
    with pytest.raises(Refused) as no:
        await hub.open_channel("h-1", "s-1", "c-1", kind="exec", params={}, salt=SALT)
    assert no.value.why is Why.HOST_UNREACHABLE
    assert not await hub.stop("h-1", "s-1", "stopped_by_ads", "p-1")
    with pytest.raises(Refused):
        async with hub.turn("h-1"):
            pass


async def dialled(hub: Hub, line: Line, socket: Socket, channel: str = "c-1") -> Pipe:
    """Open a channel while an agent dials back with the pass it was given."""
    line.came.clear()
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(
            hub.open_channel("h-1", "s-1", channel, kind="exec", params={"command": "x"}, salt=SALT)
        )
        await line.came.wait()
        order = decode(line.heard[-1])
        assert isinstance(order, OpenChannel)
        assert hub.expects(order.pass_)
        assert hub.arrive(order.pass_, Pipe(socket))
        assert not hub.arrive(order.pass_, Pipe(Socket()))  # once
    return opening.result()


async def test_a_channel_counts_what_both_ends_count() -> None:
    hub, _ = make_hub()
    line = Line()
    linked(hub, line)
    out = [pack(Tag.DATA, b"uscita\n"), pack(Tag.STDERR, b"guasto\n"), pack_exit(Exit(status=3))]
    pipe = await dialled(hub, line, Socket(*out))
    assert await pipe.read() == (Tag.DATA, b"uscita\n")
    assert await pipe.read() == (Tag.STDERR, b"guasto\n")
    assert await pipe.read() is None
    pipe.finish()
    digest = StreamDigest(SALT)
    digest.add(b"uscita\n")
    digest.add(b"guasto\n")
    assert pipe.exit == Exit(status=3)
    assert await hub.counted("s-1", "c-1") == (14, digest.hex)


async def test_a_channel_cut_off_has_no_count() -> None:
    hub, _ = make_hub()
    line = Line()
    linked(hub, line)
    pipe = await dialled(hub, line, Socket(pack(Tag.DATA, b"half")))
    while await pipe.read() is not None:
        pass
    pipe.finish()
    assert await hub.counted("s-1", "c-1") is None
    assert await hub.counted("s-1", "c-9") is None


class Slow(Socket):
    """One that holds back what the host said until it is let go."""

    def __init__(self, *messages: bytes) -> None:
        super().__init__(*messages)
        self.flows = asyncio.Event()

    async def receive(self) -> bytes | None:
        await self.flows.wait()
        return await super().receive()


async def relay(pipe: Pipe) -> None:
    """What the SSH front does with it, for a technician who reads nothing."""
    while await pipe.read() is not None:
        pipe.pause()
    pipe.finish()


OUT = (pack(Tag.DATA, b"una"), pack(Tag.DATA, b"due"), pack_exit(Exit(status=0)))


async def test_a_count_does_not_wait_for_a_technician_who_does_not_read() -> None:
    """The host says that the channel is over: the rest of it is counted, whoever has no room for it."""
    hub, _ = make_hub()
    line = Line()
    linked(hub, line)
    pipe = await dialled(hub, line, Socket(*OUT))
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(relay(pipe))
        for _ in range(100):
            await asyncio.sleep(0)
        assert pipe.exit is None, "he reads nothing: the host is not read either"
        assert await hub.counted("s-1", "c-1") is not None


async def test_a_stop_does_not_wait_for_a_technician_who_does_not_read() -> None:
    hub, _ = make_hub()
    line = Line()
    linked(hub, line)
    pipe = await dialled(hub, line, Socket(*OUT))
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        relaying = group.create_task(relay(pipe))
        await hub.stop("h-1", "s-1", "stopped_by_ads", "p-1")
        await relaying
    assert pipe.exit == Exit(status=0)


async def test_channels_that_end_together_share_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen sockets that say nothing more cost the agent's link one wait, not sixteen."""
    monkeypatch.setattr(hub_module, "COUNT_S", 1.0)
    hub, timer = make_hub()
    line = Line()
    linked(hub, line)
    slow = [Slow(*OUT) for _ in range(16)]
    pipes = [await dialled(hub, line, socket, f"c-{n}") for n, socket in enumerate(slow)]
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        relaying = [group.create_task(relay(pipe)) for pipe in pipes]
        assert await hub.counted("s-1", "c-0") is None
        timer.at = 1.0  # so long that took
        waited = asyncio.get_running_loop().time()
        for n in range(1, 16):
            assert await hub.counted("s-1", f"c-{n}") is None
        assert asyncio.get_running_loop().time() - waited < 15 * 1.0
        timer.at = 10.0  # and much later there is patience again
        slow[5].flows.set()
        assert await hub.counted("s-1", "c-5") is not None
        for socket in slow:
            socket.flows.set()
        await asyncio.wait(relaying)


async def test_a_pass_that_is_late_or_made_up_opens_nothing() -> None:
    hub, timer = make_hub()
    line = Line()
    linked(hub, line)
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(hub.open_channel("h-1", "s-1", "c-1", kind="exec", params={}, salt=SALT))
        await line.came.wait()
        order = decode(line.heard[-1])
        assert isinstance(order, OpenChannel)
        assert not hub.arrive("made-up", Pipe(Socket()))
        timer.at = PASS_LIFE_S + 1
        assert not hub.arrive(order.pass_, Pipe(Socket()))
        opening.cancel()


async def test_the_agents_no_reaches_the_technician() -> None:
    hub, _ = make_hub()
    line = Line()
    linked(hub, line)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        opening = group.create_task(_refused(hub))
        await line.came.wait()
        hub.refuse_channel("h-2", ChannelRefused("s-1", "c-1", "expired"))  # not the host that was asked
        hub.refuse_channel("h-1", ChannelRefused("s-1", "c-1", "session_ended"))
    assert opening.result().why is Why.SESSION_ENDED


async def _refused(hub: Hub) -> Refused:
    try:
        await hub.open_channel("h-1", "s-1", "c-1", kind="exec", params={}, salt=SALT)
    except Refused as no:
        return no
    raise AssertionError("it opened")


async def test_heads_are_sent_one_after_the_other() -> None:
    """The second proof starts at the head that the first turn sent."""
    hub, _ = make_hub()
    linked(hub, Line())
    order: list[int] = []

    async def one(size: int) -> None:
        async with hub.turn("h-1") as turn:
            order.append(turn.old_size)
            await asyncio.sleep(0)
            turn.agent.head_sent = size

    async with asyncio.TaskGroup() as group:
        group.create_task(one(5))
        group.create_task(one(9))
    assert order == [0, 5]


async def test_a_silent_link_is_pinged_and_then_dropped() -> None:
    hub, timer = make_hub()
    line = Line()
    agent = linked(hub, line)
    timer.at = 31
    await hub.tick()
    assert '"type":"ping"' in line.heard[-1]
    timer.at = 200
    await hub.tick()
    assert agent.link.state == "closed"


class Deaf(Line):
    """An agent that takes nothing it is sent."""

    async def __call__(self, text: str) -> None:
        await asyncio.Event().wait()


async def test_an_agent_that_takes_nothing_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own link ends; the others are pinged meanwhile, and whoever reads its socket is told to look."""
    monkeypatch.setattr(hub_module, "TAKEN_S", 1.0)
    hub, timer = make_hub()
    deaf = linked(hub, Deaf(), "h-1")
    woken: list[str] = []
    deaf.wake = lambda: woken.append("h-1")
    others = [Line() for _ in range(3)]
    for n, line in enumerate(others):
        linked(hub, line, f"h-{n + 2}")
    timer.at = 31
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(hub.tick())
        for line in others:
            await line.came.wait()
        assert deaf.link.state == "up", "not yet given up: the others did not wait for that"
    assert deaf.link.state == "closed"
    assert woken == ["h-1"]
    assert not await hub.stop("h-1", "s-1", "stopped_by_ads", "p-1")


def test_the_challenge_is_a_frame_like_any_other() -> None:
    assert decode(Link("broker", 0.0, nonce=b64(bytes(32))).to_send()[0]) == Challenge(b64(bytes(32)))


async def test_who_hangs_up_is_told_beside_the_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the channel itself the order would wait behind what he typed, which the process may never read."""
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.01)
    hub, _ = make_hub()
    line = Line()
    linked(hub, line)
    socket = Socket()
    pipe = await dialled(hub, line, socket)
    await pipe.hang_up()
    assert decode(line.heard[-1]) == CloseChannel("s-1", "c-1")
    assert socket.sent == []
    assert socket.closed


async def test_who_hangs_up_without_a_control_link_is_told_in_the_channel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.01)
    hub, _ = make_hub()
    line = Line()
    agent = linked(hub, line)
    socket = Socket()
    pipe = await dialled(hub, line, socket)
    hub.remove(agent)
    await pipe.hang_up()
    assert socket.sent == [pack(Tag.SIGNAL, b"HUP"), pack(Tag.EOF)]
    assert socket.closed


async def test_a_channel_that_takes_nothing_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuffed(Socket):
        async def send(self, message: bytes) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(pipe_module, "DRAIN_S", 0.01)
    socket = Stuffed()
    await asyncio.wait_for(Pipe(socket).hang_up(), 60)
    assert socket.closed
