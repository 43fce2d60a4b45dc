"""The desk's door as a named pipe; Windows says who calls, once he has said something.

A server may take on a caller's identity only after it has read from him (ImpersonateNamedPipeClient), and
the pid that the pipe names is no proof of an account. So each caller is heard for a moment in a thread of
his own, and reaches the agent with his account known. The client lets itself be identified, never acted for.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import asyncio
import contextlib
import threading
from pathlib import Path

import pywintypes
import win32event
import win32file
import win32pipe
import win32security
import winerror

from agent.system.interface import Caller, NobodyListens, NotHeard
from agent.system.windows import api
from agent.system.windows.accounts import SYSTEM_SID, own_sid, sid_of_caller, sid_of_process
from agent.system.windows.spelling import pipe_name

MAX_CALLERS = 64
BUFFER_BYTES = 16 * 1024
HEAR_LIMIT_MS = 2000  # to say something
MAX_ANSWER_BYTES = 64 * 1024
# Local callers of any account, none from the network (whom PIPE_REJECT_REMOTE_CLIENTS keeps out, too); they
# may speak and read, not make a further instance of the pipe.
_WHO = "D:P(D;;GA;;;NU)(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;{own})(A;;0x0012019b;;;AU)"
_SQOS_IDENTIFICATION = 0x0010_0000 | 0x0001_0000  # SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION


class PipePeer:
    def __init__(self, pipe: int, caller: Caller, heard: bytes) -> None:
        self._pipe = pipe
        self.caller = caller
        self._heard = heard

    async def recv(self, most: int) -> bytes:
        data, self._heard = self._heard, b""
        return data or await asyncio.to_thread(_read, self._pipe, HEAR_LIMIT_MS)

    async def send(self, data: bytes) -> None:
        await asyncio.to_thread(_write, self._pipe, data)

    def turn_away(self, data: bytes) -> None:
        threading.Thread(target=_say_and_close, args=(self._pipe, data), daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(pywintypes.error):
            win32file.CloseHandle(self._pipe)


class PipeListener:
    """A thread waits for callers; they come out of `accept` in the order they spoke."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._who = win32security.SECURITY_ATTRIBUTES()
        self._who.SECURITY_DESCRIPTOR = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            _WHO.format(own=own_sid()), win32security.SDDL_REVISION_1
        )
        self._room = threading.Semaphore(MAX_CALLERS)
        self._loop = asyncio.get_running_loop()
        self._callers: asyncio.Queue[PipePeer] = asyncio.Queue()
        self._over = win32event.CreateEvent(None, True, False, None)
        self._next = self._instance(first=True)
        threading.Thread(target=self._wait, daemon=True).start()

    async def accept(self) -> PipePeer:
        return await self._callers.get()

    def close(self) -> None:
        win32event.SetEvent(self._over)

    def _instance(self, *, first: bool) -> int:
        """The first one fails where somebody else already listens under this name."""
        mode = win32pipe.PIPE_ACCESS_DUPLEX | win32file.FILE_FLAG_OVERLAPPED
        if first:
            mode |= win32pipe.FILE_FLAG_FIRST_PIPE_INSTANCE
        kind = win32pipe.PIPE_TYPE_BYTE | win32pipe.PIPE_WAIT | win32pipe.PIPE_REJECT_REMOTE_CLIENTS
        with api.as_oserror():
            return win32pipe.CreateNamedPipe(
                self._name, mode, kind, win32pipe.PIPE_UNLIMITED_INSTANCES, BUFFER_BYTES, BUFFER_BYTES, 0,
                self._who,
            )  # fmt: skip

    def _wait(self) -> None:
        while True:
            pipe = self._next
            has_come = win32event.CreateEvent(None, True, False, None)
            waiting = pywintypes.OVERLAPPED()
            waiting.hEvent = has_come
            try:
                if win32pipe.ConnectNamedPipe(pipe, waiting) == winerror.ERROR_IO_PENDING:
                    which = win32event.WaitForMultipleObjects(
                        [self._over, has_come], False, win32event.INFINITE
                    )
                    if which == win32event.WAIT_OBJECT_0:
                        win32file.CloseHandle(pipe)
                        return
            except pywintypes.error:
                pass  # he has gone again: hearing him says so
            self._room.acquire()
            threading.Thread(target=self._hear, args=(pipe,), daemon=True).start()
            try:
                self._next = self._instance(first=False)
            except OSError:
                return  # no room for one more, ever: whoever calls is told that nobody listens

    def _hear(self, pipe: int) -> None:
        try:
            heard = _read(pipe, HEAR_LIMIT_MS)
            caller = Caller(int(win32pipe.GetNamedPipeClientProcessId(pipe)), sid_of_caller(pipe))
        except (OSError, pywintypes.error):
            with contextlib.suppress(pywintypes.error):
                win32file.CloseHandle(pipe)
            return
        finally:
            self._room.release()
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(self._callers.put_nowait, PipePeer(pipe, caller, heard))


