"""The Windows API that the agent calls itself, declared: kernel32, advapi32, shell32, user32, ws2_32.

pywin32 covers neither pseudo consoles nor attribute lists, without which a process would run before it is
in its job. Each declaration follows the page of its function on learn.microsoft.com.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes as w

import pywintypes

kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
shell32 = ctypes.WinDLL("shell32", use_last_error=True)
user32 = ctypes.WinDLL("user32", use_last_error=True)
ws2_32 = ctypes.WinDLL("ws2_32", use_last_error=True)

PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x0002_0002
PROC_THREAD_ATTRIBUTE_JOB_LIST = 0x0002_000D
PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE = 0x0002_0016
EXTENDED_STARTUPINFO_PRESENT = 0x0008_0000
CREATE_UNICODE_ENVIRONMENT = 0x0000_0400
CREATE_NEW_PROCESS_GROUP = 0x0000_0200
CREATE_NO_WINDOW = 0x0800_0000
STARTF_USESTDHANDLES = 0x0000_0100
JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x0000_2000
JOB_ACCOUNTING = 1  # JobObjectBasicAccountingInformation
JOB_PROCESS_IDS = 3  # JobObjectBasicProcessIdList
JOB_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
PROCESS_QUERY_LIMITED_INFORMATION = 0x1000
MOVEFILE_REPLACE_EXISTING = 0x1
MOVEFILE_WRITE_THROUGH = 0x8
INFINITE = 0xFFFF_FFFF
ERROR_ALREADY_EXISTS = 183
DESKTOP_READOBJECTS = 0x1
UOI_NAME = 2
MOD_ALT, MOD_CONTROL, MOD_NOREPEAT = 0x1, 0x2, 0x4000
WM_HOTKEY = 0x312
MSG_PEEK = 0x2
WSAEWOULDBLOCK = 10035


class COORD(ctypes.Structure):
    _fields_ = [("X", w.SHORT), ("Y", w.SHORT)]


class STARTUPINFO(ctypes.Structure):
    _fields_ = [
        ("cb", w.DWORD), ("lpReserved", w.LPWSTR), ("lpDesktop", w.LPWSTR), ("lpTitle", w.LPWSTR),
        ("dwX", w.DWORD), ("dwY", w.DWORD), ("dwXSize", w.DWORD), ("dwYSize", w.DWORD),
        ("dwXCountChars", w.DWORD), ("dwYCountChars", w.DWORD), ("dwFillAttribute", w.DWORD),
        ("dwFlags", w.DWORD), ("wShowWindow", w.WORD), ("cbReserved2", w.WORD),
        ("lpReserved2", ctypes.c_void_p), ("hStdInput", w.HANDLE), ("hStdOutput", w.HANDLE),
        ("hStdError", w.HANDLE),
    ]  # fmt: skip


class STARTUPINFOEX(ctypes.Structure):
    _fields_ = [("StartupInfo", STARTUPINFO), ("lpAttributeList", ctypes.c_void_p)]


class PROCESS_INFORMATION(ctypes.Structure):
    _fields_ = [
        ("hProcess", w.HANDLE), ("hThread", w.HANDLE), ("dwProcessId", w.DWORD), ("dwThreadId", w.DWORD),
    ]  # fmt: skip


class JOBOBJECT_BASIC_LIMIT_INFORMATION(ctypes.Structure):
    _fields_ = [
        ("PerProcessUserTimeLimit", w.LARGE_INTEGER), ("PerJobUserTimeLimit", w.LARGE_INTEGER),
        ("LimitFlags", w.DWORD), ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t), ("ActiveProcessLimit", w.DWORD),
        ("Affinity", ctypes.c_size_t), ("PriorityClass", w.DWORD), ("SchedulingClass", w.DWORD),
    ]  # fmt: skip


class JOBOBJECT_EXTENDED_LIMIT_INFORMATION(ctypes.Structure):
    _fields_ = [
        ("BasicLimitInformation", JOBOBJECT_BASIC_LIMIT_INFORMATION),
        ("IoInfo", ctypes.c_ulonglong * 6),  # IO_COUNTERS
        ("ProcessMemoryLimit", ctypes.c_size_t), ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t), ("PeakJobMemoryUsed", ctypes.c_size_t),
    ]  # fmt: skip


class JOBOBJECT_BASIC_ACCOUNTING_INFORMATION(ctypes.Structure):
    _fields_ = [
        ("TotalUserTime", w.LARGE_INTEGER), ("TotalKernelTime", w.LARGE_INTEGER),
        ("ThisPeriodTotalUserTime", w.LARGE_INTEGER), ("ThisPeriodTotalKernelTime", w.LARGE_INTEGER),
        ("TotalPageFaultCount", w.DWORD), ("TotalProcesses", w.DWORD), ("ActiveProcesses", w.DWORD),
        ("TotalTerminatedProcesses", w.DWORD),
    ]  # fmt: skip


MAX_LISTED = 1024


class JOBOBJECT_BASIC_PROCESS_ID_LIST(ctypes.Structure):
    _fields_ = [
        ("NumberOfAssignedProcesses", w.DWORD), ("NumberOfProcessIdsInList", w.DWORD),
        ("ProcessIdList", ctypes.c_size_t * MAX_LISTED),
    ]  # fmt: skip


def _declare(library: ctypes.WinDLL, name: str, result: object, *arguments: object) -> None:
    function = getattr(library, name)
    function.restype, function.argtypes = result, list(arguments)


_P = ctypes.c_void_p
_HRESULT = ctypes.c_long  # ctypes.HRESULT would raise OSError by itself, at another place than the rest
_declare(kernel32, "CreatePseudoConsole", _HRESULT, COORD, w.HANDLE, w.HANDLE, w.DWORD, ctypes.POINTER(_P))
_declare(kernel32, "ResizePseudoConsole", _HRESULT, _P, COORD)
_declare(kernel32, "ClosePseudoConsole", None, _P)
_declare(
    kernel32,
    "InitializeProcThreadAttributeList",
    w.BOOL,
    _P,
    w.DWORD,
    w.DWORD,
    ctypes.POINTER(ctypes.c_size_t),
)
_declare(
    kernel32, "UpdateProcThreadAttribute", w.BOOL, _P, w.DWORD, ctypes.c_size_t, _P, ctypes.c_size_t, _P, _P
)
_declare(kernel32, "DeleteProcThreadAttributeList", None, _P)
_PROCESS = (
    w.LPCWSTR, w.LPWSTR, _P, _P, w.BOOL, w.DWORD, _P, w.LPCWSTR,
    ctypes.POINTER(STARTUPINFOEX), ctypes.POINTER(PROCESS_INFORMATION),
)  # fmt: skip
_declare(kernel32, "CreateProcessW", w.BOOL, *_PROCESS)
_declare(advapi32, "CreateProcessAsUserW", w.BOOL, w.HANDLE, *_PROCESS)
_declare(kernel32, "CreateJobObjectW", w.HANDLE, _P, w.LPCWSTR)
_declare(kernel32, "CreateMutexW", w.HANDLE, _P, w.BOOL, w.LPCWSTR)
_declare(kernel32, "SetInformationJobObject", w.BOOL, w.HANDLE, ctypes.c_int, _P, w.DWORD)
_declare(kernel32, "QueryInformationJobObject", w.BOOL, w.HANDLE, ctypes.c_int, _P, w.DWORD, _P)
_declare(kernel32, "TerminateJobObject", w.BOOL, w.HANDLE, w.UINT)
_declare(kernel32, "IsProcessInJob", w.BOOL, w.HANDLE, w.HANDLE, ctypes.POINTER(w.BOOL))
_declare(kernel32, "OpenProcess", w.HANDLE, w.DWORD, w.BOOL, w.DWORD)
_declare(kernel32, "WaitForSingleObject", w.DWORD, w.HANDLE, w.DWORD)
_declare(kernel32, "GetExitCodeProcess", w.BOOL, w.HANDLE, ctypes.POINTER(w.DWORD))
_declare(kernel32, "CloseHandle", w.BOOL, w.HANDLE)
_declare(kernel32, "ExitProcess", None, w.UINT)
_declare(kernel32, "GetTickCount64", ctypes.c_ulonglong)
_declare(kernel32, "QueryUnbiasedInterruptTime", w.BOOL, ctypes.POINTER(ctypes.c_ulonglong))
_declare(kernel32, "MoveFileExW", w.BOOL, w.LPCWSTR, w.LPCWSTR, w.DWORD)
_declare(kernel32, "ProcessIdToSessionId", w.BOOL, w.DWORD, ctypes.POINTER(w.DWORD))
_declare(
    advapi32, "RegCreateKeyExW", w.LONG, _P, w.LPCWSTR, w.DWORD, w.LPWSTR, w.DWORD, w.DWORD, _P,
    ctypes.POINTER(_P), ctypes.POINTER(w.DWORD),
)  # fmt: skip
_declare(advapi32, "RegCloseKey", w.LONG, _P)
_declare(advapi32, "RegRenameKey", w.LONG, _P, w.LPCWSTR, w.LPCWSTR)
_declare(advapi32, "RegDeleteTreeW", w.LONG, _P, w.LPCWSTR)
_declare(shell32, "IsUserAnAdmin", w.BOOL)
_declare(user32, "OpenInputDesktop", w.HANDLE, w.DWORD, w.BOOL, w.DWORD)
_declare(user32, "CloseDesktop", w.BOOL, w.HANDLE)
_declare(user32, "GetUserObjectInformationW", w.BOOL, w.HANDLE, ctypes.c_int, _P, w.DWORD, _P)
_declare(user32, "RegisterHotKey", w.BOOL, w.HWND, ctypes.c_int, w.UINT, w.UINT)
_declare(user32, "GetMessageW", w.BOOL, ctypes.POINTER(w.MSG), w.HWND, w.UINT, w.UINT)
_declare(ws2_32, "recv", ctypes.c_int, ctypes.c_size_t, _P, ctypes.c_int, ctypes.c_int)


def check(said: int) -> None:
    """Of a function that says 0 when it failed, and why by GetLastError."""
    if not said:
        raise ctypes.WinError(ctypes.get_last_error())


def check_status(said: int) -> None:
    """Of a function of the registry, which says 0 when it did what it was told, and else why not."""
    if said:
        raise ctypes.WinError(said)


@contextmanager
def as_oserror() -> Iterator[None]:
    """pywin32's error is none of Python's own kinds; with the kind come `PermissionError` and its like."""
    try:
        yield
    except pywintypes.error as wrong:
        raise ctypes.WinError(wrong.winerror) from wrong
