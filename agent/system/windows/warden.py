"""Holds one session's processes in their job: starts them, knows them, ends every one of them."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import asyncio
import contextlib
import ctypes
import os
import threading
import time
from asyncio.windows_utils import PipeHandle, pipe
from collections.abc import Callable
from ctypes import wintypes as w
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent import program
from agent.system.ends import Console, Ends
from agent.system.interface import Dead, GuardianMark, NotStarted, ProcessOrder
from agent.system.windows import api
from agent.system.windows.accounts import WindowsAccounts
from agent.system.windows.jobs import Job, PseudoConsole, create_process
from agent.system.windows.spelling import read_exit_code, size_line
from agent.system.windows.streams import PipeInput, PipeOutput
from agent.wire.channel import Exit

GRACE_S = 0.25
KILL_LIMIT_S = 3.0
HANG_UP_S = 0.5
LOOK_EVERY_S = 0.01
_BY_FORCE = frozenset({"ABRT", "KILL", "QUIT", "TERM"})


@dataclass(frozen=True, slots=True)
class JobChild:
    pid: int
    tty: str | None
    ended: asyncio.Future[Exit]
    job: Job
    console: PseudoConsole | RemoteConsole | None
    streams: Ends

    def ends(self) -> Ends:
        return self.streams


@dataclass(slots=True)
class _Handles:
    """The child's ends, closed once it has them or was not born."""

    theirs: list[int] = field(default_factory=list)

    def close(self) -> None:
        for handle in self.theirs:
            api.kernel32.CloseHandle(handle)
        self.theirs.clear()


class RemoteConsole:
    """The pseudo console of a program of another account, made by `console.py` under that account."""

    def __init__(self, control: PipeInput) -> None:
        self._control = control
        self._loop = asyncio.get_running_loop()

    def resize(self, cols: int, rows: int) -> None:
        self._control.write(size_line(cols, rows))

    def close(self) -> None:
        """From whichever thread. It hangs up when it hears no more."""
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile, and with it the pipe
            self._loop.call_soon_threadsafe(self._control.close)


class ConPty(Console):
    """Whether typing is shown lies in the console of the program, where another process cannot look."""

    def __init__(self, console: PseudoConsole | RemoteConsole) -> None:
        self._console = console

    def resize(self, cols: int, rows: int) -> None:
        self._console.resize(cols, rows)

    def shows_typing(self) -> bool | None:
        return None

    def foreground(self) -> int:
        return 0

    def end_of_input(self) -> bytes:
        return b"\x1a\r"  # Ctrl-Z on a line of its own