def _read(pipe: int, limit_ms: int) -> bytes:
    """Blocks. Empty when nothing more comes; `OSError` when nothing came in time."""
    done = win32event.CreateEvent(None, True, False, None)
    waiting = pywintypes.OVERLAPPED()
    waiting.hEvent = done
    buffer = win32file.AllocateReadBuffer(BUFFER_BYTES)
    try:
        win32file.ReadFile(pipe, buffer, waiting)
        if win32event.WaitForSingleObject(done, limit_ms) != win32event.WAIT_OBJECT_0:
            win32file.CancelIo(pipe)
            raise TimeoutError
        count = win32file.GetOverlappedResult(pipe, waiting, True)
    except pywintypes.error as wrong:
        if wrong.winerror == winerror.ERROR_BROKEN_PIPE:
            return b""
        raise ConnectionError(wrong.strerror) from wrong
    return bytes(buffer)[:count]


def _write(pipe: int, data: bytes) -> None:
    done = win32event.CreateEvent(None, True, False, None)
    waiting = pywintypes.OVERLAPPED()
    waiting.hEvent = done
    try:
        win32file.WriteFile(pipe, data, waiting)
        if win32event.WaitForSingleObject(done, HEAR_LIMIT_MS) != win32event.WAIT_OBJECT_0:
            win32file.CancelIo(pipe)
            raise TimeoutError
    except pywintypes.error as wrong:
        raise ConnectionError(wrong.strerror) from wrong


def _say_and_close(pipe: int, data: bytes) -> None:
    with contextlib.suppress(OSError):
        _write(pipe, data)
    with contextlib.suppress(pywintypes.error):
        win32file.CloseHandle(pipe)  # what was written can still be read at the other end


class NamedPipeDoor:
    def listen(self, state_dir: Path) -> PipeListener:
        return PipeListener(pipe_name(str(state_dir.absolute())))

    def ask(self, state_dir: Path, order: bytes, limit_s: float) -> bytes:
        answers: list[bytes | BaseException] = []
        name = pipe_name(str(state_dir.absolute()))

        def call() -> None:
            try:
                answers.append(_ask(name, order))
            except (OSError, NobodyListens, NotHeard) as wrong:
                answers.append(wrong)

        calling = threading.Thread(target=call, daemon=True)
        calling.start()
        calling.join(limit_s)
        if not answers:
            raise NotHeard
        if isinstance(answers[0], BaseException):
            raise answers[0]
        return answers[0]


def _ask(name: str, order: bytes) -> bytes:
    rights = win32file.GENERIC_READ | win32file.GENERIC_WRITE
    try:
        pipe = win32file.CreateFile(
            name, rights, 0, None, win32file.OPEN_EXISTING, _SQOS_IDENTIFICATION, None
        )
    except pywintypes.error as wrong:
        if wrong.winerror == winerror.ERROR_FILE_NOT_FOUND:
            raise NobodyListens from wrong
        if wrong.winerror == winerror.ERROR_PIPE_BUSY:
            raise NotHeard from wrong
        if wrong.winerror == winerror.ERROR_ACCESS_DENIED:
            raise PermissionError(13, wrong.strerror) from wrong
        raise NotHeard from wrong
    try:
        handle = int(pipe)
        # Whoever came first could have taken the name: an agent is the system's, or one's own.
        server = sid_of_process(int(win32pipe.GetNamedPipeServerProcessId(handle)))
        if server not in {SYSTEM_SID, own_sid()} and server is not None:
            raise NobodyListens
        win32file.WriteFile(handle, order)
        heard = b""
        while b"\n" not in heard and len(heard) < MAX_ANSWER_BYTES:
            heard += win32file.ReadFile(handle, BUFFER_BYTES)[1]
        return heard.split(b"\n", 1)[0]
    except pywintypes.error as wrong:
        raise NotHeard from wrong
    finally:
        pipe.Close()
