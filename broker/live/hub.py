"""Which agent's link is where, and which channel is awaited: the one place that knows who is connected.

Holds running things only; a fact worth keeping is written by a case. One loop owns a hub.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from agent.task_group import TaskGroup
from agent.wire.frames import (
    CLOSE_SILENT,
    CLOSE_SUPERSEDED,
    ChannelRefused,
    CloseChannel,
    Frame,
    Head,
    Open,
    OpenChannel,
    Stop,
)
from agent.wire.link import Link
from agent.wire.refusals import REFUSALS
from agent.wire.transfers import Fact
from audit.canonical import b64
from broker.domain.refusal import Refused, Why
from broker.live.audience import Audience
from broker.live.file_facts import FileFacts
from broker.live.owed import Order, Owed
from broker.live.pipe import Pipe, Recorder
from broker.ports import Chance

PASS_LIFE_S = 30.0  # an agent dials back at once or not at all
PROBE_S = 2.0
TAKEN_S = 5.0  # for an agent to take what it is sent; its socket holds far more than all it is ever sent
COUNT_S = 5.0  # how long an agent's note may wait for the broker's own count
MAX_REMEMBERED_FILES = 512  # channels for files whose notes may still be on their way
MAX_REMEMBERED_COUNTS = 4096  # channels whose closing note may still be on its way
Send = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class AgentLink:
    """One agent's standing connection, from the broker's side."""

    tenant: str
    host: str
    link: Link
    send: Send
    head_sent: int
    last_seen: datetime
    log: str | None = None  # the origin of the last head it holds or was sent, where that is known
    probed: float = 0.0
    wake: Callable[[], None] = lambda: None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def flush(self) -> None:
        """Send what the machine has queued, in order, whoever queued it.

        `OSError` where the socket is gone, and where the agent takes nothing: its link ends then, for
        whoever else has something to say to it, or to others, would wait behind it.
        """
        try:
            async with asyncio.timeout(TAKEN_S), self.writing:
                for text in self.link.to_send():
                    await self.send(text)
        except TimeoutError as stuck:
            self.end(CLOSE_SILENT, "the agent does not take what it is sent")
            raise ConnectionError("the agent takes nothing") from stuck

    async def push(self, frame: Frame) -> None:
        self.link.send(frame)
        await self.flush()

    def end(self, code: int, reason: str) -> None:
        """Close the link; whoever reads its socket is woken to see it, for the agent may say nothing more."""
        self.link.close(code, reason)
        self.wake()


@dataclass(slots=True)
class Turn:
    """The right to send this agent the next head. `old_size`: the head it will hold by then, of `log`."""

    old_size: int
    agent: AgentLink

    @property
    def log(self) -> str | None:
        return self.agent.log

    async def send(self, frame: Open | Head, new_size: int) -> None:
        self.agent.head_sent = new_size
        head = frame.head if isinstance(frame, Open) else frame
        self.agent.log = head.checkpoint.partition("\n")[0]
        await self.agent.push(frame)


@dataclass(slots=True)
class _Awaited:
    host: str
    session: str
    channel: str
    pipe: asyncio.Future[Pipe]
    expires: float


class Hub:
    def __init__(self, chance: Chance, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._chance = chance
        self._monotonic = monotonic
        self._agents: dict[str, AgentLink] = {}
        self._awaited: dict[str, _Awaited] = {}
        self._counts: OrderedDict[tuple[str, str], asyncio.Future[tuple[int, str] | None]] = OrderedDict()
        self._files: OrderedDict[tuple[str, str], FileFacts] = OrderedDict()
        self._pipes: dict[tuple[str, str], Pipe] = {}
        self._counts_due: dict[str, float] = {}
        self._audiences: dict[str, Audience] = {}
        self.owed = Owed()
        self._seen: dict[str, tuple[str, datetime]] = {}  # host -> (tenant, when), until it is written down

    # ------------------------------------------------------------------------------------ links

    def add(self, agent: AgentLink) -> None:
        """A link is up; an older one of the same host gives way."""
        older = self._agents.get(agent.host)
        if older is not None:
            older.end(CLOSE_SUPERSEDED, "the agent has dialled anew")
        self._agents[agent.host] = agent

    def remove(self, agent: AgentLink) -> bool:
        """Whether it was still the host's current link."""
        if self._agents.get(agent.host) is agent:
            del self._agents[agent.host]
            return True
        return False

    def links(self) -> list[AgentLink]:
        return list(self._agents.values())

    def connected(self, host: str) -> bool:
        return host in self._agents

    def last_seen(self, host: str) -> datetime | None:
        """When the connected agent was last heard, or one that left a moment ago; None for any other."""
        agent = self._agents.get(host)
        if agent is not None:
            return agent.last_seen
        return self._seen[host][1] if host in self._seen else None

    def saw(self, tenant: str, host: str, at: datetime) -> None:
        """Keep this sign of life, once `take_seen` is asked."""
        self._seen[host] = (tenant, at)

    def saw_before(self, tenant: str, host: str, at: datetime) -> None:
        """The same, of what could not be written down: a later sign counts."""
        self._seen.setdefault(host, (tenant, at))

    def take_seen(self) -> dict[str, dict[str, datetime]]:
        """By tenant: the hosts with signs of life that are not written down yet, and when it was."""
        seen, self._seen = self._seen, {}
        found: dict[str, dict[str, datetime]] = {}
        for host, (tenant, at) in seen.items():
            found.setdefault(tenant, {})[host] = at
        return found

    def _agent(self, host: str) -> AgentLink:
        agent = self._agents.get(host)
        if agent is None:
            raise Refused(Why.HOST_UNREACHABLE)
        return agent

    async def push(self, host: str, frame: Frame) -> bool:
        """Send if connected; whether it was."""
        agent = self._agents.get(host)
        if agent is None:
            return False
        try:
            await agent.push(frame)
        except OSError:
            return False  # its socket broke in this moment; the link's end is about to be noticed
        return agent.link.state == "up"

    async def probe(self, host: str) -> float | None:
        """Seconds to this host and back, as the last ping took; asks anew, at most every other second.

        None where it is not known yet, or the host is away.
        """
        agent = self._agents.get(host)
        if agent is None:
            return None
        at = self._monotonic()
        found = agent.link.trip_s(at)
        if at >= agent.probed + PROBE_S:
            agent.probed = at
            agent.link.ping(at)
            await _send_queued(agent)
        return found

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        """Build and send a head with nobody in between: a proof starts at the head sent before it.

        >>> async with hub.turn(host) as turn:
        ...     frame = build_open(old_size=turn.old_size)
        ...     await turn.send(frame, new_size)

        `Refused` (host_unreachable) when the agent is not connected.
        """
        agent = self._agent(host)
        async with agent.turn:
            yield Turn(agent.head_sent, agent)

    async def stop(self, host: str, session: str, reason: str, by: str) -> bool:
        """Order the end; whether that could be sent, else it is `owed`. The agent's note tells the end itself."""
        return await self.end(host, session, Stop(session, reason, by))

    async def end(self, host: str, session: str, order: Order) -> bool:
        """The same by any order that ends it."""
        for pipe in self._pipes_of(session):
            pipe.hurry()
        sent = await self.push(host, order)
        if not sent:
            self.owed.owe(host, session, order)
        return sent

    def tell(self, session: str, sentence: str) -> None:
        """Say something to the technician, at each of his terminals that can show it."""
        for pipe in self._pipes_of(session):
            pipe.say(sentence)

    def _pipes_of(self, session: str) -> list[Pipe]:
        return [pipe for (of, _), pipe in self._pipes.items() if of == session]

    # --------------------------------------------------------------------------------- channels

    async def open_channel(
        self,
        host: str,
        session: str,
        channel: str,
        *,
        kind: str,
        params: dict[str, object],
        salt: bytes,
        recorder: Recorder | None = None,
        files: FileFacts | None = None,
    ) -> Pipe:
        """Ask the agent to dial back, and wait for it (at most 30 s).

        `Refused` when it is not connected, says no, or does not come.
        """
        agent = self._agent(host)
        secret = b64(self._chance.octets(32))
        key = _digest(secret)
        loop = asyncio.get_running_loop()
        awaited = _Awaited(host, session, channel, loop.create_future(), self._monotonic() + PASS_LIFE_S)
        self._awaited[key] = awaited
        self._remember(session, channel)
        try:
            await agent.push(OpenChannel(session, channel, kind, secret, params))
            async with asyncio.timeout(PASS_LIFE_S):
                pipe = await awaited.pipe
        except OSError as gone:  # TimeoutError is one
            raise Refused(Why.HOST_UNREACHABLE) from gone
        finally:
            self._awaited.pop(key, None)
        shown = kind not in {"files", "forward", "desktop"}
        self._begin(host, pipe, salt, recorder, files, shown=shown)
        match params:
            case {"cols": int(cols), "rows": int(rows)}:
                self.audience(session).resize(channel, cols, rows)
                if recorder is not None:
                    recorder.resize(cols, rows)
            case _:
                pass  # a command without a terminal has no window
        return pipe

    def _begin(
        self,
        host: str,
        pipe: Pipe,
        salt: bytes,
        recorder: Recorder | None,
        files: FileFacts | None,
        *,
        shown: bool,
    ) -> None:
        key = (pipe.session, pipe.channel)
        if files is not None:
            while len(self._files) >= MAX_REMEMBERED_FILES:
                self._files.popitem(last=False)
            self._files[key] = files
        order_close = partial(self.push, host, CloseChannel(*key))
        audience = self.audience(pipe.session) if shown else None
        pipe.begin(salt, audience, self._counts[key], order_close, recorder, files)
        self._pipes[key] = pipe
        self._counts[key].add_done_callback(lambda _: self._pipes.pop(key, None))

    def expects(self, secret: str) -> bool:
        """Whether a pass is one that an agent may come with now."""
        return _digest(secret) in self._awaited

    def arrive(self, secret: str, pipe: Pipe) -> bool:
        """An agent dialled back with this pass: once, in time, and from the host that was asked."""
        awaited = self._awaited.pop(_digest(secret), None)
        if awaited is None or awaited.pipe.done() or self._monotonic() > awaited.expires:
            return False
        pipe.name(awaited.session, awaited.channel)
        awaited.pipe.set_result(pipe)
        return True

    def refuse_channel(self, host: str, frame: ChannelRefused) -> None:
        """The agent will not dial back for this channel."""
        for awaited in self._awaited.values():
            same = (awaited.host, awaited.session, awaited.channel) == (host, frame.session, frame.channel)
            if same and not awaited.pipe.done():
                awaited.pipe.set_exception(_no(frame.reason))

    def _remember(self, session: str, channel: str) -> None:
        while len(self._counts) >= MAX_REMEMBERED_COUNTS:
            _, oldest = self._counts.popitem(last=False)
            if not oldest.done():
                oldest.set_result(None)
        self._counts[session, channel] = asyncio.get_running_loop().create_future()

    async def counted(self, session: str, channel: str) -> tuple[int, str] | None:
        """(bytes, salted digest) the broker counted of a finished channel; None if it could not.

        Waits, for the agent's note may come before the channel's last bytes; for all channels of a
        session that end together no longer than for one, because the agent's link waits meanwhile.
        """
        found = self._counts.get((session, channel))
        if found is None:
            return None
        if found.done():
            return found.result()
        pipe = self._pipes.get((session, channel))
        if pipe is not None:
            pipe.hurry()
        try:
            async with asyncio.timeout(self._patience(session)):
                count = await asyncio.shield(found)
        except TimeoutError:
            return None
        self._counts_due.pop(session, None)
        return count

    async def file_fact(self, session: str, channel: str, number: int) -> Fact | None:
        """What the broker saw of that file; None if it could not. Waits as `counted` does."""
        found = self._files.get((session, channel))
        return None if found is None else await found.fact(number, self._patience(session))

    def _patience(self, session: str) -> float:
        """Seconds that are left of one wait; a new one begins when the last is long over."""
        at = self._monotonic()
        due = self._counts_due.get(session)
        if due is None or at > due + COUNT_S:
            due = self._counts_due[session] = at + COUNT_S
        return max(0.0, due - at)

    # --------------------------------------------------------------------------------- audience

    def audience(self, session: str) -> Audience:
        """The session's live view, made on first use; `forget` it after the session's end."""
        if session not in self._audiences:
            self._audiences[session] = Audience()
        return self._audiences[session]

    def forget(self, session: str) -> None:
        self._counts_due.pop(session, None)
        for key in [key for key in self._files if key[0] == session]:
            del self._files[key]
        found = self._audiences.pop(session, None)
        if found is not None:
            found.close()

    # -------------------------------------------------------------------------------- the clock

    async def tick(self) -> None:
        """Pings and deadlines of every link, side by side; call it about once a second."""
        at = self._monotonic()
        async with TaskGroup() as group:
            for agent in self.links():
                deadline = agent.link.next_deadline()
                if deadline is not None and at >= deadline:
                    agent.link.tick(at)
                    group.create_task(_send_queued(agent))


async def _send_queued(agent: AgentLink) -> None:
    try:
        await agent.flush()
    except OSError:
        return  # gone in this moment: whoever reads its socket sees it


def _digest(secret: str) -> str:
    # What acts as a secret is held only hashed, so that no dump of this process's state opens a door.
    return hashlib.sha256(secret.encode()).hexdigest()


def _no(reason: str) -> Refused:
    """The agent's refusal code as ours; one that only agents give keeps the agent's own sentence."""
    try:
        return Refused(Why(reason))
    except ValueError:
        said = REFUSALS.get(reason)
        return Refused(Why.AGENT_REFUSED, it=said.it if said else reason, en=said.en if said else reason)