class JobWarden:
    def __init__(self, session: str, accounts: WindowsAccounts) -> None:
        self.session = session
        self._accounts = accounts
        self._job = Job(ends_with_us=True)
        self.dead: asyncio.Future[Dead] = asyncio.get_running_loop().create_future()
        self.mark = GuardianMark(os.getpid(), 0)
        self._children: dict[str, JobChild] = {}
        self._is_ending = False

    # -------------------------------------------------------------------------------------- starting

    async def start(self, channel: str, order: ProcessOrder) -> JobChild:
        if self._is_ending:
            raise NotStarted(3)
        handles, job = _Handles(), None
        try:
            job = Job(ends_with_us=False)
            match order.streams:
                case "pty":
                    child = await self._on_console(order, job, handles)
                case "pipes":
                    child = await self._on_pipes(order, job, handles)
                case _:
                    child = self._born(order, job, None, Ends(_Nothing(), (), None, _do_nothing))
        except OSError as wrong:
            if job is not None:
                job.close()
            raise NotStarted(wrong.errno or 11) from wrong
        finally:
            handles.close()
        self._children[channel] = child
        return child

    async def _on_console(self, order: ProcessOrder, job: Job, handles: _Handles) -> JobChild:
        if not self._accounts.is_ours(order.uid):
            return await self._on_remote_console(order, job, handles)
        stdin, stdout, (their_in, their_out) = await _pipes(handles)
        console = PseudoConsole(their_in, their_out, order.cols, order.rows)

        def close() -> None:
            stdin.close()
            stdout.close()

        try:
            return self._born(order, job, console, Ends(stdin, (stdout,), ConPty(console), close))
        except OSError:
            close()
            threading.Thread(target=console.close, daemon=True).start()
            raise

    async def _on_remote_console(self, order: ProcessOrder, job: Job, handles: _Handles) -> JobChild:
        stdin, stdout, (their_in, their_out) = await _pipes(handles)
        their_control, ours = pipe(overlapped=(False, True), duplex=True)
        handles.theirs.append(their_control)
        console = RemoteConsole(await PipeInput.of(PipeHandle(ours)))
        for handle in handles.theirs:
            os.set_handle_inheritable(handle, True)

        def close() -> None:
            stdin.close()
            stdout.close()

        size = (str(order.cols), str(order.rows))
        helper = _console(*size)
        told = replace(order, program=sys.executable, argv=(*helper, order.program, *order.argv))
        try:
            streams = (their_in, their_out, their_control)
            return self._born(told, job, streams, Ends(stdin, (stdout,), ConPty(console), close), console)
        except OSError:
            close()
            console.close()
            raise

    async def _on_pipes(self, order: ProcessOrder, job: Job, handles: _Handles) -> JobChild:
        stdin, stdout, (their_in, their_out) = await _pipes(handles)
        errors, their_errors = pipe(overlapped=(True, False))
        handles.theirs.append(their_errors)
        stderr = await PipeOutput.of(PipeHandle(errors))
        for handle in handles.theirs:
            os.set_handle_inheritable(handle, True)

        def close() -> None:
            for end in (stdin, stdout, stderr):
                end.close()

        try:
            streams = (their_in, their_out, their_errors)
            return self._born(order, job, streams, Ends(stdin, (stdout, stderr), None, close))
        except OSError:
            close()
            raise

    def _born(
        self,
        order: ProcessOrder,
        job: Job,
        streams: PseudoConsole | tuple[int, int, int] | None,
        ends: Ends,
        remote: RemoteConsole | None = None,
    ) -> JobChild:
        assert self._job.handle is not None, "nothing starts once it has ended"
        assert job.handle is not None, "made a moment ago"
        with self._accounts.token(order.uid) as token:
            process, pid = create_process(
                order.program,
                order.argv,
                dict(order.env),
                order.cwd if os.path.isdir(order.cwd) else os.environ.get("SYSTEMROOT", "C:\\"),
                jobs=(self._job.handle, job.handle),
                streams=streams,
                token=token,
                desktop="winsta0\\default" if token is not None else None,
            )
        console = streams if isinstance(streams, PseudoConsole) else remote
        ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        child = JobChild(pid, "conpty" if console is not None else None, ended, job, console, ends)
        loop = asyncio.get_running_loop()
        threading.Thread(target=_await_end, args=(process, child, loop), daemon=True).start()
        return child

    # ---------------------------------------------------------------------------------------- ending

    async def signal(self, channel: str, name: str, *, group: int = 0) -> None:
        child = self._children.get(channel)
        if child is None:
            return
        if name == "INT" and child.console is not None:
            child.streams.input.write(b"\x03")
        elif name == "HUP":
            await self.kill(channel)
        elif name in _BY_FORCE:
            child.job.kill()

    async def kill(self, channel: str) -> None:
        """A console that closes tells its programs to end (CTRL_CLOSE_EVENT); without one there is no asking."""
        child = self._children.get(channel)
        if child is None:
            return
        if child.console is None:
            child.job.kill()
            return
        _in_thread(child.console.close)
        asyncio.get_running_loop().call_later(HANG_UP_S, child.job.kill)

    def terminals(self) -> list[str]:
        return []  # a pseudo console is no desktop that a message could appear on

    def holds(self, pid: int) -> bool:
        return self._job.holds(pid)

    def end(self, grace_s: float = GRACE_S) -> None:
        if self._is_ending:
            self._job.kill()  # told again: there is no grace left
            return
        self._is_ending = True
        for child in self._children.values():
            if child.console is not None and not child.ended.done():
                _in_thread(child.console.close)
        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, self._bury, grace_s).add_done_callback(self._buried)

    def pulse(self, lease_s: float) -> None:
        """Nobody listens: the job ends with the agent, and not with one that was suspended."""

    def _bury(self, grace_s: float) -> Dead:
        _until(lambda: self._job.count() == 0, grace_s)
        forced = self._job.members()
        self._job.kill()
        is_over = _until(lambda: self._job.count() == 0, KILL_LIMIT_S)
        return Dead(forced, "none" if is_over else "some")

    def _buried(self, found: asyncio.Future[Dead]) -> None:
        if found.cancelled():
            return
        for child in self._children.values():
            if not child.ended.done():
                child.ended.set_result(Exit(signal="KILL"))
            child.job.close()
        self._children.clear()
        if not self.dead.done():
            self.dead.set_result(found.result())
        self._job.close()  # should one live on, it is ended now by the kernel, if it can be


def _console(*arguments: str) -> tuple[str, ...]:
    """The command line of `console.py`, which needs pywin32 and so the packages of this Python."""
    if program.is_packaged():
        return tuple(program.part("system/windows/console.py", *arguments))
    return sys.executable, "-I", str(Path(__file__).with_name("console.py")), *arguments


async def _pipes(handles: _Handles) -> tuple[PipeInput, PipeOutput, tuple[int, int]]:
    """Our ends of stdin and stdout, and theirs. Duplex as asyncio's own: so a write end hears of its end."""
    their_in, our_in = pipe(overlapped=(False, True), duplex=True)
    handles.theirs.append(their_in)
    stdin = await PipeInput.of(PipeHandle(our_in))
    our_out, their_out = pipe(overlapped=(True, False))
    handles.theirs.append(their_out)
    return stdin, await PipeOutput.of(PipeHandle(our_out)), (their_in, their_out)


def _await_end(process: int, child: JobChild, loop: asyncio.AbstractEventLoop) -> None:
    """In a thread. A console says that it has ended only when it is closed, so it is closed here."""
    api.kernel32.WaitForSingleObject(process, api.INFINITE)
    code = w.DWORD()
    api.kernel32.GetExitCodeProcess(process, ctypes.byref(code))
    api.kernel32.CloseHandle(process)

    def tell() -> None:
        if not child.ended.done():
            child.ended.set_result(read_exit_code(code.value))

    with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
        loop.call_soon_threadsafe(tell)
    if child.console is not None:
        child.console.close()


def _until(is_so: Callable[[], bool], limit_s: float) -> bool:
    until = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def _in_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _do_nothing() -> None:
    """There is nothing to close."""


class _Nothing:
    """The input of a process that has none."""

    def write(self, data: bytes | memoryview) -> int | None:
        return None

    async def room(self) -> None:
        """There never will be."""

    def close(self) -> None:
        """It is."""


class JobKeeper:
    def __init__(self, accounts: WindowsAccounts) -> None:
        self._accounts = accounts

    def hold(self, session: str) -> JobWarden:
        return JobWarden(session, self._accounts)

    def sweep(self, session: str, mark: GuardianMark) -> Dead:
        """The kernel ended all of it with the agent: the job's only handle was that agent's."""
        return Dead(frozenset(), "none")
