"""A shell or a command in a process of the session: bytes between its descriptors and the socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from agent.channels import CLOSED, ChannelSocket, Outcome
from agent.channels.gate import Gate
from agent.channels.last_word import Hold, exit_of, say_exit, until_over
from agent.channels.recorder import Recorder
from agent.system.ends import Console, Ends, Input, Output
from agent.system.interface import Child
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Exit, StreamDigest, Tag
from agent.wire.frames import ProtocolError

DRAIN_S = 1.0  # silence after the process's end that a child of it may still fill
DRAIN_BYTES = 2 * 1024 * 1024  # more than a pipe or terminal can hold back: the rest is a chatty child
FEW_BYTES = 256  # read at once: no more is there
TYPED_AHEAD = 16  # messages of input kept while the process does not read
LOOK_EVERY_S = 0.5  # at the socket, while a process that reads nothing keeps us from reading it
HANG_UP = "HUP"  # by it the broker ends the channel of a technician who has gone


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
        self._console: Console | None = None
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
        ends = self._child.ends()
        self._console = ends.console
        try:
            async with TaskGroup() as group:
                pumps = [
                    group.create_task(self._pump(output, tag))
                    for output, tag in zip(ends.outputs, (Tag.DATA, Tag.STDERR), strict=False)
                ]
                others = [group.create_task(self._listen()), group.create_task(self._type(ends))]
                others.append(group.create_task(self._end_segments()))
                drained = group.create_task(_all(pumps))
                await until_over(self._child, self._hold, self._sending, self._cut, self._lost, drained)
                for task in (drained, *pumps, *others):
                    task.cancel()
        finally:
            ends.close()
        return await self._last_word()

    async def _last_word(self) -> Outcome:
        ended = await exit_of(self._child, self._cut, self._lost, killed=self._cut_alive)
        await say_exit(self._socket, self._lost, ended, self._last_segment)
        return Outcome(self._in_bytes, self._digest.count_bytes, self._digest.hex, ended)

    async def _last_segment(self) -> bytes | None:
        rest = None if self._recorder is None else await self._recorder.end()
        return None if rest is None else wire.pack_segment(rest, last=True)

    # -------------------------------------------------------------------------- from the process

    async def _pump(self, output: Output, tag: Tag) -> None:
        patience = _Patience()
        while not self._cut.is_set() and patience.left_bytes > 0:
            await self.gate.passed()
            data = await self._read(output, patience)
            if not data:
                return
            await self._send(tag, data)
            if self._child.ended.done():
                patience.left_bytes -= len(data)

    async def _read(self, output: Output, patience: _Patience) -> bytes:
        """Up to 64 KiB: all that is there. Empty at the end, or once the process ended and all is quiet."""
        gathered = bytearray()
        while len(gathered) < wire.MAX_PAYLOAD_BYTES:
            data = output.read(wire.MAX_PAYLOAD_BYTES - len(gathered))
            if data is None:
                if gathered or not await _readable(output, self._child.ended, patience):
                    break
                continue
            if not data:
                break
            gathered += data
            if len(data) < FEW_BYTES:  # a key's echo, most often: whatever comes behind it wakes us again
                break
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
        if self._console is None or self._cut.is_set():
            return
        echo = self._console.shows_typing()
        if echo is not None and echo != self._echo:
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
                if self._console is not None:
                    self._console.resize(cols, rows)
            case Tag.SIGNAL if not self.gate.is_open and wire.read_signal(payload) != HANG_UP:
                pass  # as what is typed
            case Tag.SIGNAL:
                group = 0 if self._console is None else self._console.foreground()
                await self._hold.signal(wire.read_signal(payload), group)
            case _:
                pass  # `unpack` lets no other tag through from the broker

    async def _queue(self, typed: bytes | None) -> None:
        """Wait for room, and look meanwhile whether the socket still stands: nobody reads what lies behind."""
        turn = self.gate.turn
        while True:
            try:
                if self._typed.full():
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._typed.put((turn, typed))
                else:
                    self._typed.put_nowait((turn, typed))
                return
            except TimeoutError:
                if typed is not None and turn != self.gate.turn:
                    return  # void, and whoever comes behind it is to be heard
                if self._socket.is_gone():
                    raise ConnectionResetError("the channel's socket is gone") from None

    async def _type(self, ends: Ends) -> None:
        """Write input at the process's pace; a process that reads no more loses it."""
        while True:
            turn, data = await self._typed.get()
            if data is None:
                await self.gate.passed()
                if self._console is not None:
                    data = self._console.end_of_input()
                else:
                    ends.input.close()
                    break
            elif turn != self.gate.turn:
                continue
            if (
                self._console is not None and not self._sending.locked()
            ):  # else whoever sends has just told it
                async with self._sending:
                    await self._tell_echo()
            if not await _write(ends.input, data, self.gate):
                break
        while True:  # swallow the rest, so that signals behind it are still heard
            await self._typed.get()


# ------------------------------------------------------------------------------------------- waiting


async def _readable(output: Output, ended: asyncio.Future[Exit], patience: _Patience) -> bool:
    """Wait for something to read, or the process's end; once it has ended, False when patience with its
    children has too."""
    ready = output.ready()
    try:
        if ended.done():
            loop = asyncio.get_running_loop()
            since = loop.time()
            await asyncio.wait((ready,), timeout=patience.left_s)
            patience.left_s = max(0.0, patience.left_s - (loop.time() - since))
            return ready.done()

        def over(_: asyncio.Future[Exit]) -> None:
            if not ready.done():
                ready.set_result(None)

        ended.add_done_callback(over)  # not `asyncio.wait` for both: it costs a keystroke a turn of the loop
        try:
            await ready
        finally:
            ended.remove_done_callback(over)
        return True
    finally:
        output.unready()


async def _write(into: Input, data: bytes, gate: Gate) -> bool:
    """All of it, or up to where the gate is shut; False when the process takes no more."""
    rest = memoryview(data)
    turn = gate.turn
    while rest and turn == gate.turn:
        taken = into.write(rest)
        if taken is None:
            return False
        rest = rest[taken:]
        if taken == 0:
            await into.room()
    return True


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.wait(tasks)
