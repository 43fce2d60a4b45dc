"""A shell or a command in a process of the session: bytes between its descriptors and the socket."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import struct
import termios
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from agent.channels import CLOSED, ChannelSocket, Outcome
from agent.channels.gate import Gate
from agent.channels.recorder import Recorder
from agent.task_group import TaskGroup
from agent.warden import Child
from agent.wire import channel as wire
from agent.wire.channel import Exit, StreamDigest, Tag
from agent.wire.frames import ProtocolError

DRAIN_S = 1.0  # silence after the process's end that a child of it may still fill
DRAIN_BYTES = 2 * 1024 * 1024  # more than a pipe or terminal can hold back: the rest is a chatty child
LAST_WORDS_S = 1.0  # for the socket to take what is under way when the session is cut
TYPED_AHEAD = 16  # messages of input kept while the process does not read
LOOK_EVERY_S = 0.5  # at the socket, while a process that reads nothing keeps us from reading it
HANG_UP = "HUP"  # by it the broker ends the channel of a technician who has gone
PIPE_BYTES = 256 * 1024  # of a command's pipes: four messages, so that it writes while one is sent


class Hold(Protocol):
    """What a channel may do to its process; the guardian does it."""

    async def signal(self, number: int, group: int) -> None: ...

    async def hang_up(self) -> None: ...


@dataclass(slots=True)
class _Patience:
    """What is still given, after the process's end, to children that hold its output open."""

    left_s: float = DRAIN_S
    left_bytes: int = DRAIN_BYTES


