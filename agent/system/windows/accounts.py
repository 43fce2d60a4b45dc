"""Accounts of Windows: SIDs, and the tokens a process can be started with.

An agent that is LocalSystem becomes whoever is logged in on this machine, at its console or by RDP, and
nobody else: Windows gives no token of somebody who is not without his password. Any other agent is itself.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import os
import winreg
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes as w
from pathlib import Path

import pywintypes
import win32api
import win32con
import win32profile
import win32security
import win32ts

from agent.system.interface import Account, AccountKey
from agent.system.windows import api
from agent.system.windows.spelling import RAW_COMMAND

SYSTEM_SID = "S-1-5-18"
_PROFILES = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
_PEOPLE = frozenset({1, 5})  # SidTypeUser, SidTypeWellKnownGroup: LocalSystem and its like


def own_sid() -> str:
    return _sid_of_token(win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32con.TOKEN_QUERY))


def own_session() -> int:
    found = w.DWORD()
    api.check(api.kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(found)))
    return int(found.value)


def sid_of_process(pid: int) -> str | None:
    """None when it has ended, or is none of ours to ask about."""
    try:
        process = win32api.OpenProcess(api.PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
        return _sid_of_token(win32security.OpenProcessToken(process, win32con.TOKEN_QUERY))
    except pywintypes.error:
        return None


def _sid_of_token(token: int) -> str:
    sid, _ = win32security.GetTokenInformation(token, win32security.TokenUser)
    return win32security.ConvertSidToStringSid(sid)


def sid_of_caller(pipe: int) -> str:
    """Who is at the other end of a named pipe, of which something was read; `pywintypes.error` if unknown."""
    win32security.ImpersonateNamedPipeClient(pipe)
    try:
        thread = win32api.GetCurrentThread()
        return _sid_of_token(win32security.OpenThreadToken(thread, win32con.TOKEN_QUERY, True))
    finally:
        win32security.RevertToSelf()


def sid_of_name(name: str) -> str | None:
    try:
        sid, _, kind = win32security.LookupAccountName(None, name)
    except pywintypes.error:
        return None
    return win32security.ConvertSidToStringSid(sid) if kind in _PEOPLE else None


def sessions() -> Iterator[tuple[int, int, str | None]]:
    """(id, state, SID of who is logged in) of every session; the services' own has nobody."""
    try:
        found = win32ts.WTSEnumerateSessions(win32ts.WTS_CURRENT_SERVER_HANDLE)
    except pywintypes.error:
        return
    for one in found:
        number = int(one["SessionId"])
        yield number, int(one["State"]), _who(number)


def _who(session: int) -> str | None:
    server = win32ts.WTS_CURRENT_SERVER_HANDLE
    try:
        name = win32ts.WTSQuerySessionInformation(server, session, win32ts.WTSUserName)
        domain = win32ts.WTSQuerySessionInformation(server, session, win32ts.WTSDomainName)
    except pywintypes.error:
        return None
    return sid_of_name(f"{domain}\\{name}" if domain else name) if name else None


class WindowsAccounts:
    def me(self) -> tuple[str, bool]:
        return win32api.GetUserName(), own_sid() == SYSTEM_SID or bool(api.shell32.IsUserAnAdmin())

    def find(self, name: str) -> Account | None:
        sid = sid_of_name(name)
        if sid is None:
            return None
        return Account(name, sid, 0, _home(sid), os.environ.get("COMSPEC", r"C:\Windows\System32\cmd.exe"))

    def can_become(self, account: Account) -> bool:
        own = own_sid()
        return account.key == own or (own == SYSTEM_SID and _session_of(account.key) is not None)

    def environment(self, account: Account) -> dict[str, str]:
        """As Windows makes it for somebody who logs in; names in capitals, for Windows heeds no case."""
        with api.as_oserror(), self.token(account.key) as token:
            if token is None:
                own = win32security.OpenProcessToken(
                    win32api.GetCurrentProcess(), win32con.TOKEN_QUERY | win32con.TOKEN_DUPLICATE
                )
                found = win32profile.CreateEnvironmentBlock(own, False)
            else:
                found = win32profile.CreateEnvironmentBlock(token, False)
        return {str(name).upper(): str(value) for name, value in found.items()}

    def shell(self, account: Account, command: str | None) -> tuple[str, ...]:
        return (account.shell,) if command is None else (account.shell, *RAW_COMMAND, command)

    def is_ours(self, key: AccountKey) -> bool:
        return key == own_sid()

    def may_always_order(self, key: AccountKey) -> bool:
        return key in {SYSTEM_SID, own_sid()}

    @contextmanager
    def token(self, key: AccountKey) -> Iterator[int | None]:
        """What a process of that account is started with; None for our own. `OSError` if there is none."""
        if key == own_sid():
            yield None
            return
        session = _session_of(key)
        if session is None:
            raise PermissionError(13, "nobody of that account is logged in")
        with api.as_oserror():
            found = win32ts.WTSQueryUserToken(session)
        try:
            yield int(found)
        finally:
            win32api.CloseHandle(found)


def _session_of(key: AccountKey) -> int | None:
    """Where that account is logged in: where somebody sits, before where nobody does."""
    found = [(state != win32ts.WTSActive, number) for number, state, sid in sessions() if sid == key]
    return min(found)[1] if found else None


def _home(sid: str) -> str:
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{_PROFILES}\{sid}") as key:
            path, _ = winreg.QueryValueEx(key, "ProfileImagePath")
    except OSError:
        return str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows")))  # never logged in here
    return os.path.expandvars(str(path))
