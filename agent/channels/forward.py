"""A TCP port the customer's rules name: a connection from this host, its bytes relayed and counted, never looked at.

No child: nothing of the technician's runs here, the address is the customer's own, and the kernel closes the
connection with the agent, however it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from ipaddress import ip_address

from agent.channels import CLOSED, ChannelSocket, Outcome
from agent.channels.gate import Gate
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Exit, StreamDigest, Tag
from agent.wire.frames import ProtocolError

CONNECT_LIMIT_S = 8.0  # the technician's pass is good for 30 s
LAST_WORDS_S = 1.0
ROOM_S = 0.005  # its buffer holds megabytes
LOOK_EVERY_S = 0.5  # at the socket, while a target that takes nothing keeps us from reading it
MAX_ADDRESSES = 4  # of one name
_ITSELF = {"localhost": ("127.0.0.1", "::1")}  # no name server is asked for it


class PortUnreachable(Exception):
    """Nobody answers there, or the name leads to where it may not."""


async def connect(host: str, port: int) -> socket.socket:
    """A connection to what the policy names: its name is looked up once, and what was found is dialled."""
    try:
        async with asyncio.timeout(CONNECT_LIMIT_S):
            for address in await _addresses(host):
                found = await _dial(address, port)
                if found is not None:
                    return found
    except (TimeoutError, OSError, ValueError) as wrong:
        raise PortUnreachable(str(wrong)) from wrong
    raise PortUnreachable("nobody answers there")


async def _addresses(host: str) -> list[str]:
    if host in _ITSELF:
        return list(_ITSELF[host])
    with contextlib.suppress(ValueError):
        return [str(ip_address(host))]
    lines = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys(str(line[4][0]) for line in lines))
    # A name that whoever runs the name server turns on this host itself is not the place the customer named.
    return [address for address in found if not _here(address)][:MAX_ADDRESSES]


def _here(address: str) -> bool:
    found = ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast


async def _dial(address: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(made, (address, port))
    except OSError:
        made.close()
        return None
    except BaseException:
        made.close()
        raise
    return made


class Forward:
    """One forward channel. `run` once; `cut` from outside ends it at once.

    While `gate` is shut the target's bytes wait. What the technician sends then is void, and so is what the
    target had not taken: a stream with a hole in it is no stream, so the connection ends.
    """

    def __init__(self, target: socket.socket, channel: ChannelSocket, salt: bytes) -> None:
        self._target = target
        self._socket = channel
        self._digest = StreamDigest(salt)
        self._in_bytes = 0
        self._sending = asyncio.Lock()
        self._over = asyncio.Event()
        self._how = Exit(status=0)
        self._lost = False
        self._said_all: set[str] = set()  # of technician and target
        self.gate = Gate()

    def cut(self) -> None:
        """The session has ended: nothing more in either direction."""
        self._end(Exit(signal="KILL"))

    async def hang_up(self) -> None:
        """Whoever used it has gone."""
        self._end(Exit(signal="HUP"))

    def _end(self, how: Exit) -> None:
        if not self._over.is_set():
            self._how = how
            self._over.set()
            with contextlib.suppress(OSError):  # closed from the other end before
                self._target.shutdown(socket.SHUT_RDWR)

    def _all_said(self, who: str) -> None:
        self._said_all.add(who)
        if len(self._said_all) == 2:
            self._end(Exit(status=0))

    async def run(self) -> Outcome:
        """Relay until both sides have said all, one of them is gone, or the session is cut."""
        try:
            async with TaskGroup() as group:
                both = group.create_task(self._up()), group.create_task(self._down())
                await self._over.wait()
                with contextlib.suppress(TimeoutError):  # a message half in the socket gets out whole
                    async with asyncio.timeout(LAST_WORDS_S), self._sending:
                        pass
                for task in both:
                    task.cancel()
        finally:
            self._target.close()
        with contextlib.suppress(TimeoutError, *CLOSED):
            async with asyncio.timeout(LAST_WORDS_S):
                if not self._lost:
                    await self._socket.send(wire.pack_exit(self._how))
                await self._socket.close()
        return Outcome(self._in_bytes, self._digest.count_bytes, self._digest.hex, self._how)

    # ---------------------------------------------------------------------------- from the target

    async def _down(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self.gate.passed()
            try:
                data = await loop.sock_recv(self._target, wire.MAX_PAYLOAD_BYTES)
            except OSError:
                self._end(Exit(signal="HUP"))
                return
            await self.gate.passed()
            await self._send(Tag.DATA if data else Tag.EOF, data)
            if not data:
                self._all_said("target")
                return

    async def _send(self, tag: Tag, data: bytes) -> None:
        async with self._sending:
            if self._over.is_set():
                return
            self._digest.add(data)
            try:
                await self._socket.send(wire.pack(tag, data))
            except CLOSED:
                self._lose()

    def _lose(self) -> None:
        self._lost = True
        self._end(Exit(signal="HUP"))

    # ------------------------------------------------------------------------ from the technician

    async def _up(self) -> None:
        """Input and its end; a breach of the protocol is a peer to hang up on."""
        try:
            while True:
                tag, payload = wire.unpack(await self._socket.recv(), "broker")
                if tag is Tag.EOF:
                    self._target.shutdown(socket.SHUT_WR)
                    self._all_said("technician")
                elif tag is Tag.DATA and not await self._write(payload):
                    self._end(Exit(signal="HUP"))
                    return
        except (*CLOSED, ProtocolError):
            self._lose()

    async def _write(self, data: bytes) -> bool:
        """All of it; False when the target takes no more, or the gate was shut meanwhile."""
        turn, rest = self.gate.turn, memoryview(data)
        self._in_bytes += len(data)
        while rest:
            if turn != self.gate.turn or not self.gate.is_open:
                return False
            try:
                rest = rest[self._target.send(rest) :]
            except BlockingIOError:
                await self._room()
            except OSError:
                return False
        return True

    async def _room(self) -> None:
        """A moment, for who takes slowly: not every system's loop tells when a socket has room again."""
        await asyncio.sleep(ROOM_S)
        if self._socket.is_gone():
            raise ConnectionResetError("the channel's socket is gone")