class Terminal:
    """One terminal or exec channel. `run` once; `cut` from outside ends it at once.

    While `gate` is shut nothing passes: output waits, and what is typed is lost, also what the process
    had not read by then.
    """

    def __init__(
        self, child: Child, socket: ChannelSocket, hold: Hold, salt: bytes, recorder: Recorder | None = None
    ) -> None:
        self._child = child
        self._socket = socket
        self._hold = hold
        self._is_pty = child.tty is not None
        self._digest = StreamDigest(salt)
        self._recorder = recorder
        self._in_bytes = 0
        self._sending = asyncio.Lock()
        self._echo = True
        self._cut = asyncio.Event()
        self._cut_alive = False  # the process was still running when the session was cut
        self._lost = asyncio.Event()  # the socket is gone
        self._typed: asyncio.Queue[tuple[int, bytes | None]] = asyncio.Queue(TYPED_AHEAD)  # the gate's turn
        self.gate = Gate()

    def cut(self) -> None:
        """The session has ended: nothing more in either direction but a segment's end and the exit."""
        self._cut_alive = not self._child.ended.done()
        self._cut.set()

    async def hang_up(self) -> None:
        """Whoever typed has gone: end the process, and send what it still says."""
        await self._hold.hang_up()

    async def run(self) -> Outcome:
        """Relay until the process ends, the technician goes, or the session is cut."""
        stdin, *outputs = self._child.descriptors if not self._is_pty else self._child.descriptors * 2
        tags = (Tag.DATA, Tag.STDERR)
        open_fds = set(self._child.descriptors)
        self._widen()
        try:
            async with TaskGroup() as group:
                pumps = [
                    group.create_task(self._pump(fd, tag)) for fd, tag in zip(outputs, tags, strict=False)
                ]
                others = [group.create_task(self._listen()), group.create_task(self._type(stdin, open_fds))]
                others.append(group.create_task(self._end_segments()))
                await self._until_over(group, pumps)
                for task in (*pumps, *others):
                    task.cancel()
        finally:
            for fd in open_fds:
                os.close(fd)
        return await self._last_word()

    def _widen(self) -> None:
        if not self._is_pty:
            for fd in self._child.descriptors:
                with contextlib.suppress(OSError):  # the account's share of pipe memory is used up
                    fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    async def _until_over(self, group: TaskGroup, pumps: list[asyncio.Task[None]]) -> None:
        """Return when the process has ended and its output is out, or socket or session are gone."""
        gone = group.create_task(_first(self._cut, self._lost))
        drained = group.create_task(_all(pumps))
        await asyncio.wait((gone, drained), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait((gone, self._child.ended), return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            # Let a message that is half in the socket get out whole: both ends then count the same.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S), self._sending:
                    pass
        if self._lost.is_set() and not self._cut.is_set():
            await self._hold.hang_up()
        gone.cancel()
        drained.cancel()

    async def _last_word(self) -> Outcome:
        if self._lost.is_set() and not self._cut.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2 * LAST_WORDS_S):
                    await asyncio.shield(self._child.ended)
        # Cut while it ran: the stop ended it, whatever status its dying shell still returned.
        whole = self._child.ended.done() and not self._cut_alive
        ended = self._child.ended.result() if whole else Exit(signal="KILL")
        with contextlib.suppress(TimeoutError, *CLOSED):
            async with asyncio.timeout(LAST_WORDS_S):
                if not self._lost.is_set():
                    rest = None if self._recorder is None else await self._recorder.end()
                    if rest is not None:
                        await self._socket.send(wire.pack_segment(rest, last=True))
                    await self._socket.send(wire.pack_exit(ended))
                await self._socket.close()
        return Outcome(self._in_bytes, self._digest.count_bytes, self._digest.hex, ended)

    # -------------------------------------------------------------------------- from the process

    async def _pump(self, fd: int, tag: Tag) -> None:
        patience = _Patience()
        while not self._cut.is_set() and patience.left_bytes > 0:
            await self.gate.passed()
            data = await self._read(fd, patience)
            if not data:
                return
            await self._send(tag, data)
            if self._child.ended.done():
                patience.left_bytes -= len(data)

    async def _read(self, fd: int, patience: _Patience) -> bytes:
        """Up to 64 KiB: all that is there. Empty at the end, or once the process ended and all is quiet."""
        gathered = bytearray()
        while len(gathered) < wire.MAX_PAYLOAD_BYTES:
            try:
                data = os.read(fd, wire.MAX_PAYLOAD_BYTES - len(gathered))
            except BlockingIOError:
                if gathered or not await _readable(fd, self._child.ended, patience):
                    break
                continue
            except OSError:  # EIO: the terminal's last holder closed it
                break
            if not data:
                break
            gathered += data
        return bytes(gathered)

    async def _send(self, tag: Tag, data: bytes) -> None:
        await self.gate.passed()
        async with self._sending:
            await self._tell_echo()
            if self._lost.is_set() or self._cut.is_set():
                return
            self._digest.add(data)
            await self._or_lost(self._socket.send(wire.pack(tag, data)))
            if self._recorder is not None:
                await self._recorder.feed(data, asyncio.get_running_loop().time())
            await self._end_segment()

    async def _end_segments(self) -> None:
        """Those that end by the clock, though nothing more is said."""
        while self._recorder is not None:
            await asyncio.sleep(LOOK_EVERY_S)
            async with self._sending:
                await self._end_segment()

    async def _end_segment(self) -> None:
        """If it is due; whoever calls holds `_sending`."""
        recorder, at_s = self._recorder, asyncio.get_running_loop().time()
        if recorder is not None and recorder.due(at_s) and not self._lost.is_set():
            await self._or_lost(self._socket.send(wire.pack_segment(recorder.cut(), last=False)))

    async def _tell_echo(self) -> None:
        """The masker at the other end must know when what is typed is not shown."""
        if not self._is_pty or self._cut.is_set():
            return
        try:
            flags = termios.tcgetattr(self._child.descriptors[0])[3]
        except termios.error:
            return
        # A password prompt reads lines without echo. A shell's line editor turns echo off too, but reads
        # signs one by one and shows them itself: what is typed there is meant to be seen.
        echo = not (flags & termios.ICANON and not flags & termios.ECHO)
        if echo != self._echo:
            self._echo = echo
            if self._recorder is not None:
                self._recorder.echo(on=echo)
            await self._or_lost(self._socket.send(wire.pack_echo(on=echo)))

    async def _or_lost(self, sending: Awaitable[None]) -> None:
        try:
            await sending
        except CLOSED:
            self._lost.set()

    # ------------------------------------------------------------------------ from the technician

    async def _listen(self) -> None:
        """Input, window and signals; a breach of the protocol is a peer to hang up on."""
        try:
            while True:
                tag, payload = wire.unpack(await self._socket.recv(), "broker")
                await self._obey(tag, payload)
        except (*CLOSED, ProtocolError):
            self._lost.set()

    async def _obey(self, tag: Tag, payload: bytes) -> None:
        match tag:
            case Tag.DATA if not self.gate.is_open:
                pass  # nobody watches what it would do
            case Tag.DATA:
                self._in_bytes += len(payload)
                await self._queue(payload)
            case Tag.EOF:
                await self._queue(None)
            case Tag.RESIZE:
                cols, rows = wire.read_resize(payload)
                if self._is_pty:
                    size = struct.pack("HHHH", rows, cols, 0, 0)
                    fcntl.ioctl(self._child.descriptors[0], termios.TIOCSWINSZ, size)
            case Tag.SIGNAL if not self.gate.is_open and wire.read_signal(payload) != HANG_UP:
                pass  # as what is typed
            case Tag.SIGNAL:
                number = signal.Signals["SIG" + wire.read_signal(payload)]
                await self._hold.signal(number, self._foreground())
            case _:
                pass  # `unpack` lets no other tag through from the broker

    async def _queue(self, typed: bytes | None) -> None:
        """Wait for room, and look meanwhile whether the socket still stands: nobody reads what lies behind."""
        turn = self.gate.turn
        while True:
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._typed.put((turn, typed))
                    return
            except TimeoutError:
                if typed is not None and turn != self.gate.turn:
                    return  # void, and whoever comes behind it is to be heard
                if self._socket.is_gone():
                    raise ConnectionResetError("the channel's socket is gone") from None

    def _foreground(self) -> int:
        """The process group a terminal's signal belongs to; 0: the channel's own."""
        if not self._is_pty:
            return 0
        try:
            return os.tcgetpgrp(self._child.descriptors[0])
        except OSError:
            return 0

    async def _type(self, fd: int, open_fds: set[int]) -> None:
        """Write input at the process's pace; a process that reads no more loses it."""
        while True:
            turn, data = await self._typed.get()
            if data is None:
                await self.gate.passed()
                if self._is_pty:
                    data = self._end_of_input(fd)
                else:
                    open_fds.discard(fd)
                    os.close(fd)
                    break
            elif turn != self.gate.turn:
                continue
            if self._is_pty and not self._sending.locked():  # else whoever sends has just told it
                async with self._sending:
                    await self._tell_echo()
            if not await _write(fd, data, self.gate):
                break
        while True:  # swallow the rest, so that signals behind it are still heard
            await self._typed.get()

    def _end_of_input(self, fd: int) -> bytes:
        """A terminal has no end of file but the sign for it, where lines are read as lines."""
        try:
            found = termios.tcgetattr(fd)
        except termios.error:
            return b""
        sign = found[6][termios.VEOF]
        return sign if found[3] & termios.ICANON and isinstance(sign, bytes) else b""


# ------------------------------------------------------------------------------------------- waiting


async def _ready(fd: int, watch: Callable[..., None], unwatch: Callable[[int], object]) -> None:
    waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    watch(fd, lambda: None if waiting.done() else waiting.set_result(None))
    try:
        await waiting
    finally:
        unwatch(fd)


async def _readable(fd: int, ended: asyncio.Future[Exit], patience: _Patience) -> bool:
    """Wait for something to read; False once the process has ended and patience with its children too."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(fd, lambda: None if ready.done() else ready.set_result(None))
    try:
        await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            since = loop.time()
            await asyncio.wait((ready,), timeout=patience.left_s)
            patience.left_s = max(0.0, patience.left_s - (loop.time() - since))
        return ready.done()
    finally:
        loop.remove_reader(fd)


async def _write(fd: int, data: bytes, gate: Gate) -> bool:
    """All of it, or up to where the gate is shut; False when the process takes no more."""
    loop = asyncio.get_running_loop()
    rest = memoryview(data)
    turn = gate.turn
    while rest and turn == gate.turn:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            await _ready(fd, loop.add_writer, loop.remove_writer)
        except OSError:
            return False
    return True


async def _first(*events: asyncio.Event) -> None:
    """Until one of them is set."""
    async with TaskGroup() as group:
        tasks = [group.create_task(event.wait()) for event in events]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.wait(tasks)
