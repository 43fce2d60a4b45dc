"""One SSH channel of a technician: a PTY shell or a command, joined to the host's channel.

No rule lives here: `join` (a case) decides, this moves bytes. Flow control both ways: the SSH
channel is paused while the agent's socket is full, and the agent is read only while SSH has room.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import Callable
from typing import Any, Protocol

import asyncssh

from agent.task_group import TaskGroup
from agent.wire import files_command
from agent.wire.channel import MAX_PAYLOAD_BYTES, SIGNALS, Exit, Tag
from agent.wire.frames import ProtocolError
from broker.bastion.window import FULL_BYTES, ROOM_BYTES
from broker.domain.refusal import Refused
from broker.live.nursery import Nursery
from broker.live.pipe import Pipe

REFUSED_STATUS = 254  # what ssh returns when Verbale says no; 255 is ssh's own
LOST_STATUS = 253  # nobody can tell any more how the command ended: the host's end vanished, or ours failed
HIGH_WATER = 1024 * 1024  # of what he has not taken
MAX_WAITING = 4096  # messages for the host: window sizes and signals beyond it fill memory and tell nothing
# Of a channel whose host's end is over: what both kernels may have held for a reader who did not read.
LEFT_BEHIND_BYTES = 16 * 1024 * 1024


class Join(Protocol):
    """Asks the case whether this channel may be opened, and opens it."""

    async def __call__(self, kind: str, params: dict[str, object]) -> Pipe: ...


class Shell(asyncssh.SSHServerSession[bytes]):
    def __init__(
        self,
        join: Join,
        sentence: Callable[[Refused], str],
        nursery: Nursery,
        name: str,
        closed: Callable[[], None],
    ) -> None:
        """`closed` is called once, when the technician's end of the channel is gone."""
        self._join = join
        self._sentence = sentence
        self._nursery = nursery
        self._name = name
        self._closed = closed
        self._chan: asyncssh.SSHServerChannel[bytes]
        self._pipe: Pipe | None = None
        self._kind = "terminal"
        self._params: dict[str, object] = {}
        self._to_agent: asyncio.Queue[tuple[Tag, bytes]] = asyncio.Queue()
        self._queued = 0
        self._gone = asyncio.Event()

    # ------------------------------------------------------------------ what asyncssh tells us

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._chan = chan
        chan.set_write_buffer_limits(high=HIGH_WATER)

    def pty_requested(self, term_type: str, term_size: Any, term_modes: Any) -> bool:
        cols, rows = _side(term_size[0], 80), _side(term_size[1], 24)
        self._params |= {"term": _term(term_type), "cols": cols, "rows": rows}
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        if files_command.is_about_files(command):  # never a shell's, whatever else the session may do
            self._kind = "files"
            self._params["files"] = command
            return True
        self._kind = "exec"
        self._params["command"] = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        if subsystem == files_command.SFTP:
            self._kind = "files"
            self._params["files"] = files_command.SFTP
        else:
            self._kind = "other"  # asked for in vain, and recorded
        return True

    def session_started(self) -> None:
        self._nursery.start(self._run(), f"ssh {self._name}")

    def data_received(self, data: bytes, datatype: int | None) -> None:
        for start in range(0, len(data), MAX_PAYLOAD_BYTES):
            self._queue(Tag.DATA, data[start : start + MAX_PAYLOAD_BYTES])

    def eof_received(self) -> bool:
        self._queue(Tag.EOF, b"")
        return True  # the other half stays open for what the host still says

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self._tell(Tag.RESIZE, struct.pack(">HH", _side(width, 80), _side(height, 24)))

    def signal_received(self, signal: str) -> None:
        if signal in SIGNALS:
            self._tell(Tag.SIGNAL, signal.encode())

    def break_received(self, msec: int) -> bool:
        self._tell(Tag.SIGNAL, b"INT")
        return True

    def pause_writing(self) -> None:
        if self._pipe is not None:
            self._pipe.pause()

    def resume_writing(self) -> None:
        if self._pipe is not None:
            self._pipe.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed()
        self._gone.set()
        self.resume_writing()  # nobody listens any more, but it is still counted

    def _tell(self, tag: Tag, payload: bytes) -> None:
        if self._to_agent.qsize() < MAX_WAITING:
            self._queue(tag, payload)

    def _queue(self, tag: Tag, payload: bytes) -> None:
        self._to_agent.put_nowait((tag, payload))
        self._queued += len(payload)
        if self._queued > FULL_BYTES:
            self._chan.pause_reading()

    # ------------------------------------------------------------------------------- the work

    async def _run(self) -> None:
        ended: Exit | None = None
        try:
            if self._kind in ("terminal", "exec"):
                self._params["env"] = self._chan.get_environment_bytes()
            pipe = self._pipe = await self._join(self._kind, self._params)
            pipe.say = self._say
            ended = await self._relay(pipe)
        except Refused as no:
            self._say(self._sentence(no))
            ended = Exit(status=REFUSED_STATUS)
        finally:
            self._leave(ended or Exit(status=LOST_STATUS))

    async def _relay(self, pipe: Pipe) -> Exit | None:
        """How the host's process ended; None if it could not tell."""
        try:
            async with TaskGroup() as both:
                upstream = both.create_task(self._technician_to_host(pipe))
                await self._host_to_technician(pipe)
                upstream.cancel()
        except* (OSError, ProtocolError):
            pass  # the agent's socket broke; the session's own end is the agent's to report
        finally:
            pipe.finish()
        return pipe.exit

    async def _technician_to_host(self, pipe: Pipe) -> None:
        """Until he is gone: then what he typed and nobody took is void, and his process ends."""
        async with TaskGroup() as group:
            typing = group.create_task(self._type(pipe))
            await self._gone.wait()
            typing.cancel()
        with contextlib.suppress(OSError):  # the host's end is gone too: what it said before is still counted
            await pipe.hang_up()

    async def _type(self, pipe: Pipe) -> None:
        try:
            while True:
                tag, payload = await self._to_agent.get()
                await pipe.send(tag, payload)
                self._queued -= len(payload)
                if self._queued <= ROOM_BYTES and not self._gone.is_set():
                    self._chan.resume_reading()
        except OSError:
            return  # the host takes nothing more; what it said before that is still to be read

    async def _host_to_technician(self, pipe: Pipe) -> None:
        while (message := await pipe.read()) is not None:
            if self._gone.is_set() or self._chan.is_closing():
                continue
            if self._chan.get_write_buffer_size() > LEFT_BEHIND_BYTES:
                continue
            tag, payload = message
            if tag is Tag.STDERR:
                self._chan.write_stderr(payload)
            else:
                self._chan.write(payload)

    def _say(self, sentence: str) -> None:
        if not self._gone.is_set() and not self._chan.is_closing():
            self._chan.write_stderr(sentence.replace("\n", "\r\n").encode() + b"\r\n")

    def _leave(self, ended: Exit) -> None:
        if self._gone.is_set() or self._chan.is_closing():
            return
        if ended.signal is not None:
            self._chan.exit_with_signal(ended.signal)
        else:
            self._chan.exit(ended.status or 0)


def _side(asked: int, otherwise: int) -> int:
    """A window side the wire can carry; ssh sends 0 where it does not know."""
    return min(asked, 10_000) if asked > 0 else otherwise


def _term(asked: str) -> str:
    plain = "".join(c for c in asked if c.isascii() and (c.isalnum() or c in "-._+"))
    return plain[:64] or "dumb"
