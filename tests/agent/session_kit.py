"""What the tests of the agent's session side share: an admitted session, a broker's end, fake clocks."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.admitted import Admitted, ApprovedBy
from agent.channels import ChannelSocket
from agent.clocks import SystemClocks
from agent.sessions import Sessions
from agent.wire import channel as wire
from agent.wire import frames
from agent.wire.channel import Tag
from audit.canonical import Value, b64
from audit.check_in import CheckIn
from audit.commitment import Opening
from audit.grant import Grant
from audit.keys import SigningKey
from audit.named_ports import NamedPort
from audit.policy import Policy, Tool
from audit.recording_rules import Ground, RecordingRules
from audit.recording_stream import MaskedStream, Seen, open_seen, stream_of
from audit.request import Request
from audit.statement_parts import Account, Activity, Channel, HostKey, Technician
from audit.watch import Call
from audit.witness import Head
from tests.audit.people import PAGE_KEY

T0 = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SALT = bytes(range(32))
RECORDING_SALT = bytes(range(32, 64))
RECORDER = SigningKey(b"recorder".ljust(32))
ORIGIN = "registro.localhost/t-1/2026"
ME = pwd.getpwuid(os.getuid()).pw_name
TEXTS = {
    "incident_text": "la stampante del banco non stampa i conti",
    "technician_name": "Tecnico 2",
    "organisation_name": "Fornitore Alfa",
}
APPROVED_BY = (ApprovedBy("p-2", "ads", "Anna Bianchi"),)
PATIENCE_S = 60.0  # for what real processes do on a busy machine; a broken agent never does it


# Processes are found by their session's name: tests that run side by side must not share names.
SESSION = f"s-{os.getpid():010d}"
SECOND = f"{SESSION}-2"


GROUND = Ground("no_employees", "Nota 1", "2026-09-01")


def admitted(
    *,
    session: str = SESSION,
    begin: datetime = T0,
    length_s: float = 3600,
    channels: tuple[Channel, ...] = (Channel("terminal"), Channel("exec")),
    tools: tuple[Tool, ...] = (),
    desk: str = "inform",
    offline: str = "end",
    account: str = ME,
    texts: Value = TEXTS,
    approved_by: tuple[ApprovedBy, ...] = APPROVED_BY,
    watched: bool = False,
    recording: bool = False,
    ports: tuple[NamedPort, ...] = (),
    environment: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
) -> Admitted:
    host, technician = HostKey("h-00000001", "k" * 43), Technician("p-1", "o-1", (), ())
    ends = begin + timedelta(seconds=length_s)
    request = Request(
        tenant="t-1", request="r-1", created=begin, host=host, technician=technician, incident="I-2026-0001",
        texts="0" * 64, activities=(Activity("LAN", "ASS"),), channels=channels, account=Account(account, False),
        not_before=begin, not_after=ends, longest_s=int(length_s) + 1, recording=recording, policy="0" * 64,
        head="", nonce=bytes(32),
    )  # fmt: skip
    grant = Grant(
        tenant="t-1", session=session, request=request.digest.hex(), approvals=(), host=host,
        technician=technician, channels=channels, account=Account(account, False), supervision="waived",
        watcher=None, not_before=begin, not_after=ends, longest_s=int(length_s) + 1, issued=begin, nonce=bytes(32),
    )  # fmt: skip
    policy = Policy(
        tenant="t-1", number=1, previous=None, channels=("terminal", "exec", "tool"), tools=tools, accounts=(),
        supervision="waivable", desk=desk, offline=offline, longest_s=7200, window_s=7200, approvals=1, witnesses=0,
        ports=ports, environment=environment,
        recording=RecordingRules("all", GROUND, GROUND, left_out) if left_out else None,
    )  # type: ignore[arg-type]  # fmt: skip
    check_in = None
    if watched:
        check_in = CheckIn(
            "t-1", session, request.digest.hex(), grant.digest.hex(), host, "p-2", PAGE_KEY.public.text, begin, ends
        )  # fmt: skip
    return Admitted(
        grant, request, (), approved_by, ends, Opening(bytes(32), texts), tools, policy, Head(1, bytes(32)), frozenset(), check_in
    )  # fmt: skip


class Clocks(SystemClocks):
    """The machine's clocks, which a test may push forward."""

    def __init__(self) -> None:
        self.wall_s = self.boot_extra_s = self.sleep_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.wall_s)

    def boot_s(self) -> float:
        return super().boot_s() + self.boot_extra_s

    def asleep_s(self) -> float:
        return super().asleep_s() + self.sleep_s


class Closed(ConnectionError):
    pass


