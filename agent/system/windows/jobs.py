"""A session's processes in a job object: nothing leaves it, and it ends with the agent that holds it.

The job is what the guardian is on other systems. Its only handle is the agent's, so that the kernel kills
whatever is in it when the agent dies, however it dies. Each channel has a job of its own inside that of
the session. Processes are in both from their first instruction (PROC_THREAD_ATTRIBUTE_JOB_LIST), and may
not break away.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import threading
from ctypes import wintypes as w

from agent.system.windows import api
from agent.system.windows.spelling import KILLED, command_line, environment_block


class Job:
    def __init__(self, *, ends_with_us: bool) -> None:
        self.handle: int | None = api.kernel32.CreateJobObjectW(None, None)
        api.check(self.handle or 0)
        if ends_with_us:
            limits = api.JOBOBJECT_EXTENDED_LIMIT_INFORMATION()
            limits.BasicLimitInformation.LimitFlags = api.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
            try:
                api.check(
                    api.kernel32.SetInformationJobObject(
                        self.handle, api.JOB_EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
                    )
                )
            except OSError:
                self.close()
                raise

    def kill(self) -> None:
        if self.handle is not None:
            api.kernel32.TerminateJobObject(self.handle, KILLED)

    def count(self) -> int:
        """Its living processes; 0 once it is closed, when the kernel has ended them."""
        found = api.JOBOBJECT_BASIC_ACCOUNTING_INFORMATION()
        if self.handle is None or not api.kernel32.QueryInformationJobObject(
            self.handle, api.JOB_ACCOUNTING, ctypes.byref(found), ctypes.sizeof(found), None
        ):
            return 0
        return int(found.ActiveProcesses)

    def members(self) -> frozenset[int]:
        """Pids, of the first thousand."""
        found = api.JOBOBJECT_BASIC_PROCESS_ID_LIST()
        if self.handle is None:
            return frozenset()
        # ERROR_MORE_DATA fills what there is room for, too.
        api.kernel32.QueryInformationJobObject(
            self.handle, api.JOB_PROCESS_IDS, ctypes.byref(found), ctypes.sizeof(found), None
        )
        return frozenset(int(pid) for pid in found.ProcessIdList[: found.NumberOfProcessIdsInList])

    def holds(self, pid: int) -> bool:
        process = api.kernel32.OpenProcess(api.PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
        if not process or self.handle is None:
            return False
        said = w.BOOL()
        try:
            asked = api.kernel32.IsProcessInJob(process, self.handle, ctypes.byref(said))
            return bool(asked and said.value)
        finally:
            api.kernel32.CloseHandle(process)

    def close(self) -> None:
        if self.handle is not None:
            api.kernel32.CloseHandle(self.handle)
            self.handle = None


class PseudoConsole:
    """ConPTY, for programs of our own account. What it is given stays the caller's; closing it hangs up on
    every program attached to it."""

    def __init__(self, stdin: int, stdout: int, cols: int, rows: int) -> None:
        found = ctypes.c_void_p()
        said = api.kernel32.CreatePseudoConsole(api.COORD(cols, rows), stdin, stdout, 0, ctypes.byref(found))
        if said < 0 or found.value is None:
            raise ctypes.WinError(said & 0xFFFF)  # FACILITY_WIN32: the low word is the error
        self.handle: int | None = found.value
        self._taking = threading.Lock()

    def resize(self, cols: int, rows: int) -> None:
        if self.handle is not None:
            api.kernel32.ResizePseudoConsole(self.handle, api.COORD(cols, rows))

    def close(self) -> None:
        """Blocks until what it still shows was read (before Windows 11 24H2)."""
        with self._taking:  # several may hang up at once; one closes
            handle, self.handle = self.handle, None
        if handle is not None:
            api.kernel32.ClosePseudoConsole(handle)


class _Attributes:
    """A list for STARTUPINFOEX; what its entries point to lives as long as it does."""

    def __init__(self, count: int) -> None:
        size = ctypes.c_size_t()
        api.kernel32.InitializeProcThreadAttributeList(None, count, 0, ctypes.byref(size))
        self._buffer = ctypes.create_string_buffer(size.value)
        self.address = ctypes.addressof(self._buffer)
        api.check(api.kernel32.InitializeProcThreadAttributeList(self.address, count, 0, ctypes.byref(size)))
        self._kept: list[object] = []

    def handles(self, attribute: int, handles: tuple[int, ...]) -> None:
        array = (w.HANDLE * len(handles))(*handles)
        self._kept.append(array)
        self._update(attribute, ctypes.addressof(array), ctypes.sizeof(array))

    def console(self, console: int) -> None:
        """The value itself stands where others have an address."""
        self._update(api.PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, console, ctypes.sizeof(ctypes.c_void_p))

    def _update(self, attribute: int, value: int, size: int) -> None:
        api.check(api.kernel32.UpdateProcThreadAttribute(self.address, 0, attribute, value, size, None, None))

    def close(self) -> None:
        api.kernel32.DeleteProcThreadAttributeList(self.address)


def create_process(
    program: str,
    argv: tuple[str, ...],
    env: dict[str, str],
    cwd: str,
    *,
    jobs: tuple[int, ...],
    streams: PseudoConsole | tuple[int, int, int] | None,
    token: int | None,
    desktop: str | None,
    has_console: bool = True,
) -> tuple[int, int]:
    """(handle, pid) of a process that is in `jobs` from its birth, beside those we are in ourselves;
    `OSError` when Windows refuses.

    `streams`: a console of its own, or inheritable handles of stdin, stdout and stderr. `token`: whose it
    is; ours without. `desktop`: where its windows are, as station\\desktop. `has_console`: without streams
    a program for consoles gets one, as a window of its own.
    """
    attributes = _Attributes(2)
    try:
        if jobs:
            attributes.handles(api.PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs)
        start = api.STARTUPINFOEX()
        start.StartupInfo.cb = ctypes.sizeof(start)
        start.StartupInfo.lpDesktop = desktop
        # Said also where none is given: a process never takes over the agent's own streams.
        start.StartupInfo.dwFlags = api.STARTF_USESTDHANDLES
        flags = api.EXTENDED_STARTUPINFO_PRESENT | api.CREATE_UNICODE_ENVIRONMENT
        match streams:
            case PseudoConsole(handle=int(console)):
                attributes.console(console)
            case tuple():
                attributes.handles(api.PROC_THREAD_ATTRIBUTE_HANDLE_LIST, tuple(dict.fromkeys(streams)))
                info = start.StartupInfo
                info.hStdInput, info.hStdOutput, info.hStdError = streams
                flags |= api.CREATE_NO_WINDOW | api.CREATE_NEW_PROCESS_GROUP
            case _:
                flags |= api.CREATE_NEW_PROCESS_GROUP | (0 if has_console else api.CREATE_NO_WINDOW)
        start.lpAttributeList = attributes.address
        about = api.PROCESS_INFORMATION()
        line = ctypes.create_unicode_buffer(command_line(argv))  # CreateProcess may write into it
        block = ctypes.create_unicode_buffer(environment_block(env))
        told = (
            program, line, None, None, isinstance(streams, tuple), flags, block, cwd,
            ctypes.byref(start), ctypes.byref(about),
        )  # fmt: skip
        if token is None:
            api.check(api.kernel32.CreateProcessW(*told))
        else:
            api.check(api.advapi32.CreateProcessAsUserW(token, *told))
    finally:
        attributes.close()
    api.kernel32.CloseHandle(about.hThread)
    return int(about.hProcess), int(about.dwProcessId)