class Line:
    """Both ends of one channel's socket, in memory. The agent holds it; the test is the broker.

    `room`: how many messages fit before the agent's `send` waits: a slow reader.
    """

    def __init__(self, room: int = 1000) -> None:
        self._to_agent: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._to_broker: asyncio.Queue[bytes] = asyncio.Queue(room)
        self.closed = asyncio.Event()
        self.out = bytearray()
        self.err = bytearray()
        self.in_order = bytearray()
        self.echo: list[bool] = []
        self.pictures = bytearray()
        self.segments: list[tuple[Seen, Seen]] = []  # as the host signed it, as a broker counts it
        # As a broker counts it: only once the host speaks of segments, for masking is slow.
        self._stream = MaskedStream("c-1", RECORDING_SALT)
        self._uncounted: list[bytes | bool] = []
        self.exit: wire.Exit | None = None
        self.eof = False

    # the agent's end

    async def send(self, message: bytes) -> None:
        if self.closed.is_set():
            raise Closed
        await self._to_broker.put(message)

    async def recv(self) -> bytes:
        message = None if self.closed.is_set() else await self._to_agent.get()
        if message is None:
            self.closed.set()
            raise Closed
        return message

    async def close(self) -> None:
        self.closed.set()
        self._to_agent.put_nowait(None)

    def is_gone(self) -> bool:
        return self.closed.is_set()

    # the broker's

    def type(self, data: bytes) -> None:
        for at in range(0, len(data), 65536):
            self._to_agent.put_nowait(wire.pack(Tag.DATA, data[at : at + 65536]))

    def tell(self, message: bytes) -> None:
        self._to_agent.put_nowait(message)

    def hang_up(self) -> None:
        self.closed.set()
        self._to_agent.put_nowait(None)

    async def read_one(self) -> bool:
        """Take one message; False for the last one."""
        tag, payload = wire.unpack(await self._to_broker.get(), "agent")
        match tag:
            case Tag.DATA:
                self.out += payload
                self.in_order += payload
                if not self.pictures:  # of a screen only those are kept
                    self._uncounted.append(payload)
            case Tag.SCREEN:
                if not self.pictures:
                    self._stream = stream_of("desktop", "c-1", RECORDING_SALT)
                self.pictures += payload
                self._uncounted.append(payload)
            case Tag.STDERR:
                self.err += payload
                self.in_order += payload
                self._uncounted.append(payload)
            case Tag.ECHO:
                self.echo.append(wire.read_echo(payload))
                self._uncounted.append(self.echo[-1])
            case Tag.SEGMENT:
                note, last = wire.read_segment(payload)
                counted = self._count(last=last)
                seen = open_seen(note, ORIGIN, "h-00000001", RECORDER.public)
                self.segments.append((seen, counted[1]))
            case Tag.EOF:
                self.eof = True
            case Tag.EXIT:
                self.exit = wire.read_exit(payload)
                return False
            case _:
                raise AssertionError(tag)
        return True

    def _count(self, *, last: bool) -> tuple[bytes, Seen, dict[str, int]]:
        for said in self._uncounted:
            if isinstance(said, bool):
                self._stream.echo(on=said)
            else:
                self._stream.feed(said)
        self._uncounted.clear()
        return self._stream.finish() if last else self._stream.cut()

    async def read_to_end(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while await self.read_one():
                pass

    async def read_until(self, words: bytes) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while words not in self.out:
                assert await self.read_one(), f"ended without {words!r}: {bytes(self.out[-500:])!r}"


@dataclass
class Broker:
    """What the agent told, and the sockets it dialled, by pass."""

    reports: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)
    room: int = 1000
    unreachable: bool = False
    calls: list[Call] = field(default_factory=list)

    def call_watcher(self, session: str, call: Call) -> None:
        self.calls.append(call)

    def report(
        self, kind: str, session: str | None, body: dict[str, Value], opening: Opening | None = None
    ) -> None:
        json.dumps(body)
        if opening is not None:
            assert opening.commitment in body.values()
            self.openings.append(opening)
        self.reports.append((kind, session, body))

    def channel_refused(self, session: str, channel: str, reason: str) -> None:
        self.refused.append((session, channel, reason))

    async def dial(self, pass_: str) -> ChannelSocket:
        if self.unreachable:
            raise ConnectionRefusedError
        self.lines[pass_] = Line(self.room)
        return self.lines[pass_]

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.reports]

    def body(self, kind: str) -> dict[str, Any]:
        return next(body for found, _, body in self.reports if found == kind)

    async def until(self, kind: str) -> dict[str, Any]:
        await eventually(lambda: kind in self.kinds())
        return self.body(kind)

    async def line(self, channel: str) -> Line:
        await eventually(lambda: channel in self.lines)
        return self.lines[channel]


async def eventually(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - watches processes and files from outside
            await asyncio.sleep(0.01)


def order(session: str, channel: str, kind: str, **params: Any) -> frames.OpenChannel:
    if kind == "exec":
        params.setdefault("command_salt", b64(bytes(32)))
    return frames.OpenChannel(
        session, channel, kind, channel, {"via": "ssh", "terminal": "192.0.2.7", **params}
    )


@dataclass
class House:
    """A running session side: `async with house(tmp_path) as h`."""

    sessions: Sessions
    broker: Broker
    clocks: Clocks
    state_dir: Path

    async def begin(self, **what: Any) -> str:
        """Open a session of an hour from now; returns once it has started."""
        found = admitted(begin=datetime.now(UTC), **what)
        await self.sessions.open(found, SALT)
        await self.broker.until("session.started")
        return found.grant.session

    def answer(self, session: str) -> None:
        """As the watcher's page answers the last call."""
        call = self.broker.calls[-1]
        self.sessions.answer(session, call.n, PAGE_KEY.sign(call.message))

    async def channel(self, session: str, kind: str, channel: str = "c-1", **params: Any) -> Line:
        await self.sessions.channel(order(session, channel, kind, **params))
        return await self.broker.line(channel)


def sign_segment(seen: Seen) -> bytes:
    return seen.sign(RECORDER, ORIGIN, "h-00000001")


@asynccontextmanager
async def house(state_dir: Path, **options: Any) -> AsyncIterator[House]:
    broker, clocks = Broker(), Clocks()
    options.setdefault("terminals", list)
    dial: Callable[[str], Awaitable[ChannelSocket]] = broker.dial
    async with Sessions(
        state_dir,
        clocks,
        report=broker.report,
        channel_refused=broker.channel_refused,
        dial_channel=dial,
        call_watcher=broker.call_watcher,
        sign_segment=sign_segment,
        **options,
    ) as sessions:
        yield House(sessions, broker, clocks, state_dir)
